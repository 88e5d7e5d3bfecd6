"""Describe a command about the retrospective in a few words that can follow "wants to"."""

from __future__ import annotations

from collections.abc import Collection
from typing import assert_never

from incidentmail.core.names.name_lists import join_names
from incidentmail.core.times import show_time

from .retro_commands import (
    CallOffRetro,
    MarkRetroHeld,
    NameRetroOwner,
    PlanRetro,
    RetroCommand,
    UnmarkRetro,
    WaiveRetro,
)


def describe_retro(command: RetroCommand, with_address: Collection[str]) -> str:
    """Return a description of `command` that can follow "wants to".

    A person's address is shown only if `with_address` contains it.

    >>> describe_retro(CallOffRetro(), ())
    'call off the retrospective'
    """
    match command:
        case NameRetroOwner(person=person):
            return f"have {join_names([person], with_address=with_address)} see to the retrospective"
        case PlanRetro(at=at):
            return f"plan the retrospective for {show_time(at, (), at.date())}"
        case CallOffRetro():
            return "call off the retrospective"
        case MarkRetroHeld(at=at):
            return f"say that the retrospective was held on {at:%Y-%m-%d}"
        case WaiveRetro():
            return "say that no retrospective is needed"
        case UnmarkRetro():
            return "take back that the retrospective was held, or is not needed"
        case _:
            assert_never(command)
