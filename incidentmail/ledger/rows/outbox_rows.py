"""Store notices and the outbox: which mail is due, which process sends it, and what the relay replied."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from incidentmail.core.facts import json_time
from incidentmail.core.notices import Notice
from incidentmail.core.record.words_to_remove import is_left_of_mail
from incidentmail.ledger.values import (
    DueNotice,
    FailedRecipient,
    MailState,
    OutboxMail,
    Recipient,
    Reported,
    UnsentMail,
)

from .figure_rows import TO_STRANGER
from .packing import pack, unpack
from .statements import Statements, listed

DROPPED = "dropped by the operator"
_MAIL = (
    "SELECT id, message_id, incident, subject, reverse_path, raw, state, attempts, last_error, next_attempt_at,"
    " returned_at, missed_at, queued_at, leased_until FROM outbox"
)

_OF_MAIL = "kind <> 'unanswered'"
"""An SQL condition for notices of mail that excludes those waiting for an answer."""


class OutboxRows(Statements):
    """The methods of the store's interface (port.py, view.py) for notices and the outbox."""

    def add_notice(self, incident_id: str, notice: Notice, *, due_at: datetime, cause: int | None) -> None:
        self.connection.execute(
            "INSERT INTO notices (incident, kind, due_at, cause, recipient, number) VALUES (?, ?, ?, ?, ?, ?)",
            (incident_id, notice.kind, json_time(due_at), cause, str(notice.to) if notice.to else None, notice.number),
        )

    def take_notices(self, *, now: datetime, incident_id: str | None = None, early: bool = False) -> list[DueNotice]:
        rows = self.connection.execute(
            f"DELETE FROM notices WHERE {_OF_MAIL} AND (? IS NULL OR incident = ?)"
            f" AND (? OR incident IN (SELECT incident FROM notices WHERE {_OF_MAIL} AND due_at <= ?))"
            " RETURNING id, incident, kind, cause, recipient, number",
            (incident_id, incident_id, early, json_time(now)),
        ).fetchall()
        return [
            DueNotice(incident=row[1], kind=row[2], cause=row[3], recipient=row[4], number=row[5])
            for row in sorted(rows)
        ]

    def due_incidents(self, *, now: datetime, early: bool) -> list[str]:
        rows = self.connection.execute(
            f"SELECT incident FROM notices WHERE {_OF_MAIL} AND (? OR due_at <= ?) GROUP BY incident ORDER BY MIN(id)",
            (early, json_time(now)),
        )
        return [name for (name,) in rows]

    def recipients_of(self, incident_id: str) -> frozenset[str]:
        """Return all addresses to which announcements of the incident are or were sent. Private mail does not count.

        Private mail is identified by the number in its Message-ID. People who were sent a briefing count too, because a
        briefing contains the announcements.
        """
        rows = self.connection.execute(
            "SELECT address FROM outbox_recipients JOIN outbox ON outbox.id = mail"
            " WHERE incident = ?1 AND message_id NOT LIKE '<______.______.p%'"
            " UNION SELECT address FROM private_mails WHERE incident = ?1 AND kind = 'briefing'",
            (incident_id,),
        )
        return frozenset(address for (address,) in rows)

    def enqueue(self, mail: OutboxMail) -> None:
        now = json_time(mail.next_attempt_at)
        row = self.connection.execute(
            "INSERT INTO outbox (message_id, incident, subject, reverse_path, raw, state, queued_at, next_attempt_at)"
            " VALUES (?, ?, ?, ?, ?, 'queued', ?, ?) ON CONFLICT (message_id) DO NOTHING RETURNING id",
            (mail.message_id, mail.incident, mail.subject, mail.reverse_path, pack(mail.raw), now, now),
        ).fetchone()
        if row:
            self.connection.executemany(
                "INSERT INTO outbox_recipients (mail, address, state, reply) VALUES (?, ?, ?, ?)",
                [(row[0], recipient.address, recipient.state, recipient.reply) for recipient in mail.recipients],
            )

    def outbox(
        self, states: Sequence[MailState] = ("queued", "sent", "failed"), *, message_ids: Collection[str] | None = None
    ) -> list[OutboxMail]:
        chosen = "" if message_ids is None else f"message_id IN {self.in_texts} AND "
        values = [] if message_ids is None else [listed(message_ids)]
        marks = ", ".join("?" * len(states))
        return self._mails(f"WHERE {chosen}state IN ({marks}) ORDER BY id", *values, *states)

    def outbox_of_note(self, *, refused_since: datetime) -> list[OutboxMail]:
        return self._mails(
            "WHERE state IN ('queued', 'failed') OR (missed_at IS NOT NULL AND returned_at IS NULL)"
            " OR id IN (SELECT mail FROM outbox_recipients WHERE failed_at >= ?1 OR delayed_at >= ?1) ORDER BY id",
            str(json_time(refused_since)),
        )

    def outbox_numbered(self, number: int) -> OutboxMail | None:
        return next(iter(self._mails("WHERE id = ?", number)), None)

    def outbox_named(self, part: str) -> list[OutboxMail]:
        return self._mails("WHERE instr(message_id, ?) > 0 ORDER BY id LIMIT 10", part)

    def _mails(self, condition: str, *values: str | int) -> list[OutboxMail]:
        return [self._mail(row) for row in self.connection.execute(f"{_MAIL} {condition}", values).fetchall()]

    def lease(
        self, *, now: datetime, until: datetime, by: str, early: bool = False, after: int = 0,
        only: Collection[int] | None = None, but: Collection[int] = (),
    ) -> OutboxMail | None:  # fmt: skip
        at, chosen = json_time(now), None if only is None else listed(only)
        row = self.connection.execute(
            "UPDATE outbox SET leased_until = ?, leased_by = ?, attempts = attempts + 1 WHERE id = ("
            " SELECT id FROM outbox WHERE state = 'queued' AND id > ? AND (leased_until IS NULL OR leased_until <= ?)"
            f" AND (? IS NULL OR id IN {self.in_numbers}) AND id NOT IN {self.in_numbers}"
            " AND (? OR next_attempt_at <= ? OR incident IN"
            " (SELECT incident FROM outbox WHERE state = 'queued' AND next_attempt_at <= ?))"
            f" ORDER BY id LIMIT 1 {self.skip_locked}) RETURNING id",
            (json_time(until), by, after, at, chosen, chosen, listed(but), early, at, at),
        ).fetchone()
        if not row:
            return None
        return self._mail(self.connection.execute(f"{_MAIL} WHERE id = ?", row).fetchone())

    def requeue_failed(self, *, at: datetime, only: Collection[int] | None = None) -> None:
        if only is None:
            rows = self.connection.execute(
                "SELECT id FROM outbox WHERE state = 'failed' AND COALESCE(last_error, '') <> ?", (DROPPED,)
            )
            only = [number for (number,) in rows]
        chosen = listed([number for number in only if not self._is_redacted(number)])
        self.connection.execute(
            "UPDATE outbox_recipients SET state = 'queued', failed_at = NULL WHERE state = 'failed'"
            f" AND mail IN {self.in_numbers}",
            (chosen,),
        )
        self.connection.execute(
            "UPDATE outbox SET state = 'queued', queued_at = ?, next_attempt_at = ?"
            f" WHERE id IN {self.in_numbers}"
            " AND EXISTS (SELECT 1 FROM outbox_recipients r WHERE r.mail = outbox.id AND r.state = 'queued')",
            (json_time(at), json_time(at), chosen),
        )

    def _is_redacted(self, number: int) -> bool:
        mail = self.outbox_numbered(number)
        return mail is not None and is_left_of_mail(mail.raw, mail.message_id)

    def drop(self, mail_id: int, *, at: datetime) -> bool:
        done = self.connection.execute(
            "UPDATE outbox SET state = 'failed', last_error = ? WHERE id = ?"
            " AND state = 'queued' AND (leased_until IS NULL OR leased_until <= ?)",
            (DROPPED, mail_id, json_time(at)),
        )
        return done.rowcount == 1

    def settle(self, mail: OutboxMail, *, at: datetime) -> None:
        """Record the new state of a leased message and of its recipients, and end the lease."""
        self.connection.execute(
            "UPDATE outbox SET state = ?, last_error = ?, next_attempt_at = ?, leased_until = NULL, leased_by = NULL,"
            " sent_at = CASE WHEN ? = 'sent' THEN ? END WHERE id = ?",
            (mail.state, mail.last_error, json_time(mail.next_attempt_at), mail.state, json_time(at), mail.id),
        )
        self.connection.execute(
            f"DELETE FROM outbox_recipients WHERE mail = ? AND address NOT IN {self.in_texts}",
            (mail.id, listed([recipient.address for recipient in mail.recipients])),
        )
        self.connection.executemany(
            "INSERT INTO outbox_recipients (mail, address, state, reply, sent_at, failed_at) VALUES (?1, ?2, ?3, ?4,"
            " CASE WHEN ?3 = 'sent' THEN ?5 END, CASE WHEN ?3 = 'failed' THEN ?5 END) ON CONFLICT (mail, address)"
            " DO UPDATE SET state = excluded.state, reply = excluded.reply, said = NULL,"
            " sent_at = COALESCE(outbox_recipients.sent_at, excluded.sent_at),"
            " failed_at = COALESCE(outbox_recipients.failed_at, excluded.failed_at)"
            # A report about another recipient may have arrived during the attempt.
            " WHERE outbox_recipients.state = 'queued'",
            [(mail.id, r.address, r.state, r.reply, json_time(at)) for r in mail.recipients],
        )

    def note_report(
        self, mail_id: int, address: str, *, what: Reported, reply: str, at: datetime, said: str | None = None
    ) -> bool:
        """Record a report about a recipient for whom a relay accepted the mail."""
        done = self.connection.execute(
            "UPDATE outbox_recipients SET state = CASE WHEN ?3 = 'failed' THEN 'failed' ELSE 'sent' END, reply = ?4,"
            " said = ?6, delayed_at = CASE WHEN ?3 = 'delayed' THEN ?5 END, "
            " failed_at = CASE WHEN ?3 = 'failed' THEN ?5 END WHERE mail = ?1 AND address = ?2 AND state = 'sent'",
            (mail_id, address, what, reply, json_time(at), said),
        )
        if done.rowcount and what == "failed":
            failed = self.connection.execute(
                "SELECT address, reply FROM outbox_recipients WHERE mail = ? AND state = 'failed'", (mail_id,)
            ).fetchall()
            self.connection.execute(
                "UPDATE outbox SET last_error = ?2, state = CASE WHEN state = 'sent' AND NOT EXISTS"
                " (SELECT 1 FROM outbox_recipients WHERE mail = ?1 AND state != 'failed') THEN 'failed' ELSE state END"
                " WHERE id = ?1",
                (mail_id, "; ".join(f"{name}: {said}" for name, said in failed)),
            )
        return done.rowcount == 1

    def failed_recipients(self, *, since: datetime, limit: int) -> list[FailedRecipient]:
        rows = self.connection.execute(
            "SELECT mail, address, reply, failed_at FROM outbox_recipients JOIN outbox ON outbox.id = mail"
            f" WHERE failed_at >= ? AND NOT {TO_STRANGER} ORDER BY failed_at DESC, mail DESC LIMIT ?",
            (json_time(since), limit),
        )
        return [
            FailedRecipient(mail=mail, address=address, reply=reply, at=_utc(at), state="failed")
            for mail, address, reply, at in rows
        ]

    def waiting_recipients(self, *, after: datetime, until: datetime) -> list[FailedRecipient]:
        rows = self.connection.execute(
            "SELECT mail, address, reply, queued_at, 'queued' FROM outbox_recipients r JOIN outbox ON outbox.id = mail"
            " WHERE outbox.state = 'queued' AND r.state = 'queued' AND queued_at > ?1 AND queued_at <= ?2"
            " UNION SELECT mail, address, reply, sent_at, 'delayed' FROM outbox_recipients"
            " WHERE delayed_at > ?1 AND sent_at > ?1 AND sent_at <= ?2 ORDER BY mail, address",
            (json_time(after), json_time(until)),
        )
        return [
            FailedRecipient(mail=mail, address=address, reply=reply, at=_utc(at), state=state)
            for mail, address, reply, at, state in rows
        ]

    def unsent(self, *, now: datetime, failed_since: datetime) -> list[UnsentMail]:
        rows = self.connection.execute(
            "SELECT id, incident, subject, state, last_error, queued_at FROM outbox WHERE incident IS NOT NULL AND ("
            " (state = 'queued' AND (leased_until IS NULL OR leased_until <= ?))"
            " OR (state = 'failed' AND COALESCE(last_error, '') <> ? AND queued_at >= ?)) ORDER BY id",
            (json_time(now), DROPPED, json_time(failed_since)),
        )
        return [
            UnsentMail(mail=mail, incident=incident, subject=subject, state=state, why=why, at=_utc(at))
            for mail, incident, subject, state, why, at in rows
        ]

    def unreturned(self, address: str, *, after: datetime, until: datetime) -> list[OutboxMail]:
        rows = self.connection.execute(
            f"{_MAIL} WHERE returned_at IS NULL AND missed_at IS NULL AND id IN (SELECT mail FROM outbox_recipients"
            " WHERE address = ? AND sent_at > ? AND sent_at <= ?) ORDER BY id",
            (address, json_time(after), json_time(until)),
        ).fetchall()
        return [self._mail(row) for row in rows]

    def never_returned(self, addresses: Sequence[str], *, until: datetime | None = None) -> list[str]:
        last = json_time(until) if until else "9999"
        accepted = "FROM outbox_recipients WHERE address = ?1 AND sent_at IS NOT NULL"
        query = (
            f"SELECT EXISTS (SELECT 1 {accepted} AND sent_at <= ?2)"
            f" AND NOT EXISTS (SELECT 1 FROM outbox WHERE id IN (SELECT mail {accepted}) AND returned_at IS NOT NULL)"
        )
        return [address for address in addresses if self.connection.execute(query, (address, last)).fetchone()[0]]

    def mark_returned(self, message_id: str, *, at: datetime) -> None:
        self.connection.execute(
            "UPDATE outbox SET returned_at = ? WHERE message_id = ? AND returned_at IS NULL",
            (json_time(at), message_id),
        )

    def mark_missed(self, mail_id: int, *, at: datetime) -> None:
        self.connection.execute("UPDATE outbox SET missed_at = ? WHERE id = ?", (json_time(at), mail_id))

    def _mail(self, row: tuple[Any, ...]) -> OutboxMail:
        recipients = self.connection.execute(
            "SELECT address, state, reply, sent_at, delayed_at, failed_at, said FROM outbox_recipients WHERE mail = ?"
            " ORDER BY address",
            (row[0],),
        )
        return OutboxMail(
            id=row[0], message_id=row[1], incident=row[2], subject=row[3], reverse_path=row[4],
            raw=unpack(row[5], f"mail {row[0]} in the outbox"), state=row[6], attempts=row[7], last_error=row[8],
            next_attempt_at=_utc(row[9]),
            returned_at=_utc(row[10]) if row[10] else None, missed_at=_utc(row[11]) if row[11] else None,
            queued_at=_utc(row[12]), leased_until=_utc(row[13]) if row[13] else None,
            recipients=tuple(
                Recipient(
                    address=row[0], state=row[1], reply=row[2],
                    sent_at=_utc(row[3]) if row[3] else None,
                    delayed_at=_utc(row[4]) if row[4] else None,
                    failed_at=_utc(row[5]) if row[5] else None,
                    said=row[6],
                )
                for row in recipients
            ),
        )  # fmt: skip


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
