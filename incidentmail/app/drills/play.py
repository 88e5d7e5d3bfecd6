"""Write the mails of a drill: the first, the last, and those from invented people. End the drill when it is over."""

from __future__ import annotations

from incidentmail.app.context import AppContext
from incidentmail.app.keeping.authority import leads
from incidentmail.app.sending.enqueue import MadeMails, MailFault, enqueue, enqueue_apart, occasion
from incidentmail.core.drills.drill_events import CLOSING, OPENING, DrillMailSent
from incidentmail.core.drills.run import Run, due_mails
from incidentmail.core.model import Incident
from incidentmail.errors import RenderError
from incidentmail.ledger.port import Transaction
from incidentmail.outbound.drills.drill_mails import render_closing, render_inject, render_opening
from incidentmail.outbound.header_fields import Mail
from incidentmail.report.drills.score_lines import score_lines

from .runs import end, unfinished
from .score_of import score_of


def play(context: AppContext) -> MadeMails:
    """Put the mails of the drill that are due into the outbox, each in a separate transaction.

    A mail that cannot be written stays due, and the drill waits for it.
    """
    made: list[str] = []
    try:
        while message_id := _play_next(context):
            made.append(message_id)
    except RenderError as error:
        return MadeMails(tuple(made), (MailFault(None, error),))
    return MadeMails(tuple(made))


def _play_next(context: AppContext) -> str | None:
    """Write the next mail that is due, and return its Message-ID. Return None if none is due."""
    with context.ledger.snapshot() as view:
        if unfinished(view) is None:
            return None
    with context.ledger.transaction() as tx:
        run = unfinished(tx)
        if run is None or not leads(context, tx, None):
            return None
        if not run.is_over and context.now() >= run.ends_at:
            end(context, tx, run, actor=context.itself(), stopped=False)
            run = unfinished(tx) or run
        number = next(iter(due_mails(run, context.now())), None)
        return None if number is None else _send(context, tx, run, number)


def _send(context: AppContext, tx: Transaction, run: Run, number: int) -> str:
    incident = _incident_of(tx, run)
    mail = _mail(context, tx, run, number, incident)
    if incident is None:
        enqueue_apart(context, tx, None, mail)
    else:
        enqueue(context, tx, incident, mail)
    sent = DrillMailSent(run=run.id, number=number, message_id=mail.message_id)
    tx.append_drill(sent, actor=context.itself(), at=context.now(), caused_by=None)
    return mail.message_id


def _mail(context: AppContext, tx: Transaction, run: Run, number: int, incident: Incident | None) -> Mail:
    at, origin = context.now(), context.ledger.origin
    sender = context.drill_sender()
    if number == OPENING:
        return render_opening(sender, run, at=at, origin=origin)
    thread = occasion(context, tx, incident).thread if incident else ()
    if number == CLOSING:
        score = score_lines(score_of(context, tx, run))
        return render_closing(sender, run, score, incident, thread=thread, at=at, origin=origin)
    return render_inject(sender, run, number, incident, thread=thread, at=at, origin=origin)


def _incident_of(tx: Transaction, run: Run) -> Incident | None:
    """Return the incident that the run's mails belong to: the first open one, or else the last one, or None."""
    found = [incident for name in run.incidents if (incident := tx.incident(name)) is not None]
    return next((incident for incident in found if incident.is_open), found[-1] if found else None)
