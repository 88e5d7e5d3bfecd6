"""Ask the commander, but only once, if a person who was asked about a worse severity does not answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from incidentmail.app.context import AppContext
from incidentmail.core.events import NoteAdded
from incidentmail.core.frozen import replace
from incidentmail.core.model import Incident, Person
from incidentmail.core.notices import Notice
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import AskedQuestion, DueNotice
from incidentmail.ledger.view import LedgerView
from incidentmail.outbound.private_mails import Item, Private

from .asked import is_answered
from .mail_kinds import NOBODY
from .private_mail import digest_of, not_told, note_due

ANSWER_WITHIN = timedelta(minutes=5)
"""How long the reader has to answer the question before the commander is asked."""
ASKED_ONCE_IN = timedelta(hours=1)
"""How often the commander is asked about one severity, no matter who stated it."""
STALE_AFTER = timedelta(days=1)
"""An older question is not passed on. This can happen if the program did not run for so long."""


def await_answer(tx: Transaction, incident: Incident, to: Person, severity: int, *, cause: int, at: datetime) -> None:
    """Record that `to` was asked about this severity, because of the accepted mail `cause`."""
    notice = Notice(kind="unanswered", at_once=False, to=to, number=severity)
    tx.add_notice(incident.id, notice, due_at=at + ANSWER_WITHIN, cause=cause)


def note_answer(tx: Transaction, incident: Incident, by: Person) -> None:
    """Record that `by` has stated a severity, so that nobody else is asked what they meant."""
    if by.address is not None:
        tx.forget_unanswered(incident.id, by.address)


def pass_on_due(context: AppContext) -> list[tuple[str, str]]:
    """Schedule a mail to the commander for each question that was not answered in time.

    Return the incident and the reason for each mail that cannot be sent. The commander is not asked if the severity is
    already as bad, if the incident has ended, or if the question was answered.
    """
    now, untold = context.now(), list[tuple[str, str]]()
    with context.ledger.snapshot() as view:
        waits = view.is_unanswered(now=now)
    while waits:
        with context.ledger.transaction() as tx:
            notice = tx.take_unanswered(now=now)
            over = _pass_on(context, tx, notice, now) if notice else None
            if notice and over:
                untold.append((notice.incident, over))
            waits = notice is not None
    return untold


def _pass_on(context: AppContext, tx: Transaction, notice: DueNotice, now: datetime) -> str | None:
    """Schedule the mail to the commander, if needed. Return the reason if a needed mail is not sent, otherwise None."""
    incident, severity = tx.incident(notice.incident), notice.number
    question = next((one for one in tx.asked_since(now - STALE_AFTER) if one.mail == notice.cause), None)
    if incident is None or severity is None or question is None or notice.recipient is None:
        return None
    if not incident.is_open or incident.severity <= severity:
        return None
    commander, asked = incident.commander, Person.parse(notice.recipient)
    if commander.same_as(asked) or is_answered(tx, _about_severity(question)):
        return None
    if commander.address is None:
        return not_told(commander.name, "no address is known")
    said = f"severity {severity}"
    digest = digest_of("passed_on", commander.address, incident.id, said)
    if tx.private_mails_since(now - ASKED_ONCE_IN, address=commander.address, kind="passed_on", digest=digest):
        return None
    content = Private(
        template="passed_on",
        to=commander,
        opening=f"Is it severity {severity}? {asked.name} may have said so, and has not answered when asked.",
        items=(Item(line=_words(tx, incident.id, question.mail), result="", instead=f"sev {severity}"),),
    )
    over = note_due(
        context, tx, content, kind="passed_on", at=now, incident=incident.id, said=said, urgent=True, cause=NOBODY
    )
    return not_told(commander.address, over) if over else None


def _about_severity(question: AskedQuestion) -> AskedQuestion:
    """Return the question reduced to the severity, without any other topics in the same mail."""
    return replace(question, about="severity")


def _words(view: LedgerView, incident: str, mail: int) -> str | None:
    """Return the text of the note that the accepted mail `mail` left, or None if it left none."""
    for entry in view.entries(incident):
        event = entry.recorded.event
        if isinstance(event, NoteAdded) and entry.caused_by is not None and entry.caused_by.seq == mail:
            return event.text
    return None
