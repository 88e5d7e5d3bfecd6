"""Apply events about proposals to the state. Called by `evolve`."""

from __future__ import annotations

from typing import Any, Literal, assert_never

from .decision.leaders import asked_to_end
from .events import ProposalAccepted, ProposalExpired, ProposalMade, ProposalRejected, Recorded
from .frozen import replace
from .model import Change, Incident, Person, Proposal, Said


def changes_by_proposal(
    state: Incident, event: ProposalMade | ProposalAccepted | ProposalRejected | ProposalExpired, recorded: Recorded
) -> dict[str, Any]:
    """Return the fields changed by `event`, except the version."""
    match event:
        case ProposalMade():
            return {"proposals": (*state.proposals, _made(event, recorded))}
        case ProposalAccepted():
            as_proposed = _as_proposed(state, event, confirmed_by=recorded.by)
            return {**as_proposed, **_settled(state, event.number, "accepted", recorded.by)}
        case ProposalRejected():
            return _settled(state, event.number, "rejected", recorded.by)
        case ProposalExpired():
            return _settled(state, event.number, "expired", recorded.by)
        case _:
            assert_never(event)


def passed_on(state: Incident, was: Person) -> tuple[Proposal, ...]:
    """Return the proposals after command passed from `was` to another person.

    The new commander, already set in `state`, now answers the proposals to end the incident. A proposal that waits for
    its own author is unchanged.
    """

    def asked_now(proposal: Proposal) -> Proposal:
        asks_commander = any(was.same_as(person) for person in proposal.confirmers) and not was.same_as(proposal.by)
        waits = proposal.state == "open" and asks_commander and is_about_end(proposal)
        return replace(proposal, confirmers=asked_to_end(state)) if waits else proposal

    return tuple(map(asked_now, state.proposals))


def is_about_end(proposal: Proposal) -> bool:
    """Return whether a proposal could end the incident: it sets the status, merges, or undoes an update."""
    ending = ("set_status", "undo", "merge_into")
    return isinstance(proposal.command, dict) and proposal.command.get("command") in ending


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


def _settled(
    state: Incident, number: int, now: Literal["accepted", "rejected", "expired"], by: Person
) -> dict[str, Any]:
    update = {"state": now, "settled_by": by}
    return {"proposals": tuple(replace(p, **update) if p.number == number else p for p in state.proposals)}


def _as_proposed(state: Incident, event: ProposalAccepted, *, confirmed_by: Person) -> dict[str, Any]:
    """Return the fields that attribute the changes and texts of an accepted proposal to its author."""
    proposal = next((p for p in state.proposals if p.number == event.number), None)
    if proposal is None:
        return {}
    by, other = proposal.by, None if proposal.by.same_as(confirmed_by) else confirmed_by
    first_change, first_said = len(state.unannounced) - event.changes, len(state.said) - event.said

    def changed(change: Change) -> Change:
        return replace(change, by=by, confirmed_by=other)

    def credited(said: Said) -> Said:
        return replace(said, by=by)

    unannounced = (changed(c) if at >= first_change else c for at, c in enumerate(state.unannounced))
    said = (credited(s) if at >= first_said else s for at, s in enumerate(state.said))
    return {"unannounced": tuple(unannounced), "said": tuple(said)}
