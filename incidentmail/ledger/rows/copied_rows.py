"""Copy all rows of a ledger into another one, even into another kind of database.

The new ledger's triggers are active during the copy, so messages and entries are appended in order, each with its body
or texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

from incidentmail.core.frozen import read_text
from incidentmail.core.model import Incident
from incidentmail.ledger.kept_tables import KEPT
from incidentmail.ledger.stored_rows import EntryRow, TextRow

from .ledger_rows import LedgerRows
from .statements import Value

Progress = Callable[[int, int], None]
"""A callback that receives the number of rows copied so far, and the total."""
_Statement = tuple[str, Sequence[Value]]

RECORD: Final = (
    (("accepted", "seq received_at envelope sha256 hash"), ("bodies", "seq raw")),
    (("entries", " ".join(EntryRow._fields)), ("sealed", " ".join(TextRow._fields))),
)
"""The tables of the record with their columns, each with the table whose rows belong to its rows."""
PROJECTED: Final = "incidents"
"""The table of incident states, which each database stores in its own form."""
ROWS_AT_ONCE: Final = 200


def copy_rows(source: LedgerRows, target: LedgerRows, progress: Progress) -> int:
    """Copy everything into a ledger that has no rows except in `meta`. Return the number of rows."""
    total, done = sum(_counts(source).values()), 0
    for some in _in_parts(_statements(source)):
        target.execute_all(some)
        done += len(some)
        progress(done, total)
    for (text,) in source.stream(f"SELECT state FROM {PROJECTED} ORDER BY rowid"):
        target.project(read_text(Incident, text))
        done += 1
        progress(done, total)
    return total


def different_count(source: LedgerRows, target: LedgerRows) -> str | None:
    """Return the name of the first table whose number of rows differs between the two ledgers, or None."""
    theirs = _counts(target)
    return next((table for table, count in _counts(source).items() if theirs[table] != count), None)


def _counts(view: LedgerRows) -> dict[str, int]:
    tables = (*(table for pair in RECORD for table, _ in pair), *(table.name for table in KEPT), PROJECTED)
    return {table: view.connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in tables}


def _statements(source: LedgerRows) -> Iterator[_Statement]:
    for (table, columns), (parts, part_columns) in RECORD:
        insert, insert_part = _insert(table, columns.split()), _insert(parts, part_columns.split())
        rows, belonging = _rows(source, table, columns.split()), _rows(source, parts, part_columns.split())
        part = next(belonging, None)
        for row in rows:
            yield insert, row
            while part is not None and part[0] == row[0]:
                yield insert_part, part
                part = next(belonging, None)
    for kept in KEPT:
        insert = _insert(kept.name, kept.columns)
        for row in _rows(source, kept.name, kept.columns):
            yield insert, row


def _rows(view: LedgerRows, table: str, columns: Sequence[str]) -> Iterator[Any]:
    return view.stream(f"SELECT {', '.join(columns)} FROM {table} ORDER BY {columns[0]}")


def _insert(table: str, columns: Sequence[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


def _in_parts(statements: Iterator[_Statement]) -> Iterator[list[_Statement]]:
    while some := list(islice(statements, ROWS_AT_ONCE)):
        yield some
