"""Store the questions that people were asked, and what their mail eventually changed.

A question is a row of private_mails, in addition to the row of the mail that asks it. Its `filed` is the number of the
mail to which it refers, and its `address` is empty, so that no limit counts it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from incidentmail.core.facts import json_time
from incidentmail.core.model import Person
from incidentmail.ledger.values import AskedQuestion, DoneByMail, DueNotice

from .statements import Statements

_ASKED = "asked."
"""The prefix of the kind of such a row, before the topic of the question."""


class QuestionRows(Statements):
    """The methods of the store's interface (port.py, view.py) for questions."""

    def note_asked(self, mail: int, about: Collection[str], *, at: datetime) -> None:
        self.connection.executemany(
            "INSERT INTO private_mails (kind, address, at, filed) VALUES (?, '', ?, ?)",
            [(f"{_ASKED}{one}", json_time(at), mail) for one in about],
        )

    def asked_since(self, at: datetime) -> list[AskedQuestion]:
        rows = self.connection.execute(
            "SELECT p.kind, p.at, p.filed, o.header_from, o.incident FROM private_mails p"
            " JOIN outcomes o ON o.seq = p.filed WHERE p.at >= ? AND p.address = '' AND substr(p.kind, 1, ?) = ?"
            " ORDER BY p.id",
            (json_time(at), len(_ASKED), _ASKED),
        )
        return [
            AskedQuestion(
                mail=mail, about=kind.removeprefix(_ASKED), at=datetime.fromisoformat(asked_at).astimezone(UTC),
                address=address, incident=incident,
            )
            for kind, asked_at, mail, address, incident in rows
        ]  # fmt: skip

    def is_unanswered(self, *, now: datetime) -> bool:
        row = self.connection.execute(
            "SELECT 1 FROM notices WHERE kind = 'unanswered' AND due_at <= ? LIMIT 1", (json_time(now),)
        ).fetchone()
        return row is not None

    def forget_unanswered(self, incident_id: str, address: str) -> None:
        rows = self.connection.execute(
            "SELECT id, recipient FROM notices WHERE kind = 'unanswered' AND incident = ?", (incident_id,)
        ).fetchall()
        answered = [(id_,) for id_, recipient in rows if Person.parse(recipient).address == address]
        self.connection.executemany("DELETE FROM notices WHERE id = ?", answered)

    def take_unanswered(self, *, now: datetime) -> DueNotice | None:
        row = self.connection.execute(
            "DELETE FROM notices WHERE id = (SELECT MIN(id) FROM notices WHERE kind = 'unanswered' AND due_at <= ?)"
            " RETURNING incident, kind, cause, recipient, number",
            (json_time(now),),
        ).fetchone()
        return DueNotice(incident=row[0], kind=row[1], cause=row[2], recipient=row[3], number=row[4]) if row else None

    def done_by_mail(self, incident_id: str) -> list[DoneByMail]:
        rows = self.connection.execute(
            "SELECT e.kind, o.seq, o.header_from, o.decided_at FROM entries e"
            " JOIN outcomes o ON o.seq = json_extract(CAST(e.body AS TEXT), '$.caused_by.seq')"
            " WHERE e.incident = ? AND e.kind NOT IN ('note_added.v1', 'announced.v1') ORDER BY e.version",
            (incident_id,),
        )
        return [
            DoneByMail(kind=kind, mail=mail, address=address, at=datetime.fromisoformat(at).astimezone(UTC))
            for kind, mail, address, at in rows
        ]
