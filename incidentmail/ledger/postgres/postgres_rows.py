"""Read and write rows with the statements that PostgreSQL does not share with other stores."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar, Final

from incidentmail.core.facts import json_time
from incidentmail.core.frozen import json_text
from incidentmail.core.model import Incident
from incidentmail.ledger.authority import Authority
from incidentmail.ledger.codec import accepted_hash, body_of
from incidentmail.ledger.rows.ledger_rows import LedgerRows
from incidentmail.ledger.rows.packing import PackedMail
from incidentmail.ledger.rows.record_rows import LAST_OPEN_PHASE, KnownStates, projected
from incidentmail.ledger.rows.statements import Value, listed
from incidentmail.ledger.values import DoneByMail, OutboxMail

from .connection import StatementConnection

ACCEPTING: Final = "SELECT pg_advisory_xact_lock(1766745449, 2)"
"""The lock for appending accepted mail, which has its own chain. It is taken after the lock of all writers."""
LISTED: Final = "(SELECT value::{} FROM json_array_elements_text(?::json) AS listed (value))"

_PROJECTED: Final = (
    "id, ref, declared_at, status, phase, expires_at, state, origin, epoch, leader, next_update_at, silent, version"
)


class PostgresView(LedgerRows):
    """A LedgerView or a Transaction, depending on how the block was opened."""

    connection: StatementConnection
    in_numbers: ClassVar[str] = LISTED.format("bigint")
    in_texts: ClassVar[str] = LISTED.format("text")
    skip_locked: ClassVar[str] = "FOR UPDATE SKIP LOCKED"

    def __init__(self, connection: StatementConnection, origin: str, known: KnownStates) -> None:
        super().__init__(connection, origin, known)
        self.news: set[str] = set()
        """The kinds of notifications in this transaction for which other processes may be waiting."""
        self.appended: dict[str, tuple[int, bytes]] = {}
        """A mapping from each chain's table to the number and hash of the last row that this transaction appended."""

    def stream(self, statement: str, values: Sequence[Value] = ()) -> Iterator[Any]:
        return self.connection.stream(statement, values)

    def bytes_used(self) -> int:
        return self._count("SELECT pg_database_size(current_database())")

    def store_packed(self, mails: Iterable[PackedMail], *, at: datetime) -> list[int]:
        """Store messages with three statements in total. Return their numbers, in the same order."""
        self.connection.execute(ACCEPTING)
        received_at, head = str(json_time(at)), self.accepted_head()
        seq, last, made = head.size, bytes.fromhex(head.hash), list(mails)
        seqs, hashes = list(range(seq + 1, seq + 1 + len(made))), list[bytes]()
        for mail in made:
            last = accepted_hash(last, mail.sha256, mail.envelope, received_at)
            hashes.append(last)
        with self.connection.database.cursor() as cursor:
            cursor.execute(
                "INSERT INTO accepted SELECT seq, %s, envelope, sha256, hash"
                " FROM unnest(%b::bigint[], %b::text[], %b::bytea[], %b::bytea[]) AS new (seq, envelope, sha256, hash)",
                (received_at, seqs, [mail.envelope for mail in made], [mail.sha256 for mail in made], hashes),
            )
            cursor.execute(
                "INSERT INTO bodies SELECT * FROM unnest(%b::bigint[], %b::bytea[])", (seqs, [one.raw for one in made])
            )
            cursor.execute("INSERT INTO pending SELECT * FROM unnest(%b::bigint[])", (seqs,))
        if seqs:
            self.news.add("accepted")
            self.appended["accepted"] = seqs[-1], last
        return seqs

    def append(self, incident_id: str, *args: Any, **how: Any) -> Incident:
        state = super().append(incident_id, *args, **how)
        head = self.head()
        self.news.add("entries")
        self.appended["entries"] = head.size, bytes.fromhex(head.hash)
        return state

    def remove_texts(self, texts: Sequence[tuple[int, str]]) -> None:
        self.connection.executemany("SELECT remove_text(?, ?)", texts)

    def remove_bodies(self, mails: Sequence[tuple[int, int]]) -> None:
        self.connection.executemany("SELECT remove_bodies(?, ?)", mails)

    def enqueue(self, mail: OutboxMail) -> None:
        self.news.add("outbox")
        super().enqueue(mail)

    def authority(self) -> Authority:
        newest = "SELECT epoch, leader FROM incidents WHERE epoch > 0 ORDER BY epoch DESC, leader LIMIT 1"
        epoch, leader = self.connection.execute(newest).fetchone() or (0, None)
        own, others = self.connection.execute(
            "SELECT EXISTS (SELECT 1 FROM incidents WHERE origin = ?1),"
            " EXISTS (SELECT 1 FROM incidents WHERE origin <> ?1)",
            (self.origin,),
        ).fetchone()
        return Authority(epoch=epoch, leader=leader, has_own=own, has_others=others)

    def next_updates(self) -> dict[str, datetime | None]:
        rows = self.connection.execute(
            "SELECT id, next_update_at FROM incidents WHERE status = 'open' AND phase <= ?"
            " ORDER BY declared_at DESC, rowid DESC",
            (LAST_OPEN_PHASE,),
        )
        return {name: datetime.fromisoformat(due).astimezone(UTC) if due else None for name, due in rows}

    def silent_sizes(self) -> tuple[int, int]:
        return (
            self._count("SELECT COALESCE(SUM(version), 0)::bigint FROM incidents WHERE silent"),
            self._count("SELECT COUNT(*) FROM outcomes WHERE incident IN (SELECT id FROM incidents WHERE silent)"),
        )

    def done_by_mail(self, incident_id: str) -> list[DoneByMail]:
        entries = self.connection.execute(
            "SELECT kind, body FROM entries WHERE incident = ? AND kind NOT IN ('note_added.v1', 'announced.v1')"
            " ORDER BY version",
            (incident_id,),
        )
        causes = [(kind, cause.seq) for kind, body in entries if (cause := body_of(body).caused_by)]
        outcomes = self._outcomes_of({seq for _, seq in causes})
        return [
            DoneByMail(kind=kind, mail=seq, address=outcomes[seq][0], at=outcomes[seq][1])
            for kind, seq in causes
            if seq in outcomes
        ]

    def _outcomes_of(self, seqs: Collection[int]) -> dict[int, tuple[str | None, datetime]]:
        rows = self.connection.execute(
            f"SELECT seq, header_from, decided_at FROM outcomes WHERE seq IN {self.in_numbers}", (listed(seqs),)
        )
        return {seq: (address, datetime.fromisoformat(at).astimezone(UTC)) for seq, address, at in rows}

    def project(self, state: Incident) -> None:
        text = json_text(state)
        self.connection.execute(
            f"INSERT INTO incidents ({_PROJECTED}) VALUES ({', '.join('?' * 13)}) ON CONFLICT (id) DO UPDATE SET"
            f" ({_PROJECTED}) = ({', '.join(f'excluded.{name}' for name in _PROJECTED.split(', '))})",
            (
                *projected(state), text, state.origin, state.epoch, state.leader, json_time(state.next_update_at),
                state.silent, state.version,
            ),
        )  # fmt: skip
        self.known.keep(text, state)
        self.states[state.id] = state
