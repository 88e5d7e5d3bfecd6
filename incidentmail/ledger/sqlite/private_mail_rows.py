"""Store private mail in SQLite: which is due, how many messages went to whom, and the names that members use."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from incidentmail.core.facts import json_time
from incidentmail.core.model import Person
from incidentmail.ledger.values import DuePrivateMail, PrivateMail

_DUE = "SELECT id, kind, address, incident, content, ref FROM private_mails WHERE content IS NOT NULL AND id > ?"


class PrivateMailRows:
    """The methods of the store's interface (port.py, view.py) for private mail and senders."""

    connection: sqlite3.Connection

    def add_private_mail(self, answer: PrivateMail) -> int:
        (number,) = self.connection.execute(
            "INSERT INTO private_mails (kind, address, incident, at, digest, content, ref, filed)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (
                answer.kind, answer.address, answer.incident, json_time(answer.at), answer.digest, answer.content,
                answer.ref, answer.filed,
            ),
        ).fetchone()  # fmt: skip
        return int(number)

    def private_mails_since(
        self, at: datetime, *, address: str | None = None, incident: str | None = None, kind: str | None = None,
        digest: str | None = None,
    ) -> int:  # fmt: skip
        (count,) = self.connection.execute(
            "SELECT COUNT(*) FROM private_mails WHERE at >= ? AND (? IS NULL OR address = ?)"
            " AND (? IS NULL OR incident = ?) AND (? IS NULL OR kind = ?) AND (? IS NULL OR digest = ?)",
            (json_time(at), address, address, incident, incident, kind, kind, digest, digest),
        ).fetchone()
        return int(count)

    def private_mail_kind(self, serial: int) -> str | None:
        row = self.connection.execute("SELECT kind FROM private_mails WHERE id = ?", (serial,)).fetchone()
        return row[0] if row else None

    def next_private_mail(self, *, incident_id: str | None = None, after: int = 0) -> DuePrivateMail | None:
        row = self.connection.execute(
            f"{_DUE} AND (? IS NULL OR incident = ?) ORDER BY id LIMIT 1", (after, incident_id, incident_id)
        ).fetchone()
        return (
            DuePrivateMail(serial=row[0], kind=row[1], address=row[2], incident=row[3], content=row[4], ref=row[5])
            if row
            else None
        )

    def private_mail_made(self, serial: int) -> None:
        self.connection.execute("UPDATE private_mails SET content = NULL WHERE id = ?", (serial,))

    def is_ref_taken(self, ref: str) -> bool:
        return self.connection.execute("SELECT 1 FROM private_mails WHERE ref = ?", (ref,)).fetchone() is not None

    def filed_by_ref(self, ref: str) -> int | None:
        row = self.connection.execute("SELECT filed FROM private_mails WHERE ref = ?", (ref,)).fetchone()
        return row[0] if row else None

    def know_sender(self, person: Person, *, called: str | None = None) -> None:
        self.connection.execute(
            "INSERT OR IGNORE INTO senders VALUES (?, ?, ?)",
            ((called or person.name).casefold(), person.address, person.name),
        )

    def senders_called(self, name: str) -> list[Person]:
        rows = self.connection.execute(
            "SELECT name, address FROM senders WHERE folded = ? ORDER BY address", (name.casefold(),)
        )
        return [Person(name=name, address=address) for name, address in rows]

    def senders(self) -> list[Person]:
        rows = self.connection.execute("SELECT name, address FROM senders ORDER BY folded, address")
        return [Person(name=name, address=address) for name, address in rows]
