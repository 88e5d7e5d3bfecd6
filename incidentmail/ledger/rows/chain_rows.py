"""Read the rows of both chains, the texts and the projection, for `verify` and `export`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from incidentmail.core.frozen import read_text
from incidentmail.core.model import Incident
from incidentmail.core.record.record_events import RECORD_EVENTS, RecordEvent
from incidentmail.core.record.streams import RECORD
from incidentmail.errors import LedgerError
from incidentmail.ledger.kept_tables import KEPT, KeptTable
from incidentmail.ledger.stored_rows import AcceptedRow, EntryRow, TextRow
from incidentmail.ledger.values import Head

from .packing import unpack
from .record_rows import RecordRows, projected
from .statements import Connection

_BEFORE_ALL: Final = -(1 << 62)


class StoredRows:
    """The rows of a ledger, read with one cursor per table."""

    def __init__(self, view: RecordRows) -> None:
        self._view = view
        self._connection = view.connection

    def head(self) -> Head:
        return self._view.head()

    def accepted_head(self) -> Head:
        newest = self._view.accepted_head_at(self._before("accepted", 0))
        assert newest is not None
        return newest

    def record_events(self) -> Iterator[RecordEvent]:
        for entry in self._view.entries(RECORD):
            assert isinstance(entry.recorded.event, RECORD_EVENTS)
            yield entry.recorded.event

    def accepted_rows(self, *, newest: int | None = None) -> Iterator[AcceptedRow]:
        columns = "seq, received_at, envelope, raw, sha256, hash"
        query = f"SELECT {columns} FROM accepted LEFT JOIN bodies USING (seq) WHERE seq > ? ORDER BY seq"
        rows = self._view.stream(query, (self._before("accepted", newest),))
        for seq, received_at, envelope, raw, sha256, hash_ in rows:
            yield AcceptedRow(seq, received_at, envelope, raw and _unpacked_or_damaged(raw), sha256, hash_)

    def entry_rows(self, *, newest: int | None = None) -> Iterator[EntryRow]:
        query = f"SELECT {', '.join(EntryRow._fields)} FROM entries WHERE seq > ? ORDER BY seq"
        rows = self._view.stream(query, (self._before("entries", newest),))
        return map(partial(tuple.__new__, EntryRow), rows)

    def text_rows(self, *, newest: int | None = None) -> Iterator[TextRow]:
        """Yield the texts of all entries, or of the `newest` ones if given."""
        query = f"SELECT {', '.join(TextRow._fields)} FROM sealed WHERE seq > ? ORDER BY seq"
        rows = self._view.stream(query, (self._before("entries", newest),))
        return map(partial(tuple.__new__, TextRow), rows)

    def kept_rows(self) -> Iterator[tuple[KeptTable, dict[str, str | int | bytes | None]]]:
        """Yield each row of the tables outside the chains, with compressed values unpacked."""
        for table in KEPT:
            order = "1, 2" if len(table.columns) > 1 else "1"
            for row in self._view.stream(f"SELECT {', '.join(table.columns)} FROM {table.name} ORDER BY {order}"):
                values = dict(zip(table.columns, row, strict=True))
                if table.packed is not None and values[table.packed] is not None:
                    values[table.packed] = unpack(values[table.packed], f"a row of {table.name}")
                yield table, values

    def _before(self, table: str, newest: int | None) -> int:
        """Return the number just before the first row to read. If `newest` is None, all rows are read."""
        if newest is None:
            return _BEFORE_ALL
        (last,) = self._connection.execute(f"SELECT MAX(seq) FROM {table}").fetchone()
        return (last or 0) - newest

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
    """Return the raw message. If it is damaged, return bytes that do not match its hash."""
    try:
        return unpack(stored, "a mail")
    except LedgerError:
        return b"damaged: " + stored


def unmatched_mail(connection: Connection) -> Iterator[str]:
    """Yield the faults of accepted mail.

    Faults are missing messages at the end, messages without an outcome or in a wrong state, and bodies without a
    message.
    """
    (unmatched,) = connection.execute(
        "SELECT MIN(seq) FROM"
        " (SELECT seq FROM accepted UNION SELECT seq FROM outcomes UNION SELECT seq FROM pending) AS known"
        " WHERE (seq IN (SELECT seq FROM accepted)) <>"
        " (seq IN (SELECT seq FROM outcomes UNION SELECT seq FROM pending))"
    ).fetchone()
    if unmatched is not None:
        yield f"accepted mail {unmatched} is gone, or what became of it"
    (twice,) = connection.execute("SELECT MIN(seq) FROM pending WHERE seq IN (SELECT seq FROM outcomes)").fetchone()
    if twice is not None:
        yield f"accepted mail {twice} waits to be read, though it was read"
    (body,) = connection.execute("SELECT MIN(seq) FROM bodies WHERE seq NOT IN (SELECT seq FROM accepted)").fetchone()
    if body is not None:
        yield f"there is a body of mail {body}, and no such mail was accepted"
