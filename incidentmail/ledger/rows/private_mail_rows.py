"""Store private mail (what is due, and how many messages were sent to whom) and the names of members."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from incidentmail.core.facts import json_time
from incidentmail.core.model import Person
from incidentmail.core.names.mailboxes import mailbox_of
from incidentmail.ledger.values import NAMES_MAX, SENDERS_MAX, DuePrivateMail, PrivateMail

from .statements import Statements

_DUE = "SELECT id, kind, address, incident, content, ref FROM private_mails WHERE content IS NOT NULL AND id > ?"

_OFFERED = "offered"
"""The kind of a row right after a private mail: `digest` is the number of the mail, and `cause` holds the replies that
the mail offered. Its `address` is empty, so that no limit counts it.
"""
_MAILBOX = (
    "CASE WHEN instr(address, '+') > 1"
    " THEN substr(address, 1, instr(address, '+') - 1) || substr(address, instr(address, '@')) ELSE address END"
)


class PrivateMailRows(Statements):
    """The methods of the store's interface (port.py, view.py) for private mail and senders."""

    def add_private_mail(self, answer: PrivateMail) -> int:
        (number,) = self.connection.execute(
            "INSERT INTO private_mails (kind, address, incident, at, digest, content, ref, filed, cause)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (
                answer.kind, answer.address, answer.incident, json_time(answer.at), answer.digest, answer.content,
                answer.ref, answer.filed, answer.cause,
            ),
        ).fetchone()  # fmt: skip
        return int(number)

    def private_mails_since(
        self, at: datetime, *, address: str | None = None, incident: str | None = None, kind: str | None = None,
        digest: str | None = None, mailbox: str | None = None, cause: str | None = None, is_caused: bool | None = None,
        but_kind: str | None = None,
    ) -> int:  # fmt: skip
        (count,) = self.connection.execute(
            "SELECT COUNT(*) FROM private_mails WHERE at >= ?1 AND (?2 IS NULL OR address = ?2)"
            " AND (?3 IS NULL OR incident = ?3) AND (?4 IS NULL OR kind = ?4) AND (?5 IS NULL OR digest = ?5)"
            " AND (?6 IS NULL OR cause = ?6) AND (?7 IS NULL OR (cause IS NOT NULL) = ?7)"
            " AND (?8 IS NULL OR kind <> ?8)"
            f" AND (?9 IS NULL OR {_MAILBOX} = ?9)",
            (json_time(at), address, incident, kind, digest, cause, is_caused, but_kind, mailbox),
        ).fetchone()
        return int(count)

    def alarms_kept_back(self, since: datetime) -> dict[str, int]:
        rows = self.connection.execute(
            "SELECT cause, COUNT(*) FROM private_mails WHERE at >= ?1 AND kind = 'alarm_kept_back' AND id > COALESCE("
            "(SELECT MAX(id) FROM private_mails WHERE at >= ?1 AND kind = 'alarm' AND cause = 'kept back'), 0)"
            " GROUP BY cause ORDER BY cause",
            (json_time(since),),
        )
        return dict(rows.fetchall())

    def private_mail_kind(self, serial: int) -> str | None:
        row = self.connection.execute("SELECT kind FROM private_mails WHERE id = ?", (serial,)).fetchone()
        return row[0] if row else None

    def note_offered(self, serial: int, replies: Collection[str], *, at: datetime) -> None:
        self.connection.execute(
            "INSERT INTO private_mails (kind, address, at, digest, cause) VALUES (?, '', ?, ?, ?)",
            (_OFFERED, json_time(at), str(serial), "\n".join(replies)),
        )

    def offered_in(self, serial: int) -> tuple[str, ...]:
        row = self.connection.execute(
            "SELECT cause FROM private_mails WHERE id > ? AND kind = ? AND digest = ? ORDER BY id LIMIT 1",
            (serial, _OFFERED, str(serial)),
        ).fetchone()
        return tuple(row[0].split("\n")) if row else ()

    def private_mail_noted_at(self, serial: int) -> datetime | None:
        row = self.connection.execute("SELECT at FROM private_mails WHERE id = ?", (serial,)).fetchone()
        return datetime.fromisoformat(row[0]).astimezone(UTC) if row else None

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
            "INSERT INTO senders SELECT ?1, ?2, ?3 WHERE (SELECT COUNT(*) FROM senders) < ?4"
            f" AND (SELECT COUNT(*) FROM senders WHERE {_MAILBOX} = ?5) < ?6 ON CONFLICT DO NOTHING",
            (
                (called or person.name).casefold(), person.address, person.name, SENDERS_MAX,
                mailbox_of(str(person.address)), NAMES_MAX,
            ),
        )  # fmt: skip

    def senders_called(self, name: str) -> list[Person]:
        rows = self.connection.execute(
            "SELECT name, address FROM senders WHERE folded = ? ORDER BY address", (name.casefold(),)
        )
        return [Person(name=name, address=address) for name, address in rows]

    def senders(self) -> list[Person]:
        rows = self.connection.execute("SELECT name, address FROM senders ORDER BY folded, address")
        return [Person(name=name, address=address) for name, address in rows]
