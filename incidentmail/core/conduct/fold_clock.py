"""Apply time-dependent events to the state of an incident. Called by `evolve`."""

from __future__ import annotations

from datetime import datetime
from typing import Any, assert_never

from incidentmail.core.frozen import replace
from incidentmail.core.names.person import Person

from .clock_events import (
    AwareStated,
    BreakBegun,
    BreakEnded,
    ClockEvent,
    CommandOfferEnded,
    DeadlineMet,
    HandoverPlanned,
    Hours,
    OnCallAsked,
    RoleOffered,
    RoleOfferEnded,
    UpdateKept,
    UpdateMissed,
)
from .clock_state import Break, ClockState, EndedOffer, NextCommander, OnCall, RoleOffer


def changes_by_clock(clock: ClockState, event: ClockEvent, by: Person, at: datetime) -> dict[str, Any]:
    """Return the fields of an incident that `event` changes, except the version. `by` caused the event at `at`.

    `updated_at` changes only if the event is something that a person wrote.
    """
    match event:
        case UpdateKept(has_news=has_news):
            return {"clock": replace(clock, kept=clock.kept + 1, quiet=0 if has_news else clock.quiet + 1)}
        case UpdateMissed(due_at=due_at):
            return {"clock": replace(clock, missed=clock.missed + 1, missed_due_at=due_at)}
        case CommandOfferEnded(to=to, told=by):
            ended = EndedOffer(to=to, by=by, at=at)
            return {"offered": None, "offered_by": None, "clock": replace(clock, ended_offer=ended)}
        case OnCallAsked(role=role, people=people, fault=fault):
            asked = OnCall(role=role, people=people, fault=fault, at=at)
            return {"clock": replace(clock, on_call=(*clock.on_call, asked))}
        case RoleOffered(role=role, to=to):
            return {"clock": replace(clock, role_offers=(*clock.role_offers, RoleOffer(role=role, to=to, at=at)))}
        case RoleOfferEnded():
            return {"clock": replace(clock, role_offers=tuple(_ended(one, event, at) for one in clock.role_offers))}
        case _:
            return {"updated_at": at, "clock": _after_hours(clock, event, by, at)}


def _ended(offer: RoleOffer, event: RoleOfferEnded, at: datetime) -> RoleOffer:
    """Return the offer as changed by `event`, or unchanged if the event is about another offer."""
    if offer.state != "open" or offer.role != event.role or not offer.to.same_as(event.to):
        return offer
    return replace(offer, state="declined" if event.declined else "unanswered", ended_at=at)


def _after_hours(clock: ClockState, event: Hours, by: Person, at: datetime) -> ClockState:
    match event:
        case HandoverPlanned(to=to, at=then):
            planned = NextCommander(to=to, at=then) if to is not None and then is not None else None
            return replace(clock, next_commander=planned)
        case BreakBegun(until=until):
            others = tuple(one for one in clock.breaks if not one.person.same_as(by))
            return replace(clock, breaks=(*others, Break(person=by, at=at, until=until)))
        case BreakEnded():
            return replace(clock, breaks=tuple(_back(one, by, at) for one in clock.breaks))
        case AwareStated(at=then):
            return replace(clock, aware_at=then)
        case DeadlineMet(name=name):
            return replace(clock, met=(*clock.met, name))
        case _:
            assert_never(event)


def _back(one: Break, by: Person, at: datetime) -> Break:
    return replace(one, ended_at=at) if one.person.same_as(by) and one.ended_at is None else one
