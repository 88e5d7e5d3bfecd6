"""Define the commands about tracked items, people at work and roll calls. core/commands.py has the others."""

from __future__ import annotations

from datetime import datetime

from incidentmail.core.frozen import Frozen
from incidentmail.core.names.person import Person

from .tracked_items import ItemKind, Verdict


class AddItem(Frozen, forbid_unknown_fields=False, omit_defaults=True):
    """Add an item. If it has a time but no owner, its author owns it. `about` is the number of another item."""

    kind: ItemKind
    text: str
    owner: Person | None = None
    due_at: datetime | None = None
    about: int | None = None


class FinishItem(Frozen, forbid_unknown_fields=False):
    """Mark an action or need as done. `text` is its number or some of its words.

    If `text` is empty, this means the only open item owned by the sender.
    """

    text: str


class AssignItem(Frozen, forbid_unknown_fields=False):
    """Assign an action or need to a person. If `person` is None, it is left without an owner."""

    number: int
    person: Person | None


class ReleaseItem(Frozen, forbid_unknown_fields=False, omit_defaults=True):
    """Give up an item owned by the sender. Without a number, this means their only open item."""

    number: int | None = None


class AskItem(Frozen, forbid_unknown_fields=False):
    """Ask the author of an assumption whether it is true."""

    number: int


class JudgeItem(Frozen, forbid_unknown_fields=False, omit_defaults=True):
    """Say whether an assumption is true. Without a number, this means the only one that the sender was asked about."""

    verdict: Verdict
    number: int | None = None


class Join(Frozen, forbid_unknown_fields=False):
    """Add the sender to the people at work, without a role."""


class Leave(Frozen, forbid_unknown_fields=False):
    """Remove the sender from the people at work and from their roles."""


class CallRoll(Frozen, forbid_unknown_fields=False, omit_defaults=True):
    """Ask people what they see, do and need. If `everybody` is true, those without a role are asked too."""

    everybody: bool = False


TrackingCommand = AddItem | FinishItem | AssignItem | ReleaseItem | AskItem | JudgeItem | Join | Leave | CallRoll
