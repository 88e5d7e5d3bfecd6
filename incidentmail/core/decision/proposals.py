"""Manage proposals: numbered commands that wait for confirmation by a person with the right to give it.

There are five kinds: a member's command that needs a verified sender (its author confirms it from their own mailbox),
the naming of a third person as commander, a reply that crossed a change (core/decision/crossing.py), the end of a
severe incident (core/decision/ending.py), and words for customers (core/teams/customer_words.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from incidentmail.core.command_json import command_json, read_command
from incidentmail.core.commands import Command, Held, NameCommander, Refused, SetStatus
from incidentmail.core.events import (
    Event,
    NoteAdded,
    ProposalAccepted,
    ProposalExpired,
    ProposalMade,
    ProposalRejected,
    StatusChanged,
    UpdateGiven,
)
from incidentmail.core.facts import fact_of
from incidentmail.core.fold_proposals import is_about_end
from incidentmail.core.frozen import JsonValue
from incidentmail.core.frozen import replace as with_fields
from incidentmail.core.model import Actor, Incident, Person, Proposal, Status, Trust
from incidentmail.core.names.mailboxes import share_mailbox
from incidentmail.core.policy import Policy, is_permitted, permission_for
from incidentmail.core.teams.customer_words import may_approve, waits_for_approval, with_approval
from incidentmail.core.text import clip
from incidentmail.core.words import Words

from .ending import ends_alone, needs_commander
from .leaders import leads
from .roles import distinct

OPEN_MAX = 20
"""The maximum number of open proposals in an incident. Nobody could answer more."""
OPEN_OF_ONE_MAX = 5
"""The maximum number of open proposals by one person, so that nobody blocks others or floods their readers."""
Events = tuple[Event, ...] | Refused


_IN_WORDS = {"leave": "giving up a role", "roll_call": "a roll call", "name_others": "naming others"}
"""Phrases for permissions whose names do not work in a sentence."""


def held_for_author(permission: str, actor: Actor) -> Held:
    """Return a hold on a member's command, which its author has to confirm from their own mailbox."""
    what = _IN_WORDS.get(permission, permission.replace("_", " "))
    return Held(
        reason=f"{what} needs a sender who is verified, and this mail could not be verified",
        remedy=f"reply to the private mail that goes to {actor.person.address} with: accept",
        confirmers=(actor.person,),
    )


def held_for_third_person(state: Incident, person: Person, actor: Actor, policy: Policy) -> Held:
    """Return a hold for an `actor` who is not permitted to name `person` as commander.

    Nobody can confirm their own request, not even from another address of the same mailbox.
    """
    asked = distinct((person, state.commander, state.declared_by))
    return Held(
        reason=f"only the commander, the declarer or {person.name} may say that {person.name} is commander",
        remedy=f"ask {state.commander.name} to reply '{person.name} is {Words(policy).title}.', "
        f"or {person.name} to reply 'taking command'",
        confirmers=tuple(other for other in asked if not share_mailbox(other, actor.person)),
    )


def propose(
    state: Incident, command: Command, held: Held, *, actor: Actor, now: datetime, expires_after: timedelta
) -> ProposalMade | Proposal | Refused:
    """Return the event that proposes `command`, or the open proposal that asks for the same thing.

    Return a refusal if too many proposals are open.
    """
    value = _encodable(command_json(command))
    waiting = open_proposals(state)
    same = next((p for p in waiting if p.by.same_as(actor.person) and is_same_wish(p.command, value)), None)
    if same is not None:
        return same
    own = sum(share_mailbox(p.by, actor.person) for p in waiting)
    if own >= OPEN_OF_ONE_MAX:
        return Refused(
            reason=f"{held.reason}; and {own} things that you asked for wait already",
            remedy="wait until these are answered",
        )
    if len(waiting) >= OPEN_MAX:
        return Refused(
            reason=f"{held.reason}; and {OPEN_MAX} proposals wait already", remedy="ask the commander to answer them"
        )
    return ProposalMade(
        number=1 + max((p.number for p in state.proposals), default=0),
        command=value,
        reason=clip(held.reason),
        trust=actor.trust,
        confirmers=held.confirmers,
        expires_at=now + expires_after,
    )


