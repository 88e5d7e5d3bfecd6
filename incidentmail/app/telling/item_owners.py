"""Decide which owners of actions and needs get mail about their items: once, and again if still open at the close."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from incidentmail.app.context import AppContext
from incidentmail.app.known_people import with_address
from incidentmail.app.restricted import is_inside
from incidentmail.core.events import Event, StatusChanged
from incidentmail.core.model import Actor, Incident, Person, Status, Trust
from incidentmail.core.tracking.tracked_items import TO_DO, Item, open_items
from incidentmail.core.tracking.tracking_events import ItemAssigned, ItemTracked
from incidentmail.outbound.private_mails import Private

CLOSED = "The incident is closed, and this is still yours."


def owners_told(
    context: AppContext, incident: Incident, events: Sequence[Event], actor: Actor
) -> Iterator[tuple[str, Private]]:
    """Yield one mail to each owner of items that `events` assign and, if they close the incident, of items still open.

    After a drill, nobody is told about open items. People who take an item themselves are not told. Neither are people
    outside a restricted incident, because the mail says what the incident is about.
    """
    given = [
        event.number
        for event in events
        if (isinstance(event, ItemTracked) and event.item in TO_DO) or isinstance(event, ItemAssigned)
    ]
    mine = [item for item in open_items(incident.items, *TO_DO) if item.number in given]
    by = actor.person.name if actor.trust is Trust.OPERATOR else with_address(actor.person, context)
    for owner, items in _by_owner(mine):
        if not context.roster.has(str(owner.address)) and _is_unverified(context, actor):
            continue  # otherwise anybody could make us write to any address
        if not owner.same_as(actor.person) and _may_be_told(context, incident, owner):
            yield _mail(context, owner, items, f"{by} gave you something to do in this incident.")
    is_closed = any(isinstance(event, StatusChanged) and event.status is Status.CLOSED for event in events)
    if is_closed and not incident.drill:
        yield from left_open(context, incident, CLOSED)


def _is_unverified(context: AppContext, actor: Actor) -> bool:
    """Return whether senders are verified here but this one is not."""
    return context.words.policy.verifies and actor.trust.rank < Trust.VERIFIED.rank


def left_open(context: AppContext, incident: Incident, opening: str) -> Iterator[tuple[str, Private]]:
    """Yield one mail to each owner of items that are still open."""
    for owner, items in _by_owner(open_items(incident.items, *TO_DO)):
        if _may_be_told(context, incident, owner):
            yield _mail(context, owner, items, opening)


def still_theirs(incident: Incident, content: Private) -> tuple[int, ...]:
    """Return the numbers of those items in a mail to an owner that are still open and assigned to that owner."""
    mine = open_items(incident.items, *TO_DO)
    kept = {item.number for item in mine if item.owner is not None and item.owner.same_as(content.to)}
    return tuple(number for number in content.numbers if number in kept)


def _mail(context: AppContext, owner: Person, items: Sequence[Item], opening: str) -> tuple[str, Private]:
    kind = "tasks" if context.roster.has(str(owner.address)) else "outsider"
    numbers = tuple(item.number for item in items)
    return kind, Private(template="tasks", to=owner, opening=opening, numbers=numbers)


def _by_owner(items: Iterable[Item]) -> list[tuple[Person, list[Item]]]:
    """Return the items of each owner with a known address."""
    found: dict[str, tuple[Person, list[Item]]] = {}
    for item in items:
        if item.owner is not None and item.owner.address is not None:
            found.setdefault(item.owner.address, (item.owner, []))[1].append(item)
    return list(found.values())


def _may_be_told(context: AppContext, incident: Incident, owner: Person) -> bool:
    ours = (context.config.bot.address, *context.config.lists)
    return owner.address not in ours and is_inside(incident, str(owner.address))
