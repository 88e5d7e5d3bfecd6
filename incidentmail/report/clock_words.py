"""Describe an event of the clock in a few words that follow the name of the tool."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import assert_never

from incidentmail.core.conduct.clock_events import ClockEvent, CommandOfferEnded, UpdateKept, UpdateMissed
from incidentmail.core.times import show_time


def clock_words(event: ClockEvent, zones: Sequence[str], on: date) -> str:
    """Return what happened because time passed."""
    match event:
        case UpdateKept(due_at=due):
            return f"counted the update due by {show_time(due, zones, on)} as sent"
        case UpdateMissed(due_at=due):
            return f"counted the update due by {show_time(due, zones, on)} as missed"
        case CommandOfferEnded(to=person):
            return f"ended the offer of command to {person.name}, who did not answer"
        case _:
            assert_never(event)