def open_proposals(state: Incident) -> tuple[Proposal, ...]:
    """Return the proposals that are waiting for an answer, oldest first."""
    return tuple(p for p in state.proposals if p.state == "open")


def is_same_wish(one: JsonValue, other: JsonValue) -> bool:
    """Return whether two commands, given as JSON, ask for the same thing. Their reasons are ignored.

    >>> is_same_wish({"command": "set_status", "reason": "x"}, {"command": "set_status"})
    True
    """
    bare = [
        {name: part for name, part in value.items() if name != "reason"} if isinstance(value, dict) else value
        for value in (one, other)
    ]
    return bare[0] == bare[1]


def accept(
    state: Incident, number: int, *, actor: Actor, now: datetime, policy: Policy,
    carry_out: Callable[[Command, Actor, datetime], Events],
) -> Events:  # fmt: skip
    """Return the events that carry out proposal `number` in the current state and end the proposal."""
    proposal = _open_for(state, number, actor=actor, now=now)
    if isinstance(proposal, Refused):
        return proposal
    try:
        command = read_command(proposal.command)
    except ValueError:
        return Refused(reason=f"what proposal {number} asked for is no longer on record", remedy="ask for it again")
    trust = max(proposal.trust, actor.trust, key=lambda trust: trust.rank)
    author = Actor(person=proposal.by, trust=trust, self_named=actor.self_named)
    # The confirmation alone is enough for naming a commander and for words for customers. For everything else, the
    # author needs the permission.
    permission = permission_for(state, command, author)
    allowed = isinstance(command, NameCommander) or waits_for_approval(proposal)
    allowed = allowed or is_permitted(state, command, author, policy)
    events = carry_out(command, author, proposal.made_at) if allowed else _not_permitted_now(permission)
    if not isinstance(events, Refused) and waits_for_approval(proposal):
        events = with_approval(state, events, by=proposal.by, approved_by=actor.person)
    if not isinstance(events, Refused) and needs_commander(state, events, (author, actor), policy):
        events = Refused(reason=ends_alone(state, policy), remedy=f"ask {state.commander.name} to end it")
    if isinstance(events, Refused):
        return Refused(
            reason=f"proposal {number} no longer applies: {events.reason}",
            remedy=events.remedy,
            instead=events.instead,
            write=events.write,
        )
    changes = sum(fact_of(event) is not None for event in events)
    said = sum(isinstance(event, UpdateGiven) or (isinstance(event, NoteAdded) and event.rides) for event in events)
    return (*events, ProposalAccepted(number=number, changes=changes, said=said))


def answered_by(state: Incident, events: Events) -> tuple[ProposalAccepted, ...]:
    """Return the events that end the open proposals fulfilled by `events`.

    These are the proposals to end the incident in the same way as `events` do.
    """
    if isinstance(events, Refused):
        return ()
    ended = {event.status for event in events if isinstance(event, StatusChanged)} - {Status.OPEN}
    accepted = {event.number for event in events if isinstance(event, ProposalAccepted)}
    wished = [command_json(SetStatus(status)) for status in ended]
    return tuple(
        ProposalAccepted(number=p.number)
        for p in filter(asks_leaders, open_proposals(state))
        if p.number not in accepted and any(is_same_wish(p.command, wish) for wish in wished)
    )


def reject(state: Incident, number: int, *, actor: Actor, now: datetime) -> Events:
    """Return the event that rejects proposal `number`. Everybody who can confirm a proposal can also reject it."""
    proposal = _open_for(state, number, actor=actor, now=now)
    return proposal if isinstance(proposal, Refused) else (ProposalRejected(number=number),)


def expire(state: Incident, now: datetime) -> tuple[ProposalExpired, ...]:
    """Return the events that end the open proposals that have expired by `now`."""
    return tuple(ProposalExpired(number=p.number) for p in open_proposals(state) if p.expires_at <= now)


