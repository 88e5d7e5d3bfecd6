"""How an incident begins, whether a mail or a command at the terminal declares it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from incidentmail.core.commands import Declare, Identity, Refused
from incidentmail.core.decision.decide import declare as decide_declaration
from incidentmail.core.events import Event
from incidentmail.core.ids import incident_id, restricted_id
from incidentmail.core.model import Actor, Incident
from incidentmail.core.text import one_line
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import CausedBy
from incidentmail.ledger.view import LedgerView

from .context import AppContext
from .record import record

SAME_WITHIN = timedelta(minutes=10)
"""The same description by the same person within this time is the same incident."""


@dataclass(frozen=True, slots=True)
class Begun:
    incident: Incident
    events: tuple[Event, ...]
    is_new: bool
    untold: tuple[str, ...] = ()


def begin_incident(
    context: AppContext, tx: Transaction, command: Declare, *, actor: Actor, at: datetime, caused_by: CausedBy | None
) -> Begun | Refused:
    """Put a new incident into the ledger, its announcement due; or return the one that is the same."""
    if refused := without_list(context, command):
        return refused
    same = _same(tx, command, actor, at)
    if same is not None:
        return Begun(same, (), is_new=False)
    identity = new_identity(context, tx, command.description, at, restricted=command.restricted)
    events = decide_declaration(command, identity=identity, actor=actor, now=at, policy=context.words.policy)
    if isinstance(events, Refused):
        return events
    change = record(context, tx, identity.id, events, version=0, actor=actor, at=at, caused_by=caused_by)
    return Begun(change.incident, events, is_new=True, untold=change.untold)


def without_list(context: AppContext, command: Declare) -> Refused | None:
    """Refuse a restricted incident if there is no list for it."""
    if not command.restricted or context.config.settings.list.restricted is not None:
        return None
    return Refused(
        reason="there is no list for restricted incidents, so nobody could be told",
        remedy='set [list] restricted = "security-incidents@example.com" in the configuration',
    )


def new_identity(
    context: AppContext, tx: LedgerView, description: str, at: datetime, *, restricted: bool = False
) -> Identity:
    """Choose a free id and REF; the id of a restricted incident does not say what it is about."""
    ref = context.new_ref()
    while tx.incident_by_ref(ref) is not None or tx.incident(restricted_id(ref, at)) is not None:
        ref = context.new_ref()
    if restricted:
        return Identity(id=restricted_id(ref, at), ref=ref, origin=context.ledger.origin)
    name = incident_id(description, at, lambda candidate: tx.incident(candidate) is not None)
    return Identity(id=name, ref=ref, origin=context.ledger.origin)


def _same(tx: Transaction, command: Declare, actor: Actor, at: datetime) -> Incident | None:
    description = one_line(command.description).casefold()
    for incident in tx.declared_since(at - SAME_WITHIN):
        same = incident.subject.casefold() == description and incident.restricted == command.restricted
        if same and incident.declared_by.same_as(actor.person):
            return incident if incident.is_open else None
    return None
