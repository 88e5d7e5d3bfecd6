"""Find drill runs in the ledger, add incidents to a run, and end a run. play.py writes the mail about them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from incidentmail.app.context import AppContext
from incidentmail.app.record import record
from incidentmail.core.commands import SetStatus
from incidentmail.core.decision.decide import decide
from incidentmail.core.drills.drill_events import CLOSING, DrillEnded, DrillJoined, DrillMailSent
from incidentmail.core.events import Event, NoteAdded
from incidentmail.core.model import Actor, Incident, Status
from incidentmail.core.notices import Notice
from incidentmail.core.record.streams import DRILLS
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import CausedBy
from incidentmail.ledger.view import LedgerView

if TYPE_CHECKING:
    from incidentmail.core.drills.run import Run

OVER = "The drill is over."


def every_run(view: LedgerView) -> list[Run]:
    """Return all drill runs, the oldest first."""
    from incidentmail.core.drills.run import runs_of  # imported here because usually there is no drill

    return runs_of(entry.recorded for entry in view.entries(DRILLS))


def unfinished(view: LedgerView) -> Run | None:
    """Return the run that is not over or whose last mail has not been written yet, or None.

    There is at most one such run. If there is none, only the newest entry is read.
    """
    newest = next(iter(view.newest_entries(DRILLS, limit=1)), None)
    last = newest.recorded.event if newest else None
    if last is None or (isinstance(last, DrillMailSent) and last.number == CLOSING):
        return None
    return every_run(view)[-1]


def running(view: LedgerView) -> Run | None:
    """Return the run that is in progress, or None."""
    run = unfinished(view)
    return run if run is not None and not run.is_over else None


def join(context: AppContext, tx: Transaction, incident: Incident, *, actor: Actor, caused_by: CausedBy | None) -> None:
    """Add a new incident to the current run if the incident is a drill and there is a run.

    From now on, replies to the mails from invented people belong to the incident, and text from those mails counts as
    quoted.
    """
    run = running(tx) if incident.drill else None
    if run is None:
        return
    event = DrillJoined(run=run.id, incident=incident.id)
    tx.append_drill(event, actor=actor, at=context.now(), caused_by=caused_by)
    for message_id in run.sent.values():
        tx.follow_thread(incident.id, message_id)
    for inject in run.sent_injects():
        tx.remember_words(incident.id, f"{inject.subject}\n{inject.text}")


def end(
    context: AppContext, tx: Transaction, run: Run, *, actor: Actor, stopped: bool, caused_by: CausedBy | None = None
) -> None:
    """End a run: drop its queued mail, close its incidents, and schedule its last mail."""
    at = context.now()
    tx.append_drill(DrillEnded(run=run.id, stopped=stopped), actor=actor, at=at, caused_by=caused_by)
    sent = set(run.sent.values())
    for mail in tx.outbox(("queued",)):
        if mail.message_id in sent or mail.incident in run.incidents:
            tx.drop(mail.id, at=at)
    for name in run.incidents:
        incident = tx.incident(name)
        if incident is not None and incident.is_open:
            _close(context, tx, incident, at=at, caused_by=caused_by)


def _close(
    context: AppContext, tx: Transaction, incident: Incident, *, at: datetime, caused_by: CausedBy | None
) -> None:
    actor = context.itself()
    closed = decide(incident, SetStatus(Status.CLOSED), actor=actor, now=at, policy=context.words.policy)
    if isinstance(closed, tuple):
        events: tuple[Event, ...] = (NoteAdded(text=OVER, rides=True), *closed)
        record(context, tx, incident.id, events, version=incident.version, actor=actor, at=at, caused_by=caused_by)
        tx.add_notice(incident.id, Notice(kind="follow_up", at_once=True), due_at=at, cause=None)  # without waiting
