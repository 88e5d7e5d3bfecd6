"""Describe an event about the retrospective in a few words that follow a name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, assert_never

from incidentmail.core.model import Incident, Status
from incidentmail.core.names.name_lists import join_names
from incidentmail.core.names.person import Person
from incidentmail.core.retro.due import retro_owner
from incidentmail.core.retro.retro_events import (
    Coming,
    RetroAnswered,
    RetroCalledOff,
    RetroEvent,
    RetroHeld,
    RetroOwnerNamed,
    RetroPlanned,
    RetroStillDue,
    RetroWaived,
)
from incidentmail.core.times import show_time

COMING: Final[dict[Coming, str]] = {
    "accepted": "comes to the retrospective",
    "declined": "does not come to the retrospective",
    "tentative": "may come to the retrospective",
}


def retro_words(event: RetroEvent, by: Person | None, zones: Sequence[str], on: date) -> str:
    """Return a description of a retrospective event, in the past tense and without the person's name.

    >>> retro_words(RetroCalledOff(number=1), None, (), date(2026, 11, 20))
    'called off the retrospective'
    """
    match event:
        case RetroOwnerNamed(owner=owner):
            if by is not None and owner.same_as(by):
                return "took it on to see to the retrospective"
            return f"named {owner.name} to see to the retrospective"
        case RetroPlanned(at=at, invited=invited):
            return f"planned the retrospective for {show_time(at, zones, on)} with {join_names(invited)}"
        case RetroCalledOff():
            return "called off the retrospective"
        case RetroAnswered(person=person, answer=answer):
            is_own = by is not None and person.same_as(by)
            return f"answered: {'' if is_own else f'{person.name} '}{COMING[answer]}"
        case RetroHeld(held_at=held_at):
            return f"noted that the retrospective was held on {held_at:%Y-%m-%d}"
        case RetroWaived():
            return "noted that no retrospective is needed"
        case RetroStillDue():
            return "noted that the retrospective is still to be held"
        case _:
            assert_never(event)


def retro_fact(incident: Incident, zones: Sequence[str]) -> str | None:
    """Return the status of an incident's retrospective as text, or None if there is nothing to say.

    Drills and false alarms have no such text. For open incidents, the text only repeats what people have stated.
    """
    retro, meeting = incident.retro, incident.retro.meeting
    if retro.held_at is not None:
        return f"held on {retro.held_at:%Y-%m-%d}"
    if retro.waived_at is not None:
        return "not needed"
    if meeting is not None:
        come = [one.name for one in meeting.people if meeting.answer_of(one) == "accepted"]
        coming = f"; {', '.join(come)} {'comes' if len(come) == 1 else 'come'}" if come else ""
        return f"planned for {show_time(meeting.at, zones, date.min)} with {join_names(meeting.people)}{coming}"
    if incident.drill or incident.status is not Status.CLOSED:
        return f"{retro.owner.name} sees to it" if retro.owner and incident.is_open else None
    return f"not planned; {retro_owner(incident).name} sees to it"
