"""Beginning an incident, and noting which mail is due: what mails and commands at the terminal share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from incidentmail.core.commands import Declare, Identity, Refused
from incidentmail.core.decision.decide import declare as decide_declaration
from incidentmail.core.events import Event, Recorded
from incidentmail.core.fold import evolve, fold
from incidentmail.core.ids import incident_id, restricted_id
from incidentmail.core.model import Actor, Incident
from incidentmail.core.notices import Notice, notices_for
from incidentmail.core.text import one_line
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import CausedBy
from incidentmail.ledger.view import LedgerView

from .context import AppContext
from .private_mail import tell_named

SAME_WITHIN = timedelta(minutes=10)
"""The same description by the same person within this time is the same incident."""


@dataclass(frozen=True, slots=True)
class Begun:
    incident: Incident
    events: tuple[Event, ...]
    is_new: bool


def declare(
    context: AppContext, tx: Transaction, command: Declare, *, actor: Actor, at: datetime, caused_by: CausedBy | None
) -> Begun | Refused:
    """A new incident in the ledger, its announcement due; or the one that is the same."""
    if refused := without_list(context, command):
        return refused
    same = _same(tx, command, actor, at)
    if same is not None:
        return Begun(same, (), is_new=False)
    identity = new_identity(context, tx, command.description, at, restricted=command.restricted)
    events = decide_declaration(command, identity=identity, actor=actor, now=at, policy=context.words.policy)
    if isinstance(events, Refused):
        return events
    incident = tx.append(identity.id, events, actor=actor, at=at, expected_version=0, caused_by=caused_by)
    note_due(context, tx, identity.id, notices_for(events), at=at, cause=caused_by.seq if caused_by else None)
    tell_named(context, tx, incident, events, actor=actor, at=at)
    return Begun(incident, events, is_new=True)


def without_list(context: AppContext, command: Declare) -> Refused | None:
    """A refusal where a restricted incident is declared, and there is no list for it."""
    if not command.restricted or context.config.settings.list.restricted is not None:
        return None
    return Refused(
        reason="there is no list for restricted incidents, so nobody could be told",
        remedy='set [list] restricted = "security-incidents@example.com" in the configuration',
    )


def new_identity(
    context: AppContext, tx: LedgerView, description: str, at: datetime, *, restricted: bool = False
) -> Identity:
    """A free id and REF; the id of a restricted incident says nothing of what it is about."""
    ref = context.new_ref()
    while tx.incident_by_ref(ref) is not None or tx.incident(restricted_id(ref, at)) is not None:
        ref = context.new_ref()
    if restricted:
        return Identity(id=restricted_id(ref, at), ref=ref, origin=context.ledger.origin)
    name = incident_id(description, at, lambda candidate: tx.incident(candidate) is not None)
    return Identity(id=name, ref=ref, origin=context.ledger.origin)


def first_state(identity: Identity, events: Sequence[Event], actor: Actor, at: datetime) -> Incident:
    """The state of an incident that `events` declare, before it is in the ledger."""
    recorded = [
        Recorded(incident=identity.id, version=number, at=at, by=actor.person, event=event)
        for number, event in enumerate(events, 1)
    ]
    state = fold(recorded)
    if state is None:
        raise ValueError("no events")
    return state


def preview(state: Incident, events: Sequence[Event], actor: Actor, at: datetime) -> Incident:
    """The state after `events`, before they are in the ledger."""
    for event in events:
        version = state.version + 1
        state = evolve(state, Recorded(incident=state.id, version=version, at=at, by=actor.person, event=event))
    return state


def note_due(
    context: AppContext, tx: Transaction, incident: str, notices: Sequence[Notice], *, at: datetime, cause: int | None
) -> None:
    """Notes which mails are due, and when: at once, or at the end of the window in which more may come."""
    for notice in notices:
        wait = timedelta() if notice.at_once else context.config.settings.mail.follow_up_after
        tx.add_notice(incident, notice, due_at=at + wait, cause=cause)


def _same(tx: Transaction, command: Declare, actor: Actor, at: datetime) -> Incident | None:
    description = one_line(command.description).casefold()
    for incident in tx.declared_since(at - SAME_WITHIN):
        same = incident.subject.casefold() == description and incident.restricted == command.restricted
        if same and incident.declared_by.same_as(actor.person):
            return incident if incident.is_open else None
    return None
