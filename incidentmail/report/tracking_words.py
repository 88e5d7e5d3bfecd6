"""Describe an event about tracked items in a few words that follow a name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import assert_never

from incidentmail.core.model import Person
from incidentmail.core.names.name_lists import join_names
from incidentmail.core.times import show_time
from incidentmail.core.tracking.tracking_events import (
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
from incidentmail.core.words import Words, in_brackets

_VERDICTS = {"holds": "holds", "refuted": "is refuted", "unknown": "is still unknown"}


def what_was_tracked(event: TrackingEvent, by: Person | None, words: Words, zones: Sequence[str], on: date) -> str:
    """Return a description of an event in the past tense, without the name of the person who caused it.

    Text that people wrote is repeated unchanged.
    """
    match event:
        case ItemTracked(number=number, item=item, text=text, owner=owner, due_at=due_at, about=about):
            notes = in_brackets(
                owner.name if owner else None,
                f"by {show_time(due_at, zones, on)}" if due_at else None,
                f"for {about}" if about else None,
            )
            return f"{words.key(item)} {number}: {text}{notes}"
        case ItemAssigned(number=number, owner=owner):
            if owner is None:
                return f"said that number {number} needs somebody else"
            took = by is not None and owner.same_as(by)
            return f"took on number {number}" if took else f"gave number {number} to {owner.name}"
        case Joined(person=person):
            return "joined" if by is not None and person.same_as(by) else f"noted that {person.name} joined"
        case Left(person=person):
            return "left" if by is not None and person.same_as(by) else f"noted that {person.name} left"
        case RollCalled(people=people):
            return f"called the roll: {join_names(people)}"
        case RollAnswered(text=text):
            return f"answered the roll call: {text}"
        case ItemAsked(number=number):
            return f"asked whether number {number} holds"
        case ItemJudged(number=number, verdict=verdict):
            return f"said that number {number} {_VERDICTS[verdict]}"
        case _:
            assert_never(event)
