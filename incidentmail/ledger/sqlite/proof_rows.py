"""The rows that `verify` reads from a SQLite ledger, and the check of the database's own tables and triggers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import partial

from incidentmail.core.frozen import read_text
from incidentmail.core.model import Incident
from incidentmail.errors import LedgerError
from incidentmail.ledger.codec import genesis
from incidentmail.ledger.values import Head
from incidentmail.ledger.verify import AcceptedRow, EntryRow, TextRow

from .packing import unpack
from .record_rows import RecordRows, projected
from .schema import FORMAT, statements


class SqliteRows:
    """The rows of a ledger, read with one cursor for each table."""

    def __init__(self, view: RecordRows) -> None:
        self._view = view
        self._connection = view.connection

    def head(self) -> Head:
        return self._view.head()

    def accepted_rows(self) -> Iterator[AcceptedRow]:
        columns = "seq, received_at, envelope, raw, sha256, hash"
        query = f"SELECT {columns} FROM accepted LEFT JOIN bodies USING (seq) ORDER BY seq"
        for seq, received_at, envelope, raw, sha256, hash_ in self._connection.execute(query):
            yield AcceptedRow(seq, received_at, envelope, raw and _unpacked_or_damaged(raw), sha256, hash_)

    def entry_rows(self) -> Iterator[EntryRow]:
        columns = ", ".join(EntryRow._fields)
        return map(
            partial(tuple.__new__, EntryRow), self._connection.execute(f"SELECT {columns} FROM entries ORDER BY seq")
        )

    def text_rows(self) -> Iterator[TextRow]:
        columns = ", ".join(TextRow._fields)
        return map(
            partial(tuple.__new__, TextRow), self._connection.execute(f"SELECT {columns} FROM sealed ORDER BY seq")
        )

    def accepted_sha256(self, seq: int) -> str | None:
        row = self._connection.execute("SELECT sha256 FROM accepted WHERE seq = ?", (seq,)).fetchone()
        return row[0].hex() if row else None

    def last_version(self, incident_id: str) -> int | None:
        query = "SELECT MAX(version) FROM entries WHERE incident = ?"
        (version,) = self._connection.execute(query, (incident_id,)).fetchone()
        return None if version is None else int(version)

    def incident_without_entries(self) -> str | None:
        query = "SELECT id FROM incidents WHERE id NOT IN (SELECT incident FROM entries) LIMIT 1"
        row = self._connection.execute(query).fetchone()
        return None if row is None else str(row[0])

    def is_projected_as(self, incident_id: str, state: Incident) -> bool:
        columns = "id, ref, declared_at, status, phase, expires_at, state"
        row = self._connection.execute(f"SELECT {columns} FROM incidents WHERE id = ?", (incident_id,)).fetchone()
        return row is not None and row[:6] == projected(state) and read_text(Incident, row[6]) == state


def _unpacked_or_damaged(stored: bytes) -> bytes:
    """Return the raw mail; if it is damaged, other bytes, which do not have its hash."""
    try:
        return unpack(stored, "a mail")
    except LedgerError:
        return b"damaged: " + stored


def schema_fault(connection: sqlite3.Connection, origin: str) -> str | None:
    """Return what is wrong with the database itself, apart from its chains, or None if nothing is.

    That is a table, index or trigger that is gone, altered or added, so that rows could be changed unseen from now on;
    other values in `meta`; an accepted mail removed from the end; or no record of what became of an accepted mail.
    """
    present = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    wanted = {sql.split()[2]: sql for sql in map(_definition, statements()) if sql}
    for name in sorted(wanted.keys() | present.keys()):
        if present.get(name) != wanted.get(name):
            what = "is gone from" if name not in present else "was altered in" if name in wanted else "was added to"
            kind = "guard" if "TRIGGER" in (present.get(name) or wanted[name]) else "table"
            return f"the {kind} {name} {what} the database: rows could be changed unseen from now on"
    meta = dict(connection.execute("SELECT name, value FROM meta"))
    if meta != {"format": FORMAT, "origin": origin, "genesis": genesis(origin)}:
        return "what the ledger says about itself (meta) was changed"
    (unmatched,) = connection.execute(
        "SELECT MIN(seq) FROM (SELECT seq FROM accepted UNION SELECT seq FROM outcomes UNION SELECT seq FROM pending)"
        " WHERE (seq IN (SELECT seq FROM accepted)) IS NOT"
        " (seq IN (SELECT seq FROM outcomes UNION SELECT seq FROM pending))"
    ).fetchone()
    return None if unmatched is None else f"accepted mail {unmatched} is gone, or what became of it"


def _definition(statement: str) -> str | None:
    """Return the statement from CREATE on, which is what SQLite keeps of it; or None."""
    start = statement.find("CREATE ")
    return None if start < 0 else statement[start:].strip().rstrip(";")
