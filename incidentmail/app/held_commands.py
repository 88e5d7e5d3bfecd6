"""Turn commands that need confirmation into proposals, and end the proposals that have expired."""

from __future__ import annotations

from datetime import datetime

from incidentmail.core.commands import Command, Held, Refused
from incidentmail.core.decision.proposals import expire, propose
from incidentmail.core.events import ProposalMade
from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Actor, Incident, Proposal

from .context import AppContext
from .keeping.authority import leads
from .record import record


class Waiting(Frozen):
    """A command that waits for confirmation: the number of its proposal, and the event that records the proposal.

    The event is None if the command was already waiting.
    """

    number: int
    made: tuple[ProposalMade, ...]


def wait(
    context: AppContext, state: Incident, command: Command, held: Held, *, actor: Actor, now: datetime
) -> Waiting | Refused:
    """Turn a command that needs confirmation into a proposal, unless an open proposal already asks for it."""
    expires_after = context.config.settings.incident.proposals_expire_after
    found = propose(state, command, held, actor=actor, now=now, expires_after=expires_after)
    match found:
        case ProposalMade():
            return Waiting(found.number, (found,))
        case Proposal():
            return Waiting(found.number, ())
        case Refused():
            return found


class Expired(Frozen):
    """The number of expired proposals of `incident`, and a text for each requester who could not be told."""

    incident: str
    count: int
    untold: tuple[str, ...]


def expire_due(context: AppContext) -> list[Expired]:
    """End the proposals that have expired, and schedule mails to the people who requested them."""
    now = context.now()
    with context.ledger.snapshot() as view:
        names = view.with_proposals(expired_at=now)
    ended: list[Expired] = []
    for name in names:
        with context.ledger.transaction() as tx:
            incident = tx.incident(name)
            if incident is not None and leads(context, tx, incident) and (events := expire(incident, now)):
                change = record(
                    context, tx, name, events, version=incident.version, actor=context.itself(), at=now, caused_by=None
                )
                ended.append(Expired(name, len(events), change.untold))
    return ended
