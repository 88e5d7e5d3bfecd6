"""The steps of `evolve` that are about proposals: made, accepted, rejected, expired."""

from __future__ import annotations

from typing import Literal, assert_never

from .events import ProposalAccepted, ProposalExpired, ProposalMade, ProposalRejected, Recorded
from .model import Change, Incident, Person, Proposal, Said


def fold_proposal(
    state: Incident, event: ProposalMade | ProposalAccepted | ProposalRejected | ProposalExpired, recorded: Recorded
) -> Incident:
    """The state after `event`, but for its version."""
    match event:
        case ProposalMade():
            return state.model_copy(update={"proposals": (*state.proposals, _made(event, recorded))})
        case ProposalAccepted():
            return _settled(_as_proposed(state, event, confirmed_by=recorded.by), event.number, "accepted", recorded.by)
        case ProposalRejected():
            return _settled(state, event.number, "rejected", recorded.by)
        case ProposalExpired():
            return _settled(state, event.number, "expired", recorded.by)
        case _:
            assert_never(event)


def _made(event: ProposalMade, recorded: Recorded) -> Proposal:
    return Proposal(
        number=event.number,
        command=event.command,
        reason=event.reason,
        by=recorded.by,
        trust=event.trust,
        confirmers=event.confirmers,
        made_at=recorded.at,
        expires_at=event.expires_at,
    )


def _settled(state: Incident, number: int, now: Literal["accepted", "rejected", "expired"], by: Person) -> Incident:
    update = {"state": now, "settled_by": by}
    proposals = (p.model_copy(update=update) if p.number == number else p for p in state.proposals)
    return state.model_copy(update={"proposals": tuple(proposals)})


def _as_proposed(state: Incident, event: ProposalAccepted, *, confirmed_by: Person) -> Incident:
    """What an accepted proposal changed and said, as its author's and not as the word of whoever confirmed it."""
    proposal = next((p for p in state.proposals if p.number == event.number), None)
    if proposal is None:
        return state
    by, other = proposal.by, None if proposal.by.same_as(confirmed_by) else confirmed_by
    first_change, first_said = len(state.unannounced) - event.changes, len(state.said) - event.said

    def changed(change: Change) -> Change:
        return change.model_copy(update={"by": by, "confirmed_by": other})

    def spoken(said: Said) -> Said:
        return said.model_copy(update={"by": by})

    unannounced = (changed(c) if at >= first_change else c for at, c in enumerate(state.unannounced))
    said = (spoken(s) if at >= first_said else s for at, s in enumerate(state.said))
    return state.model_copy(update={"unannounced": tuple(unannounced), "said": tuple(said)})
