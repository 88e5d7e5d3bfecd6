"""Store the proposals made by alerts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from incidentmail.core.alerts.proposal import AlertPart, AlertProposal
from incidentmail.core.facts import json_time
from incidentmail.core.frozen import json_text, read_text, replace
from incidentmail.core.record.words_to_remove import REMOVED

from .statements import Statements, Value, listed

_ALL = 1_000_000_000
_PART = "key, title, severity, count, last_at, is_over"


class AlertRows(Statements):
    """The methods of the store's interface (alert_port.py) for alert proposals."""

    def alert(self, number: int) -> AlertProposal | None:
        return self._one("SELECT number, content FROM alerts WHERE number = ?", number)

    def alerts(self, *, everything: bool = False, limit: int | None = None) -> list[AlertProposal]:
        only = "" if everything else " WHERE state = 'open'"
        rows = self.connection.execute(
            f"SELECT number, content FROM alerts{only} ORDER BY number DESC LIMIT ?",
            (_ALL if limit is None else limit,),
        )
        return [_proposal(row) for row in rows]

    def newest_alert(self) -> AlertProposal | None:
        return self._one("SELECT number, content FROM alerts ORDER BY number DESC LIMIT 1")

    def alert_with(self, key: str) -> AlertProposal | None:
        return self._one(
            "SELECT number, content FROM alerts WHERE number ="
            " (SELECT alert FROM alert_parts WHERE key = ? ORDER BY alert DESC LIMIT 1)",
            key,
        )

    def alert_of_mail(self, seq: int) -> int | None:
        row = self.connection.execute("SELECT alert FROM alert_mails WHERE mail = ?", (seq,)).fetchone()
        return row[0] if row else None

    def alert_of_message(self, message_ids: Collection[str]) -> int | None:
        row = self.connection.execute(
            "SELECT MAX(m.alert) FROM alert_mails m JOIN outcomes o ON o.seq = m.mail"
            f" WHERE o.message_id IN {self.in_texts}",
            (listed(message_ids),),
        ).fetchone()
        return row[0] if row else None

    def alert_mails(self, number: int, *, limit: int) -> list[int]:
        rows = self.connection.execute(
            "SELECT mail FROM alert_mails WHERE alert = ? ORDER BY mail LIMIT ?", (number, limit)
        )
        return [mail for (mail,) in rows]

    def alert_part(self, number: int, key: str) -> AlertPart | None:
        row = self.connection.execute(
            f"SELECT {_PART} FROM alert_parts WHERE alert = ? AND key = ?", (number, key)
        ).fetchone()
        return _part(row) if row else None

    def alert_parts(self, number: int, *, limit: int) -> list[AlertPart]:
        rows = self.connection.execute(
            f"SELECT {_PART} FROM alert_parts WHERE alert = ? ORDER BY is_over, severity, last_at, key LIMIT ?",
            (number, limit),
        )
        return [_part(row) for row in rows]

    def alerts_left(self, number: int) -> int:
        (count,) = self.connection.execute(
            "SELECT COUNT(*) FROM alert_parts WHERE alert = ? AND is_over = 0", (number,)
        ).fetchone()
        return int(count)

    def add_alert(self, proposal: AlertProposal) -> AlertProposal:
        (number,) = self.connection.execute("SELECT COALESCE(MAX(number), 0) + 1 FROM alerts").fetchone()
        added = replace(proposal, number=number)
        self.connection.execute(
            "INSERT INTO alerts (number, state, content) VALUES (?, ?, ?)", (number, added.state, json_text(added))
        )
        return added

    def save_alert(self, proposal: AlertProposal) -> None:
        self.connection.execute(
            "UPDATE alerts SET state = ?, content = ? WHERE number = ?",
            (proposal.state, json_text(proposal), proposal.number),
        )

    def save_alert_part(self, number: int, part: AlertPart) -> None:
        self.connection.execute(
            f"INSERT INTO alert_parts (alert, {_PART}) VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (alert, key) DO UPDATE SET title = excluded.title, severity = excluded.severity,"
            " count = excluded.count, last_at = excluded.last_at, is_over = excluded.is_over",
            (number, part.key, part.title, part.severity, part.count, json_time(part.last_at), int(part.is_over)),
        )

    def note_alert_mail(self, seq: int, number: int) -> None:
        self.connection.execute(
            "INSERT INTO alert_mails (mail, alert) VALUES (?, ?) ON CONFLICT (mail) DO NOTHING", (seq, number)
        )

    def forget_alerts_of(self, mails: Collection[int]) -> None:
        """Remove the text that proposals copied from these messages, which are themselves being removed."""
        for number in sorted({number for seq in mails if (number := self.alert_of_mail(seq)) is not None}):
            kept = self.alert(number)
            if kept is not None and kept.mail in mails:
                self.save_alert(replace(kept, title=REMOVED, details=REMOVED, because=None))
            self.connection.execute("UPDATE alert_parts SET title = ? WHERE alert = ?", (REMOVED, number))

    def _one(self, statement: str, *values: Value) -> AlertProposal | None:
        row = self.connection.execute(statement, values).fetchone()
        return _proposal(row) if row else None


def _proposal(row: Any) -> AlertProposal:
    return replace(read_text(AlertProposal, row[1]), number=row[0])


def _part(row: Any) -> AlertPart:
    key, title, severity, count, last_at, is_over = row
    at = datetime.fromisoformat(last_at).astimezone(UTC)
    return AlertPart(key=key, title=title, severity=severity, count=count, last_at=at, is_over=bool(is_over))
