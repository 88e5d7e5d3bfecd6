"""The verdict on a SQLite ledger, and the rows that it is reached from."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import partial

from incidentmail.core.frozen import read_text, replace
from incidentmail.core.model import Incident
from incidentmail.errors import LedgerError
from incidentmail.ledger.values import Head, Verdict
from incidentmail.ledger.verify import AcceptedRow, EntryRow, TextRow, verify

from .database_faults import damaged, faults
from .packing import unpack
from .record_rows import RecordRows, projected

UNREADABLE = (
    sqlite3.Error,
    LedgerError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    RecursionError,
    OverflowError,
)
"""What reading damaged rows may raise: SQLite's own errors, and those of values that have another type or form."""


def verdict_of(view: RecordRows) -> Verdict:
    """Check the whole ledger and name the first thing that is wrong."""
    try:
        verdict = verify(SqliteRows(view))
    except UNREADABLE as error:
        verdict = Verdict(ok=False, size=0, head="", reason=damaged(error))
    if verdict.ok and (reason := next(_faults(view), None)):
        return replace(verdict, ok=False, reason=reason)
    return verdict


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


def _faults(view: RecordRows) -> Iterator[str]:
    try:
        yield from faults(view.connection, view.origin)
    except UNREADABLE as error:
        yield damaged(error)
