"""Follow tracked items, promised updates and words for customers through the entries of an incident."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from incidentmail.core.events import Announced, ItemFinished, TextChanged, UpdateKept, UpdateMissed
from incidentmail.core.model import Item, ItemKind
from incidentmail.core.teams.team_events import CustomerWordsApproved
from incidentmail.core.tracking.tracked_items import TO_DO
from incidentmail.core.tracking.tracking_events import ItemJudged

from .contents import Noted, Promise, ToldCustomers
from .story import Story

_BECAME = {"holds": "held", "refuted": "refuted"}
ABOUT: tuple[ItemKind, ...] = ("evidence", "ruled_out")


def noted(story: Story, *kinds: ItemKind) -> tuple[Noted, ...]:
    """Return the items of the given kinds, each with its result."""
    return tuple(_noted(story, item) for item in story.incident.items if item.kind in kinds)


def _noted(story: Story, item: Item) -> Noted:
    became, settled_at = "", None
    if item.kind == "assumption":
        became = _BECAME.get(item.verdict or "", "unknown")
        settled_at = judged_at(story, item.number) if item.is_judged else None
    elif item.kind in TO_DO:
        became = "done" if item.done else "open"
        settled_at = finished_at(story, item.number) if item.done else None
    about = (other.text for other in story.incident.items if other.kind in ABOUT and other.about == item.number)
    return Noted(
        number=item.number,
        text=item.text,
        by=item.by.name if item.by else None,
        owner=item.owner.name if item.owner else None,
        at=item.at,
        became=became,
        settled_at=settled_at,
        due_at=item.due_at,
        evidence=tuple(about),
    )


def judged_at(story: Story, number: int) -> datetime | None:
    """Return when an assumption was last judged, or None if it was never judged."""
    times = [one.at for one, event in story.events(ItemJudged) if event.number == number]
    return times[-1] if times else None


def finished_at(story: Story, number: int) -> datetime | None:
    """Return when an item was reported as done, or None if that was not recorded."""
    return next((one.at for one, event in story.events(ItemFinished) if event.number == number), None)


def promises(story: Story) -> tuple[Promise, ...]:
    """Return all promised updates, in order of their due times."""
    sent = [one.at for one, _ in story.events(Announced)]
    found = [
        Promise(due_at=event.due_at, kept=True, sent_at=max((at for at in sent if at <= one.at), default=one.at))
        for one, event in story.events(UpdateKept)
    ]
    for one, event in story.events(UpdateMissed):
        later = (at for at in sent if at > event.due_at and at >= one.at)
        found.append(Promise(due_at=event.due_at, kept=False, sent_at=next(later, None)))
    return tuple(sorted(found, key=lambda promise: promise.due_at))


def told_customers(story: Story) -> tuple[ToldCustomers, ...]:
    """Return the words that customers could be told, oldest first, each with the time from which they applied."""
    return tuple(_told(story))


def _told(story: Story) -> Iterator[ToldCustomers]:
    first = story.declaration.customers_may_be_told
    if first:
        yield ToldCustomers(at=story.began_at, words=first, by=story.entries[0].by.name)
    for at, one in enumerate(story.entries):
        event = one.event
        if not isinstance(event, TextChanged) or event.name != "customers_may_be_told":
            continue
        following = story.entries[at + 1].event if at + 1 < len(story.entries) else None
        approval = following.approval if isinstance(following, CustomerWordsApproved) else None
        by = approval.by if approval else one.by
        approved_by = approval.approved_by.name if approval else None
        yield ToldCustomers(at=one.at, words=event.text, by=by.name, approved_by=approved_by)
