"""Carry out commands about the retrospective: its owner, its time, and whether it was held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import assert_never

from incidentmail.core.commands import Refused
from incidentmail.core.conduct.insiders import is_inside
from incidentmail.core.decision.roles import distinct
from incidentmail.core.events import Event, StatusChanged
from incidentmail.core.facts import ROLE_PREFIX
from incidentmail.core.frozen import read
from incidentmail.core.model import Actor, Holders, Incident, Person, Status
from incidentmail.core.text import clip, one_line

from .due import closed_at
from .retro_commands import (
    CallOffRetro,
    MarkRetroHeld,
    NameRetroOwner,
    PlanRetro,
    RetroCommand,
    UnmarkRetro,
    WaiveRetro,
)
from .retro_events import (
    RetroCalledOff,
    RetroHeld,
    RetroOwnerNamed,
    RetroPlanned,
    RetroStillDue,
    RetroWaived,
)

SLACK = timedelta(minutes=1)
LASTS = timedelta(hours=1)
"""The time reserved by an invitation. A longer retrospective needs a second one."""
AHEAD_MAX = timedelta(days=366)
"""How far ahead a retrospective can be planned. A later date is probably a mistake."""
INVITED_MAX = 20
"""The maximum number of people invited, because one line by one person sends mail to all of them."""


def carry_out_retro(
    state: Incident, command: RetroCommand, *, actor: Actor, now: datetime
) -> tuple[Event, ...] | Refused:
    """Return the events that a permitted command causes, () if nothing would change, or a refusal."""
    retro = state.retro
    if isinstance(command, CallOffRetro):  # even if it was retracted or merged after planning
        return (RetroCalledOff(number=retro.numbers),) if retro.meeting else _nothing_planned()
    if state.merged_into:
        return Refused(reason=f"it is a part of {state.merged_into} now", remedy="write there")
    if state.status is Status.RETRACTED:
        return Refused(reason="it was a false alarm, which has no retrospective", remedy="reopen it if that was wrong")
    match command:
        case NameRetroOwner(person=person):
            if refused := _refused_people(state, [person]):
                return refused
            return () if retro.owner and retro.owner.same_as(person) else (RetroOwnerNamed(owner=person),)
        case PlanRetro():
            return _plan(state, command, actor.person, now)
        case MarkRetroHeld(at=at):
            return _held(state, at, now)
        case WaiveRetro():
            if retro.held_at is not None:
                return Refused(reason="it was held already", remedy="if it was not, write 'Retro: not held' first")
            return () if retro.waived_at is not None else (RetroWaived(),)
        case UnmarkRetro():
            return () if retro.held_at is None and retro.waived_at is None else (RetroStillDue(),)
        case _:
            assert_never(command)


def without_meeting(state: Incident, events: tuple[Event, ...], now: datetime) -> tuple[Event, ...]:
    """Return `events`, plus a cancellation if they retract or merge the incident before its retrospective."""
    meeting = state.retro.meeting
    if meeting is None or meeting.until <= now or any(isinstance(event, RetroCalledOff) for event in events):
        return events
    ended = (Status.RETRACTED, Status.MERGED)
    if not any(isinstance(event, StatusChanged) and event.status in ended for event in events):
        return events
    return (*events, RetroCalledOff(number=state.retro.numbers))


def _nothing_planned() -> Refused:
    return Refused(reason="no retrospective is planned", remedy="plan it with its time, such as 'Retro: Monday 14:00'")


def _held(state: Incident, at: datetime, now: datetime) -> tuple[Event, ...] | Refused:
    """Return the events that record the meeting as held, or a refusal if `at` is too early or in the future.

    If only the day was given, the planned time or the time of closing on that day is used.
    """
    closed, meeting = closed_at(state), state.retro.meeting
    if meeting is not None and meeting.at.date() == at.date() and meeting.at <= now:
        at = meeting.at
    elif closed is not None and at < closed and at.date() == closed.date():
        at = closed
    if at > now + SLACK:
        return Refused(reason="that time is still to come", remedy="say so once it was held, such as 'retro held'")
    if at < state.declared_at:
        return Refused(reason="that is before the incident was declared", remedy="say when it was held")
    held_at = min(at, now).replace(microsecond=0)
    if state.retro.held_at == held_at:
        return ()
    is_planned = meeting is not None and meeting.at > now  # it was held earlier than planned, so nobody has to come
    return (RetroHeld(held_at=held_at), *([RetroCalledOff(number=state.retro.numbers)] if is_planned else ()))


def _plan(state: Incident, command: PlanRetro, by: Person, now: datetime) -> tuple[Event, ...] | Refused:
    retro, before = state.retro, state.retro.meeting
    if retro.held_at is not None:
        return Refused(reason="it was held already", remedy="if it was not, write 'Retro: not held' first")
    at = command.at.replace(second=0, microsecond=0)
    if at < now - SLACK:
        return Refused(reason="that time is past", remedy="write a time to come, such as 'Retro: Monday 14:00'")
    if at > now + AHEAD_MAX:
        return Refused(reason="that is more than a year ahead", remedy="write an earlier time")
    if refused := _refused_people(state, command.people):
        return refused
    people = command.people or (before.people if before else invited_first(state, by))
    people = distinct(people)
    if len(people) > INVITED_MAX:
        return Refused(reason=f"{len(people)} people are more than {INVITED_MAX}", remedy="name those who have to come")
    if not people:
        return Refused(reason="nobody is invited", remedy="name people, such as 'Retro: Monday 14:00 with NAME'")
    place = one_line(command.place) if command.place else (before.place if before else state.venue)
    event = RetroPlanned(
        at=at, until=at + LASTS, place=clip(place) if place else None, invited=people, number=retro.numbers
    )
    is_same = before is not None and (before.at, before.place, before.invited) == (event.at, event.place, people)
    return () if is_same else (event,)


def invited_first(state: Incident, by: Person) -> tuple[Person, ...]:
    """Return the people to invite if nobody is named: everybody who is or was involved, and the planner `by`.

    People without a known address are left out.
    """
    held = (person for holders in state.roles.values() for person in holders.people)
    owner = (state.retro.owner,) if state.retro.owner else ()
    joined = (one.person for one in state.engaged)
    people = (*owner, state.commander, state.declared_by, *held, *joined, *_earlier(state), by)
    return distinct(one for one in people if one.address is not None and is_inside(state, one))[:INVITED_MAX]


def _earlier(state: Incident) -> Iterator[Person]:
    """Yield the people who were commander or held a role earlier, according to the changes."""
    changes = (*(change for update in state.announced for change in update.changes), *state.unannounced)
    for change in changes:
        if change.fact == "commander" and change.was is not None:
            yield read(Person, change.was)
        elif change.fact.startswith(ROLE_PREFIX):
            yield from (*read(Holders, change.was).people, *read(Holders, change.now).people)


def _refused_people(state: Incident, people: Iterable[Person]) -> Refused | None:
    """Return a refusal if somebody has no address or may not see the incident, otherwise None."""
    for person in people:
        if person.address is None:
            return Refused(reason=f"no address of {person.name} is known", remedy="write it as NAME <ADDRESS>")
        if not is_inside(state, person):
            return Refused(
                reason=f"the incident is restricted, and {person.name} has no part in it",
                remedy="give them a role first",
            )
    return None
