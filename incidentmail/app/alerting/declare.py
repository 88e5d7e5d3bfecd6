"""Declare the incident that an alert proposes."""

from __future__ import annotations

from datetime import datetime

from incidentmail.app.begin_incident import Begun, begin_incident
from incidentmail.app.context import AppContext
from incidentmail.core.alerts.proposal import AlertProposal
from incidentmail.core.alerts.words import PARTS_SHOWN_MAX, details_of, title_of
from incidentmail.core.commands import Declare, Refused
from incidentmail.core.decision.state_forms import in_quotation_marks
from incidentmail.core.frozen import replace
from incidentmail.core.leaks.leaked_secrets import masked_command
from incidentmail.core.model import Actor, Person
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import CausedBy
from incidentmail.ledger.view import LedgerView

from .settle import settle

THREADS_MAX = 20
"""How many of a proposal's mails join its incident's thread, so that answers to them are matched to the incident."""


def proposed_details(context: AppContext, view: LedgerView, proposal: AlertProposal) -> str:
    """Return the details with which a proposal declares its incident."""
    parts = view.alert_parts(proposal.number, limit=PARTS_SHOWN_MAX)
    return details_of(proposal, parts, context.config.settings.timezones)


def declare_alert(
    context: AppContext, tx: Transaction, proposal: AlertProposal, *, actor: Actor, at: datetime,
    severity: int | None = None, commander: Person | None = None,
) -> Begun | Refused:  # fmt: skip
    """Declare the incident that an alert proposes, and end the proposal.

    If nobody answered, `commander` is given: that person becomes the assumed commander, and the alert is the cause.
    Otherwise `actor`, who answered, becomes the commander. The incident has the severity of the alert unless `severity`
    is given.
    """
    accepted = tx.accepted(proposal.mail)
    cause = CausedBy(seq=accepted.seq, sha256=accepted.sha256) if accepted and commander else None
    command = Declare(
        description=title_of(proposal),
        details=proposed_details(context, tx, proposal),
        severity=proposal.severity if severity is None else severity,
        commander=commander or actor.person,
        unsure=("commander",) if commander else (),
    )
    # The alert wrote these words, even if a person at a terminal declares the incident.
    command = in_quotation_marks(masked_command(command)[0], context.words.policy)
    begun = begin_incident(context, tx, command, actor=actor, at=at, caused_by=cause)
    if isinstance(begun, Refused):
        return begun
    by = actor.person if commander is None else None
    untold = note_declared(context, tx, proposal, begun.incident.id, by=by, at=at)
    return replace(begun, untold=(*begun.untold, *untold))


def note_declared(
    context: AppContext, tx: Transaction, proposal: AlertProposal, incident: str, *, by: Person | None, at: datetime,
    joins: bool = False,
) -> tuple[str, ...]:  # fmt: skip
    """Record that a proposal became an incident, or was added to an existing one if `joins` is true.

    From now on, answers to mails about the proposal belong to the incident. Return a text for each person who gets no
    mail because of a limit.
    """
    for seq in tx.alert_mails(proposal.number, limit=THREADS_MAX):
        outcome = tx.outcome(seq)
        if outcome is None:
            continue
        if outcome.message_id:
            tx.follow_thread(incident, outcome.message_id)
        if outcome.incident is None:
            tx.revise_outcome(replace(outcome, incident=incident), at=at)
    return settle(context, tx, proposal, "declared", at=at, by=by, incident=incident, joins=joins)[1]
