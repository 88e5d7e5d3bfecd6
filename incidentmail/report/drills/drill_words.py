"""Describe an event of a drill's run in a few words that follow a name."""

from __future__ import annotations

from typing import assert_never

from incidentmail.core.drills.drill_events import (
    CLOSING,
    OPENING,
    DrillEnded,
    DrillEvent,
    DrillJoined,
    DrillMailSent,
    DrillStarted,
)


def drill_words(event: DrillEvent) -> str:
    """Return a description of a drill event, in the past tense and without the person's name.

    >>> drill_words(DrillMailSent(run="2026-11-20-failover", number=2, message_id="<a@example.com>"))
    'sent mail 2 of the drill 2026-11-20-failover'
    """
    match event:
        case DrillStarted(run=run, faster=faster):
            return f"began the drill {run}{f', {faster} times as fast' if faster > 1 else ''}"
        case DrillMailSent(run=run, number=number):
            which = {OPENING: "the first mail", CLOSING: "the last mail"}.get(number, f"mail {number}")
            return f"sent {which} of the drill {run}"
        case DrillJoined(run=run, incident=incident):
            return f"declared {incident} in the drill {run}"
        case DrillEnded(run=run, stopped=stopped):
            return f"stopped the drill {run}" if stopped else f"ended the drill {run}: its time was up"
        case _:
            assert_never(event)
