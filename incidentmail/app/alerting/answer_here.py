"""Carry out answers to the question about an alert that are given at the terminal."""

from __future__ import annotations

from incidentmail.app.actions import Done, RefusedError, send_out
from incidentmail.app.choose_incident import choose
from incidentmail.app.context import AppContext
from incidentmail.app.keeping.authority import must_lead
from incidentmail.app.record import record
from incidentmail.app.sending.flush import Made, flush
from incidentmail.core.alerts.proposal import AlertProposal
from incidentmail.core.alerts.words import end_words
from incidentmail.core.commands import Refused
from incidentmail.core.events import NoteAdded
from incidentmail.core.leaks.leaked_secrets import masked
from incidentmail.core.text import clip, one_line
from incidentmail.errors import UsageError
from incidentmail.ledger.port import Transaction

from .declare import declare_alert, note_declared
from .settle import settle

REASON_CHARS_MAX = 200


def join_alert(context: AppContext, number: int, which: str) -> Done:
    """Add an alert to the incident that `which` names, without mail to the list. Raise RefusedError or UsageError."""
    at, actor = context.now(), context.operator()
    with context.ledger.transaction() as tx:
        proposal, incident = _proposal(tx, number), choose(tx, which)
        if not proposal.is_open:
            raise RefusedError(_settled(context, proposal))
        untold = note_declared(context, tx, proposal, incident.id, by=actor.person, at=at, joins=True)
        event = NoteAdded(text=f'The alert "{proposal.title}" belongs to this incident.')
        record(context, tx, incident.id, [event], version=incident.version, actor=actor, at=at, caused_by=None)
    flush(context, is_asked=True)
    with context.ledger.snapshot() as view:
        return Done(incident=view.incident(incident.id) or incident, events=(event,), mails=(), untold=untold)


def accept_alert(context: AppContext, number: int, *, severity: int | None) -> Done:
    """Declare the incident that an alert proposes, and announce it to the list. Raise RefusedError or UsageError."""
    at = context.now()
    with context.ledger.transaction() as tx:
        proposal = _proposal(tx, number)
        must_lead(context, tx, None)
        if proposal.state == "declared":
            raise RefusedError(Refused(
                reason=f"alert {number} was declared before: {proposal.incident}",
                remedy=f"'incidentmail update {proposal.incident}' changes it",
            ))  # fmt: skip
        begun = declare_alert(context, tx, proposal, actor=context.operator(), at=at, severity=severity)
        if isinstance(begun, Refused):
            raise RefusedError(begun)
    sent = send_out(context, begun.incident.id, known=begun.incident.thread)
    with context.ledger.snapshot() as view:
        incident = view.incident(begun.incident.id) or begun.incident
    return Done(
        incident=incident, events=begun.events, mails=sent.mails, is_new=begun.is_new,
        untold=(*begun.untold, *sent.untold), template_faults=sent.template_faults,
    )  # fmt: skip


def reject_alert(context: AppContext, number: int, *, reason: str) -> tuple[AlertProposal, Made]:
    """Record that an alert is not an incident, and send the resulting mail. Raise RefusedError or UsageError."""
    at = context.now()
    with context.ledger.transaction() as tx:
        proposal = _proposal(tx, number)
        must_lead(context, tx, None)
        if not proposal.is_open:
            raise RefusedError(_settled(context, proposal))
        why = clip(one_line(masked(reason)[0]), REASON_CHARS_MAX)
        ended, _ = settle(context, tx, proposal, "rejected", at=at, by=context.operator().person, reason=why)
    return ended, flush(context, is_asked=True).made


def _settled(context: AppContext, proposal: AlertProposal) -> Refused:
    ended = end_words(proposal, context.now(), context.config.settings.timezones)
    return Refused(
        reason=f"alert {proposal.number} is settled: {ended}", remedy="'incidentmail alert list' shows those that wait"
    )


def _proposal(tx: Transaction, number: int) -> AlertProposal:
    found = tx.alert(number)
    if found is None:
        raise UsageError(f"no alert has the number {number}", hint="'incidentmail alert list --all' shows them")
    return found
