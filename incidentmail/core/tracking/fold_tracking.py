"""Apply events about tracked items, people at work and roll calls to the state. Called by `evolve`."""

from __future__ import annotations

from typing import Any, assert_never

from incidentmail.core.frozen import replace
from incidentmail.core.model import Incident, Person
from incidentmail.core.names.person import Instant

from .engaged import joined, left
from .roll_call import RollAnswer, RollCall
from .tracked_items import Item
from .tracking_events import (
    ItemAsked,
    ItemAssigned,
    ItemJudged,
    ItemTracked,
    Joined,
    Left,
    RollAnswered,
    RollCalled,
    TrackingEvent,
)


def changes_by_tracking(state: Incident, event: TrackingEvent, *, by: Person, at: Instant) -> dict[str, Any]:
    """Return the fields changed by `event`. An event about an item that does not exist changes nothing."""
    match event:
        case ItemTracked():
            item = Item(
                number=event.number, kind=event.item, text=event.text, owner=event.owner, due_at=event.due_at,
                about=event.about, by=by, at=at,
            )  # fmt: skip
            return {"items": (*state.items, item)}
        case ItemAssigned(number=number, owner=owner):
            return _item(state, number, owner=owner)
        case Joined(person=person):
            return {"engaged": joined(state.engaged, person, at)}
        case Left(person=person):
            return {"engaged": left(state.engaged, person)}
        case RollCalled(people=people):
            return {"roll_call": RollCall(at=at, by=by, people=people)}
        case RollAnswered(person=person, text=text):
            call = state.roll_call
            if call is None:
                return {}
            others = tuple(answer for answer in call.answers if not answer.person.same_as(person))
            answers = (*others, RollAnswer(person=person, text=text, at=at))
            return {"roll_call": replace(call, answers=answers)}
        case ItemAsked(number=number):
            return _item(state, number, asked_at=at)
        case ItemJudged(number=number, verdict=verdict):
            return _item(state, number, verdict=verdict, judged_by=by, asked_at=None)
        case _:
            assert_never(event)


def _item(state: Incident, number: int, **fields: Any) -> dict[str, Any]:
    return {"items": tuple(replace(item, **fields) if item.number == number else item for item in state.items)}
