"""Maintain checksums of the mutable tables: one per row, and their sum for each table (schema_6.sql).

SQLite calls our functions whenever it writes such a row. A row that is damaged on the disk, or edited by another
program, no longer matches its checksum. Checksums prove nothing against an attacker who recomputes them; the chains and
their witnesses exist for that purpose.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from typing import Final

import msgspec

from .schema import CHECKED, FORMAT, checked_in

_BYTES: Final = 7
_MASK: Final = (1 << 8 * _BYTES) - 1
_HALF: Final = 8 * _BYTES // 2
_encode = msgspec.msgpack.Encoder().encode
Value = int | float | str | bytes | None


def register(connection: sqlite3.Connection) -> None:
    """Register our functions, so that this connection can write to the tables with checksums."""
    connection.execute("PRAGMA trusted_schema = ON")  # some builds let schemas call only built-in functions
    connection.create_function("row_checksum", -1, row_checksum, deterministic=True)
    connection.create_function("total_checksum", 3, total_checksum, deterministic=True)


def row_checksum(*values: Value) -> int:
    """Return 56 bits of a BLAKE2b hash as an integer. The hash covers the values, encoded as a MessagePack array.

    >>> row_checksum(1, "sent", None)
    65442293852797127
    """
    return int.from_bytes(hashlib.blake2b(_encode(values), digest_size=_BYTES).digest(), "big")


def total_checksum(total: int, before: int, after: int) -> int:
    """Return the sum of a table's checksums after one of them changed. A checksum of 0 means that there is no row."""
    return (total - before + after) & _MASK


def begin_totals(connection: sqlite3.Connection, number: str = FORMAT) -> None:
    """Record the current totals of all tables in a new ledger of the given format."""
    values = [(table, _total(connection, table)) for table in checked_in(number)]
    connection.executemany("INSERT INTO checksums VALUES (?, ?)", values)


def faults(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield the faults of the tables with checksums: the first wrong row or a wrong total in each."""
    recorded = dict(connection.execute("SELECT name, total FROM checksums"))
    for table in CHECKED:
        key, columns = _columns(connection, table)
        wrong = f"SELECT {key} FROM {table} WHERE checksum IS NOT row_checksum({columns}) LIMIT 1"
        try:
            row = connection.execute(wrong).fetchone()
            if row is not None:
                yield f"the table {table}: its row {', '.join(map(str, row))} was changed or damaged"
            elif _total(connection, table) != recorded.pop(table, None):
                yield f"the table {table}: rows were added, removed or edited by another program"
        except sqlite3.Error as error:  # not UTF-8, for example
            yield f"the table {table} cannot be read: {error}"


def _columns(connection: sqlite3.Connection, table: str) -> tuple[str, str]:
    """Return the columns of the primary key, and all columns covered by the checksum."""
    found = connection.execute("SELECT name, pk FROM pragma_table_info(?)", (table,)).fetchall()
    return ", ".join(name for name, pk in found if pk), ", ".join(name for name, _ in found)


def _total(connection: sqlite3.Connection, table: str) -> int:
    """Return the sum of a table's checksums.

    It is computed in two halves, because the sum over many rows does not fit in 64 bits.
    """
    halves = f"SELECT SUM(checksum >> {_HALF}), SUM(checksum & {(1 << _HALF) - 1}) FROM {table}"
    high, low = connection.execute(halves).fetchone()
    return (((high or 0) << _HALF) + (low or 0)) & _MASK
