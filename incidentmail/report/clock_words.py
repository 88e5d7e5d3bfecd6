"""Describe a time-dependent event in a few words that follow the name of the tool."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import assert_never

from incidentmail.core.conduct.clock_events import (
    AwareStated,
    BreakBegun,
    BreakEnded,
    ClockEvent,
    CommandOfferEnded,
    DeadlineMet,
    HandoverPlanned,
    OnCallAsked,
    RoleOffered,
    RoleOfferEnded,
    UpdateKept,
    UpdateMissed,
)
from incidentmail.core.names.name_lists import join_names
from incidentmail.core.names.person import Person
from incidentmail.core.times import show_time
from incidentmail.core.words import Words


def clock_words(event: ClockEvent, words: Words, zones: Sequence[str], on: date) -> str:
    """Return a description of an event that was caused by the passing of time."""
    match event:
        case UpdateKept(due_at=due):
            return f"counted the update due by {show_time(due, zones, on)} as sent"
        case UpdateMissed(due_at=due):
            return f"counted the update due by {show_time(due, zones, on)} as missed"
        case CommandOfferEnded(to=person):
            return f"ended the offer of command to {person.name}, who did not answer"
        case OnCallAsked(role=role, people=people, fault=fault):
            return (
                f"asked who is on call as {_role(words, role)}: {join_names(people) if people else fault or 'nobody'}"
            )
        case RoleOffered(role=role, to=person):
            return f"offered the role '{_role(words, role)}' to {person.name}"
        case RoleOfferEnded(role=role, declined=True):
            return f"declined the role '{_role(words, role)}'"
        case RoleOfferEnded(role=role, to=person):
            return f"ended the offer of the role '{_role(words, role)}' to {person.name}, who did not answer"
        case HandoverPlanned(to=None) | HandoverPlanned(at=None):
            return "took back who commands next"
        case HandoverPlanned(to=Person() as to, at=datetime() as at):
            return f"planned that {to.name} commands from {show_time(at, zones, on)}"
        case HandoverPlanned():
            return "planned a hand-over"
        case BreakBegun(until=until):
            return f"began a break until {show_time(until, zones, on)}"
        case BreakEnded():
            return "came back from the break"
        case AwareStated(at=at):
            return f"said that we became aware at {show_time(at, zones, on)}"
        case DeadlineMet(name=name):
            return f"noted as notified: {name}"
        case _:
            assert_never(event)


def _role(words: Words, role: str) -> str:
    return words.key(role if role == "commander" else f"roles.{role}")