def crosses(state: Incident, proposal: Proposal, policy: Policy) -> bool:
    """Return whether a proposal waits only because its author had not read the newest state.

    If so, the author can confirm it alone.
    """
    try:
        command = read_command(proposal.command)
    except ValueError:
        return False
    author = Actor(person=proposal.by, trust=proposal.trust)
    asked = len(proposal.confirmers) == 1 and proposal.confirmers[0].same_as(proposal.by)
    return asked and is_permitted(state, command, author, policy)


def asks_leaders(proposal: Proposal) -> bool:
    """Return whether a proposal asks to end a severe incident that its author does not lead."""
    return is_about_end(proposal) and not any(person.same_as(proposal.by) for person in proposal.confirmers)


def may_answer(state: Incident, proposal: Proposal, actor: Actor) -> bool:
    """Return whether `actor` is the operator, or one of the confirmers with a verified address.

    A proposal to end a severe incident can be answered by every leader, not only by the commander. Words for customers
    can be answered by everybody who can approve them now.
    """
    if waits_for_approval(proposal):
        return _may_approve(state, proposal, actor)
    asked = any(actor.person.address and actor.person.address == person.address for person in proposal.confirmers)
    asked = asked or (asks_leaders(proposal) and leads(state, actor))
    return actor.trust is Trust.OPERATOR or (asked and actor.trust is Trust.VERIFIED)


def _may_approve(state: Incident, proposal: Proposal, actor: Actor) -> bool:
    """Return whether `actor` can approve or reject words for customers. Not even the operator can approve their own."""
    if actor.trust is Trust.OPERATOR:
        return not share_mailbox(actor.person, proposal.by)
    return actor.trust is Trust.VERIFIED and may_approve(state, actor.person, proposal.by)


def numbers(proposals: Sequence[Proposal]) -> str:
    """Return the numbers of the proposals as text, such as `1, 3`, or `none`.

    >>> numbers([])
    'none'
    """
    return ", ".join(str(p.number) for p in proposals) or "none"


def _open_for(state: Incident, number: int, *, actor: Actor, now: datetime) -> Proposal | Refused:
    """Return proposal `number`, or a refusal if it is not open or `actor` may not answer it."""
    waiting = f"those that wait: {numbers(open_proposals(state))}"
    proposal = next((p for p in state.proposals if p.number == number), None)
    if proposal is None:
        return Refused(reason=f"there is no proposal {number}", remedy=waiting)
    if proposal.state != "open":
        by = f" by {proposal.settled_by.name}" if proposal.settled_by and proposal.state != "expired" else ""
        return Refused(reason=f"proposal {number} is {proposal.state} already{by}", remedy=waiting)
    if proposal.expires_at <= now:
        return Refused(reason=f"proposal {number} has expired", remedy="ask for the change again")
    if not may_answer(state, proposal, actor) and may_answer(state, proposal, with_fields(actor, trust=Trust.VERIFIED)):
        return Refused(
            reason=f"your answer to proposal {number} could not be verified, although your mail otherwise is",
            remedy="answer once more with your usual mail program, straight to the address that you were given",
        )
    if not may_answer(state, proposal, actor):
        names = ", ".join(person.name for person in proposal.confirmers)
        return Refused(
            reason=f"proposal {number} is not yours to answer",
            remedy=f"it waits for {names or 'the operator'}, each in a private mail, or for the operator",
        )
    return proposal


def _not_permitted_now(permission: str) -> Refused:
    what = permission.replace("_", " ")
    return Refused(reason=f"{what} needs more than that now", remedy="ask the operator")


def _encodable(value: Any) -> Any:
    """Return a JSON value with lone surrogates replaced by question marks, so that it can be encoded as UTF-8."""
    match value:
        case str():
            return value if value.isascii() else value.encode("utf-8", "replace").decode()
        case dict():
            return {name: _encodable(part) for name, part in value.items()}
        case list():
            return [_encodable(part) for part in value]
        case _:
            return value
