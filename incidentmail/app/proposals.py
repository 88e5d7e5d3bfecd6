"""Proposals in the flow: what is held becomes one, and what has waited too long ends, visibly."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from incidentmail.core.commands import Command, Held, Refused
from incidentmail.core.events import ProposalMade
from incidentmail.core.model import Actor, Incident, Proposal
from incidentmail.core.notices import notices_for
from incidentmail.core.proposals import expire, propose

from . import begin
from .office import Office


@dataclass(frozen=True, slots=True)
class Waiting:
    """The number under which a command waits, and the event that says so; none where it waited already."""

    number: int
    made: tuple[ProposalMade, ...]


def wait(
    office: Office, state: Incident, command: Command, held: Held, *, actor: Actor, now: datetime
) -> Waiting | Refused:
    """Makes a proposal of what is held."""
    expires_after = office.config.settings.incident.proposals_expire_after
    found = propose(state, command, held, actor=actor, now=now, expires_after=expires_after)
    match found:
        case ProposalMade():
            return Waiting(found.number, (found,))
        case Proposal():
            return Waiting(found.number, ())
        case Refused():
            return found


def expire_due(office: Office) -> list[str]:
    """Ends the proposals whose time is over, and notes that whoever asked is to be told; the incidents' ids."""
    now = office.now()
    with office.ledger.reading() as view:
        names = view.with_proposals(expired_at=now)
    for name in names:
        with office.ledger.transaction() as tx:
            incident = tx.incident(name)
            if incident is not None and (events := expire(incident, now)):
                actor = office.itself()
                tx.append(name, events, actor=actor, at=now, expected_version=incident.version, caused_by=None)
                begin.note_due(office, tx, name, notices_for(events), at=now, cause=None)
    return names
