"""Apply events about the retrospective to the state of an incident. Called by `evolve`."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from incidentmail.core.frozen import replace
from incidentmail.core.names.person import Person

from .retro_events import (
    RetroAnswered,
    RetroCalledOff,
    RetroEvent,
    RetroHeld,
    RetroOwnerNamed,
    RetroPlanned,
    RetroStillDue,
    RetroWaived,
)
from .retro_state import Attendance, Meeting, RetroState


def after_retro(state: RetroState, event: RetroEvent, by: Person, at: datetime) -> RetroState:
    """Return the state of the retrospective after `event`, caused by `by` at `at`."""
    match event:
        case RetroOwnerNamed(owner=owner):
            return replace(state, owner=owner, named_by=by, named_at=at)
        case RetroPlanned():
            planned = _planned(state.meeting, event, by)
            return replace(state, meeting=planned, before=state.meeting, numbers=event.number + 1)
        case RetroCalledOff(number=number):
            return replace(state, meeting=None, before=state.meeting, numbers=number + 1)
        case RetroAnswered():
            return replace(state, meeting=_answered(state.meeting, event, at)) if state.meeting else state
        case RetroHeld(held_at=held_at):
            return replace(state, held_at=held_at, waived_at=None)
        case RetroWaived():
            return replace(state, waived_at=at)
        case RetroStillDue():
            return replace(state, held_at=None, waived_at=None)
        case _:
            assert_never(event)


def _planned(before: Meeting | None, event: RetroPlanned, by: Person) -> Meeting:
    """Return the newly planned meeting. Previous answers are kept only if time and place are unchanged."""
    meeting = Meeting(
        at=event.at, until=event.until, place=event.place, invited=event.invited, by=by, counts_from=event.number
    )
    if before is None or not before.is_same_time(meeting):
        return meeting
    kept = tuple(one for one in before.answers if any(one.person.same_as(person) for person in event.invited))
    return replace(meeting, answers=kept, counts_from=before.counts_from)


def _answered(meeting: Meeting, event: RetroAnswered, at: datetime) -> Meeting:
    others = tuple(one for one in meeting.answers if not one.person.same_as(event.person))
    return replace(meeting, answers=(*others, Attendance(person=event.person, answer=event.answer, at=at)))
