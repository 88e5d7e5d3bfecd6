"""Define tracked items (actions, needs, assumptions, evidence, decisions), and select them by state."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from incidentmail.core.frozen import Frozen
from incidentmail.core.names.person import Instant, Person, Text

ItemKind = Literal["action", "need", "assumption", "evidence", "ruled_out", "decision", "document", "about_to"]
Verdict = Literal["holds", "refuted", "unknown"]
TO_DO: tuple[ItemKind, ...] = ("action", "need")
"""The kinds of items that are open until they are done."""
FINISHED: tuple[ItemKind, ...] = (*TO_DO, "about_to")
"""The kinds that `Done: 3` can refer to. Nobody waits for an `about to`, but people report that it is done."""


class Item(Frozen, kw_only=True):
    """A tracked item, such as an action with its owner, an assumption or a decision.

    `by` is its author, and `due_at` is when it should be done. `about` is the number of the item that it comments on,
    if any. `verdict` is the latest judgement of an assumption, and `asked_at` is when its author was last asked about
    it.
    """

    number: int
    kind: ItemKind
    text: Text
    owner: Person | None = None
    done: bool = False
    at: Instant
    by: Person | None = None
    due_at: Instant | None = None
    about: int | None = None
    verdict: Verdict | None = None
    judged_by: Person | None = None
    asked_at: Instant | None = None

    @property
    def is_open(self) -> bool:
        """Whether an action or need is not done yet, or an assumption is neither confirmed nor refuted."""
        if self.kind == "assumption":
            return self.verdict in (None, "unknown")
        return self.kind in TO_DO and not self.done

    @property
    def is_asked(self) -> bool:
        """Whether the author of an assumption was asked about it and has not answered."""
        return self.asked_at is not None and self.is_open

    @property
    def is_judged(self) -> bool:
        """Whether an assumption was confirmed or refuted."""
        return self.verdict in ("holds", "refuted")

    def is_overdue(self, now: datetime) -> bool:
        return self.is_open and self.due_at is not None and self.due_at < now


def open_items(items: Iterable[Item], *kinds: ItemKind) -> tuple[Item, ...]:
    """Return the open items of the given kinds, or of all kinds if none are given."""
    return tuple(item for item in items if item.is_open and (not kinds or item.kind in kinds))


def overdue(items: Iterable[Item], now: datetime) -> tuple[Item, ...]:
    """Return the open actions and needs that are past their due time, longest overdue first."""
    late = [item for item in items if item.is_overdue(now)]
    return tuple(sorted(late, key=lambda item: (item.due_at or now, item.number)))


def without_owner(items: Iterable[Item]) -> tuple[Item, ...]:
    """Return the open actions and needs without an owner."""
    return tuple(item for item in open_items(items, *TO_DO) if item.owner is None)


def unanswered(items: Iterable[Item]) -> tuple[Item, ...]:
    """Return the assumptions whose authors were asked and have not answered."""
    return tuple(item for item in items if item.is_asked)


def owned_by(items: Iterable[Item], person: Person) -> tuple[Item, ...]:
    """Return the open actions and needs that a person owns."""
    return tuple(item for item in open_items(items, *TO_DO) if item.owner is not None and item.owner.same_as(person))


def asked_of(items: Iterable[Item], person: Person) -> tuple[Item, ...]:
    """Return the assumptions that a person was asked about and has not answered."""
    return tuple(item for item in unanswered(items) if item.by is not None and item.by.same_as(person))


def refuted(items: Iterable[Item]) -> tuple[Item, ...]:
    """Return the explanations that were ruled out: refuted assumptions, and items added as ruled out."""
    return tuple(item for item in items if item.kind == "ruled_out" or item.verdict == "refuted")


def numbered(items: Iterable[Item], number: int) -> Item | None:
    return next((item for item in items if item.number == number), None)
