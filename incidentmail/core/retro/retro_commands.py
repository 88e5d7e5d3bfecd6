"""Define the commands about the retrospective. They follow the same rules as those in core/commands.py."""

from __future__ import annotations

from datetime import datetime

from incidentmail.core.frozen import Frozen
from incidentmail.core.names.person import Person


class NameRetroOwner(Frozen, forbid_unknown_fields=False):
    """Make somebody responsible for the retrospective."""

    person: Person


class PlanRetro(Frozen, forbid_unknown_fields=False, omit_defaults=True):
    """Plan the retrospective and invite people.

    If `people` is empty, the same people are invited as before; the first time, everybody involved in the incident is.
    If `place` is None, the place stays the same; the first time, it is the venue of the incident.
    """

    at: datetime
    people: tuple[Person, ...] = ()
    place: str | None = None


class CallOffRetro(Frozen, forbid_unknown_fields=False):
    """Call off the planned retrospective."""


class MarkRetroHeld(Frozen, forbid_unknown_fields=False):
    """Say that the retrospective was held at `at`."""

    at: datetime


class WaiveRetro(Frozen, forbid_unknown_fields=False):
    """Say that no retrospective is needed."""


class UnmarkRetro(Frozen, forbid_unknown_fields=False):
    """Take back the statement that the retrospective was held, or that none is needed."""


RetroCommand = NameRetroOwner | PlanRetro | CallOffRetro | MarkRetroHeld | WaiveRetro | UnmarkRetro

RETRO_KEYS: tuple[tuple[str, str], ...] = (
    ("Retro", "retro"),
    ("Retrospective", "retro"),
    ("Retro owner", "retro_owner"),
    ("Retrospective owner", "retro_owner"),
)
"""The keys of `Key: value` lines about the retrospective, for the lexicon."""
