"""Apply the events of the clock, for `evolve`."""

from __future__ import annotations

from datetime import datetime
from typing import Any, assert_never

from incidentmail.core.frozen import replace

from .clock_events import (
    ClockEvent,
    CommandOfferEnded,
    OnCallAsked,
    RoleOffered,
    RoleOfferEnded,
    UpdateKept,
    UpdateMissed,
)
from .clock_state import ClockState, EndedOffer, OnCall, RoleOffer


def changes_by_clock(clock: ClockState, event: ClockEvent, at: datetime) -> dict[str, Any]:
    """Return the fields of an incident that `event` changes, which happened at the time `at`, except the version.

    `updated_at` does not change: nobody has said anything.
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
            assert_never(event)


def _ended(offer: RoleOffer, event: RoleOfferEnded, at: datetime) -> RoleOffer:
    """Return the offer as it is after `event`, which may be about another one."""
    if offer.state != "open" or offer.role != event.role or not offer.to.same_as(event.to):
        return offer
    return replace(offer, state="declined" if event.declined else "unanswered", ended_at=at)
