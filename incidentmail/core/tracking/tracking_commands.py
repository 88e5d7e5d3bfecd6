"""Define the commands of keeping track. core/commands.py has all other commands."""

from __future__ import annotations

from datetime import datetime

from incidentmail.core.frozen import Frozen
from incidentmail.core.names.person import Person

from .tracked_items import ItemKind, Verdict


class AddItem(Frozen, forbid_unknown_fields=False, omit_defaults=True):
    """Add an item. A time without an owner is the writer's. `about` is the number of the item that it is about."""

    kind: ItemKind
    text: str
    owner: Person | None = None
    due_at: datetime | None = None
    about: int | None = None


class FinishItem(Frozen, forbid_unknown_fields=False):
    """Mark an action or need as done. `text` is its number, or some words from it.

    If it is empty, the writer's only open one is meant.
    """

    text: str


class AssignItem(Frozen, forbid_unknown_fields=False):
    """Say who does an action or fills a need. Nobody does if `person` is None."""

    number: int
    person: Person | None


class ReleaseItem(Frozen, forbid_unknown_fields=False, omit_defaults=True):
    """Say that the writer cannot do what they own. Without a number, their only open item is meant."""

    number: int | None = None


class AskItem(Frozen, forbid_unknown_fields=False):
    """Ask the author of an assumption whether it holds."""

    number: int


class JudgeItem(Frozen, forbid_unknown_fields=False, omit_defaults=True):
    """Say whether an assumption holds. Without a number, the only one that the writer was asked about is meant."""

    verdict: Verdict
    number: int | None = None


class Join(Frozen, forbid_unknown_fields=False):
    """List the writer among the people at work, without a role."""


class Leave(Frozen, forbid_unknown_fields=False):
    """Take the writer off the people at work, and off the roles that they hold."""


class CallRoll(Frozen, forbid_unknown_fields=False, omit_defaults=True):
    """Ask the people at work what they see, do and need; if `everybody`, also those without a role."""

    everybody: bool = False


TrackingCommand = AddItem | FinishItem | AssignItem | ReleaseItem | AskItem | JudgeItem | Join | Leave | CallRoll
