"""Define the commands about handovers, breaks and deadlines, under the same rules as core/commands.py."""

from __future__ import annotations

from datetime import datetime

from incidentmail.core.frozen import Frozen
from incidentmail.core.names.person import Person


class PlanHandover(Frozen, forbid_unknown_fields=False, omit_defaults=True):
    """Plan who takes command next, and when. If `person` is None, the plan is dropped."""

    person: Person | None = None
    at: datetime | None = None


class TakeBreak(Frozen, forbid_unknown_fields=False):
    """Say that the sender is away until `until`."""

    until: datetime


class EndBreak(Frozen, forbid_unknown_fields=False):
    """Say that the sender is back."""


class StateAware(Frozen, forbid_unknown_fields=False):
    """Say when the organisation became aware of the incident. The configured deadlines run from that time."""

    at: datetime


class MarkNotified(Frozen, forbid_unknown_fields=False):
    """Say that the authority or customer was notified, as the deadline `name` requires."""

    name: str


ClockCommand = PlanHandover | TakeBreak | EndBreak | StateAware | MarkNotified

CLOCK_KEYS: tuple[tuple[str, str], ...] = (
    ("News", "news"),
    ("Next commander", "next_commander"),
    ("Next incident commander", "next_commander"),
    ("Aware", "aware_at"),
    ("Notified", "notified"),
)
"""The keys of `Key: value` lines about updates, handovers, breaks and deadlines, for the lexicon."""
