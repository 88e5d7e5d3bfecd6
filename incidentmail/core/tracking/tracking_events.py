"""Define the events about tracked items, people at work and roll calls.

Their fields follow the same rules as those in core/events.py.
"""

from __future__ import annotations

from typing import Annotated, Literal

from incidentmail.core.frozen import SEALED, Frozen, settle
from incidentmail.core.names.person import Instant, Person, Text, clean_text, whole_second

from .tracked_items import ItemKind, Verdict


class ItemTracked(Frozen, kw_only=True):
    """An item was added. This replaces `item_added.v1`, which has neither `due_at` nor `about`."""

    kind: Literal["item_tracked.v1"] = "item_tracked.v1"
    number: int
    item: ItemKind
    text: Annotated[Text, SEALED]
    owner: Annotated[Person | None, SEALED] = None
    due_at: Instant | None = None
    about: int | None = None

    def __post_init__(self) -> None:
        settle(self, text=clean_text(self.text), due_at=None if self.due_at is None else whole_second(self.due_at))


class ItemAssigned(Frozen, kw_only=True):
    """An item was assigned to another owner. If `owner` is None, the previous owner gave it up."""

    kind: Literal["item_assigned.v1"] = "item_assigned.v1"
    number: int
    owner: Annotated[Person | None, SEALED] = None


class ItemAsked(Frozen, kw_only=True):
    """The author of an assumption was asked whether it is true."""

    kind: Literal["item_asked.v1"] = "item_asked.v1"
    number: int


class ItemJudged(Frozen, kw_only=True):
    """Somebody said whether an assumption is true."""

    kind: Literal["item_judged.v1"] = "item_judged.v1"
    number: int
    verdict: Verdict


class Joined(Frozen, kw_only=True):
    """A person joined the people at work."""

    kind: Literal["joined.v1"] = "joined.v1"
    person: Annotated[Person, SEALED]


class Left(Frozen, kw_only=True):
    """A person left the people at work."""

    kind: Literal["left.v1"] = "left.v1"
    person: Annotated[Person, SEALED]


class RollCalled(Frozen, kw_only=True):
    """A roll call was made: these people were asked what they see, do and need."""

    kind: Literal["roll_called.v1"] = "roll_called.v1"
    people: Annotated[tuple[Person, ...], SEALED]


class RollAnswered(Frozen, kw_only=True):
    """A person answered the newest roll call."""

    kind: Literal["roll_answered.v1"] = "roll_answered.v1"
    person: Annotated[Person, SEALED]
    text: Annotated[Text, SEALED]

    def __post_init__(self) -> None:
        settle(self, text=clean_text(self.text))


TrackingEvent = ItemTracked | ItemAssigned | ItemAsked | ItemJudged | Joined | Left | RollCalled | RollAnswered
