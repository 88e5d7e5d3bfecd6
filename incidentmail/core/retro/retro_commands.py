"""Define the commands about the retrospective. They follow the same rules as those in core/commands.py."""

from __future__ import annotations

from datetime import datetime

from incidentmail.core.frozen import Frozen
from incidentmail.core.names.person import Person


class NameRetroOwner(Frozen, forbid_unknown_fields=False):
    """Say who sees to it that the retrospective is held."""

    person: Person


class PlanRetro(Frozen, forbid_unknown_fields=False, omit_defaults=True):
    """Say when the retrospective takes place, and invite people.

    If `people` is empty, those who were invited before stay invited; the first time, everybody with a part is invited.
    If `place` is None, it stays as it is; the first time it is the venue of the incident.
    """

    at: datetime
    people: tuple[Person, ...] = ()
    place: str | None = None


class CallOffRetro(Frozen, forbid_unknown_fields=False):
    """Call off the retrospective that is planned."""


class MarkRetroHeld(Frozen, forbid_unknown_fields=False):
    """Say that the retrospective was held at the time `at`."""

    at: datetime


class WaiveRetro(Frozen, forbid_unknown_fields=False):
    """Say that no retrospective is needed."""


class UnmarkRetro(Frozen, forbid_unknown_fields=False):
    """Take back that the retrospective was held, or that none is needed."""


RetroCommand = NameRetroOwner | PlanRetro | CallOffRetro | MarkRetroHeld | WaiveRetro | UnmarkRetro

RETRO_KEYS: tuple[tuple[str, str], ...] = (
    ("Retro", "retro"),
    ("Retrospective", "retro"),
    ("Retro owner", "retro_owner"),
    ("Retrospective owner", "retro_owner"),
)
"""The keys of `Key: value` lines about the retrospective, for the lexicon."""
