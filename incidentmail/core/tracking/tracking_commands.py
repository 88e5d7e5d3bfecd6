"""Define the commands of keeping track. core/commands.py has all other commands."""

from __future__ import annotations

from datetime import datetime

from incidentmail.core.frozen import Frozen
from incidentmail.core.names.person import Person

from .tracked_items import ItemKind, Verdict


class AddItem(Frozen, forbid_unknown_fields=False, omit_defaults=True):
    """Add an item. If it has a time but no owner, the writer owns it. `about` is the number of another item."""

    kind: ItemKind
    text: str
    owner: Person | None = None
    due_at: datetime | None = None
    about: int | None = None


class FinishItem(Frozen, forbid_unknown_fields=False):
    """Mark an action or need as done. `text` is its number, or some words from it.

    If `text` is empty, the only open item of the writer is meant.
    """

    text: str


class AssignItem(Frozen, forbid_unknown_fields=False):
    """Say who does an action or meets a need. If `person` is None, it has no owner any more."""

    number: int
    person: Person | None


class ReleaseItem(Frozen, forbid_unknown_fields=False, omit_defaults=True):
    """Say that the writer cannot do what they own. Without a number, their only open item is meant."""

    number: int | None = None


class AskItem(Frozen, forbid_unknown_fields=False):
    """Ask the author of an assumption whether it holds."""

    number: int


class JudgeItem(Frozen, forbid_unknown_fields=False, omit_defaults=True):
    """Say whether an assumption holds. Without a number, the writer means the only one that they were asked about."""

    verdict: Verdict
    number: int | None = None


class Join(Frozen, forbid_unknown_fields=False):
    """List the writer among the people at work, without a role."""


class Leave(Frozen, forbid_unknown_fields=False):
    """Record that the writer is no longer at work, and take back the roles that they hold."""


class CallRoll(Frozen, forbid_unknown_fields=False, omit_defaults=True):
    """Ask people what they see, do and need. If `everybody` is true, those without a role are asked too."""

    everybody: bool = False


TrackingCommand = AddItem | FinishItem | AssignItem | ReleaseItem | AskItem | JudgeItem | Join | Leave | CallRoll
