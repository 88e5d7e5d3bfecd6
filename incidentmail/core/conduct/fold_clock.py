"""Apply the events of the clock, for `evolve`."""

from __future__ import annotations

from typing import Any, assert_never

from incidentmail.core.frozen import replace

from .clock_events import ClockEvent, UpdateKept, UpdateMissed
from .clock_state import ClockState


def changes_by_clock(clock: ClockState, event: ClockEvent) -> dict[str, Any]:
    """Return the fields of an incident that `event` changes, except the version.

    `updated_at` does not change: nobody has said anything.
    """
    match event:
        case UpdateKept(has_news=has_news):
            return {"clock": replace(clock, kept=clock.kept + 1, quiet=0 if has_news else clock.quiet + 1)}
        case UpdateMissed(due_at=due_at):
            return {"clock": replace(clock, missed=clock.missed + 1, missed_due_at=due_at)}
        case _:
            assert_never(event)
