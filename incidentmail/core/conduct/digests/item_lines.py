"""Remind people of tracked items: overdue actions, assumptions to check, and items still open at the end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from incidentmail.core.facts import ROLE_PREFIX, json_time
from incidentmail.core.frozen import read
from incidentmail.core.model import Change, Holders, Incident, Status
from incidentmail.core.names.person import Person
from incidentmail.core.policy import SME
from incidentmail.core.text import clip, one_line
from incidentmail.core.tracking.tracked_items import TO_DO, Item, open_items, overdue, unanswered, without_owner
from incidentmail.core.words import in_brackets

from ..insiders import is_inside
from ..rules import Rules
from .digest_line import DigestLine, LineTo

TAKEN_ON_WITHIN = timedelta(minutes=10)
"""How long an action may be without an owner before the commander is told."""
ANSWERED_WITHIN = timedelta(minutes=20)
"""How long the author of an assumption has to answer before the commander is told."""
NEW_FOR = timedelta(hours=1)
"""How long a message about a planned action counts as news. After that, the action has probably been done."""
ASKED_AGAIN_AFTER = timedelta(days=7)
SHOWN_MAX = 5
"""The maximum number of assumptions shown to one person, newest first."""
TEXT_CHARS_MAX = 200


def tracked_lines(incident: Incident, rules: Rules, now: datetime) -> Iterator[DigestLine]:
    """Yield all lines about tracked items. For a restricted incident, only people involved in it get any."""
    for source in (_assumption_lines, _item_lines, _expert_lines):
        yield from (line for line in source(incident, rules, now) if is_inside(incident, line.to))


def _item_lines(incident: Incident, rules: Rules, now: datetime) -> Iterator[DigestLine]:
    """Yield lines about items that are overdue, about to be done, without an owner, or still open after the end."""
    if not incident.is_open:
        yield from _left_open(incident, rules, now)
        return
    commander = incident.commander
    for item in overdue(incident.items, now):
        due = item.due_at or now
        key, quoted = f"item {item.number} overdue {json_time(due)}", shown(item, rules, now)
        owner = item.owner
        if owner is not None:
            yield DigestLine(
                key=key, to=owner, text="This was to be done by now. How is it going?", quoted=quoted, since=due,
                replies=(f"done {item.number}", f"cannot {item.number}"),
            )  # fmt: skip
        if owner is None or not owner.same_as(commander):
            yield DigestLine(
                key=key,
                to=commander,
                text="This is overdue.",
                quoted=quoted,
                replies=(f"done {item.number}",),
                since=due,
            )
    for item in without_owner(incident.items):
        if now - item.at >= TAKEN_ON_WITHIN:
            yield DigestLine(
                key=f"item {item.number} is nobody's", to=commander, text="Nobody has taken this on.",
                quoted=shown(item, rules, now), replies=(f"Assign: {item.number} me",), since=item.at + TAKEN_ON_WITHIN,
            )  # fmt: skip
    for item in incident.items:
        is_new = item.kind == "about_to" and not item.done and now - item.at <= NEW_FOR
        if is_new and not (item.by and item.by.same_as(commander)):
            who = item.by.name if item.by else "Somebody"
            text = f"{who} wrote at {rules.shown(item.at, now)} what they are about to do."
            quoted = shown(item, rules, now)
            yield DigestLine(key=f"item {item.number}", to=commander, text=text, quoted=quoted, since=item.at)


def _assumption_lines(incident: Incident, rules: Rules, now: datetime) -> Iterator[DigestLine]:
    """Yield the questions about assumptions: to their authors, to the commander, and to people who join later."""
    if not incident.is_open:
        return
    for item in unanswered(incident.items):
        asked_at = item.asked_at or now
        key, quoted = f"item {item.number} asked {json_time(asked_at)}", shown(item, rules, now)
        replies = tuple(f"{item.number} {verdict}" for verdict in ("holds", "refuted", "unknown"))
        if item.by is not None:
            text = "Does this still hold? You wrote it."
            yield DigestLine(key=key, to=item.by, text=text, quoted=quoted, replies=replies, since=asked_at)
        if now - asked_at >= ANSWERED_WITHIN:
            text = f"{item.by.name if item.by else 'Its author'} was asked whether this holds, and has not answered."
            since = asked_at + ANSWERED_WITHIN
            yield DigestLine(
                key=f"{key}, no answer",
                to=incident.commander,
                text=text,
                quoted=quoted,
                replies=replies[:2],
                since=since,
                once_told=LineTo(key=key, to=item.by) if item.by else None,
            )
    yield from _look_again(incident, rules, now)
    yield from _fresh_eyes(incident, rules, now)


def _expert_lines(incident: Incident, rules: Rules, now: datetime) -> Iterator[DigestLine]:
    """Yield a warning for a commander who is also a subject-matter expert."""
    experts = incident.roles.get(SME, Holders()).people
    if not incident.is_open or not any(expert.same_as(incident.commander) for expert in experts):
        return
    title = rules.policy.role(SME)
    one = (title.one or title.title) if title else "expert"
    yield DigestLine(
        key=f"commander is an expert {incident.commander.address}",
        to=incident.commander,
        text=f"You are {rules.title} and {one[:1].lower()}{one[1:]}. Few people can do both: let others repair it, or "
        "hand over command.",
        replies=(f"{rules.words.key(ROLE_PREFIX + SME)}: -me",) if len(experts) > 1 else (),
        since=incident.updated_at,
    )


def shown(item: Item, rules: Rules, now: datetime) -> str:
    """Return an item with its number, owner and time: `Action 3: restart the queue (Bo K.; by 15:10 UTC)`."""
    due = f"by {rules.shown(item.due_at, now)}" if item.due_at else None
    notes = in_brackets(item.owner.name if item.owner else None, due)
    return f"{rules.words.key(item.kind)} {item.number}: {clip(one_line(item.text), TEXT_CHARS_MAX)}{notes}"


def _look_again(incident: Incident, rules: Rules, now: datetime) -> Iterator[DigestLine]:
    """Yield lines about assumptions made before the severity last got worse or the commander last changed."""
    turned = next((change for change in reversed(_changes(incident)) if _is_turn(change)), None)
    if turned is None:
        return
    why = "The severity has risen" if turned.fact == "severity" else "Command has passed on"
    older = [item for item in open_items(incident.items, "assumption") if item.at <= turned.at]
    for item in older[-SHOWN_MAX:]:
        yield DigestLine(
            key=f"item {item.number} after {turned.fact} {json_time(turned.at)}",
            to=incident.commander,
            text=f"{why}, and this is still only assumed.",
            quoted=shown(item, rules, now),
            replies=(f"ask {item.number}", f"{item.number} holds", f"{item.number} refuted"),
            since=turned.at,
        )


def _fresh_eyes(incident: Incident, rules: Rules, now: datetime) -> Iterator[DigestLine]:
    """Yield lines to people who joined late, about the assumptions that were already open at that time."""
    for person, at in _came(incident):
        items = open_items(incident.items, "assumption")
        others = [item for item in items if item.at <= at and not (item.by and item.by.same_as(person))]
        for item in () if person.same_as(incident.commander) else others[-SHOWN_MAX:]:
            yield DigestLine(
                key=f"item {item.number}, fresh eyes",
                to=person,
                text="Please check this with fresh eyes: it is only assumed.",
                quoted=shown(item, rules, now),
                replies=(f"{item.number} holds", f"{item.number} refuted"),
                since=at,
            )


def _came(incident: Incident) -> Iterator[tuple[Person, datetime]]:
    """Yield each person who joined after the declaration and is still at work, with the time they joined."""
    yield from ((one.person, one.since) for one in incident.engaged)
    for change in _changes(incident):
        if not change.fact.startswith(ROLE_PREFIX):
            continue
        held = incident.roles.get(change.fact.removeprefix(ROLE_PREFIX), Holders()).people
        was = read(Holders, change.was).people
        for person in read(Holders, change.now).people:
            if any(person.same_as(one) for one in held) and not any(person.same_as(one) for one in was):
                yield person, change.at


def _left_open(incident: Incident, rules: Rules, now: datetime) -> Iterator[DigestLine]:
    """Yield lines about items that are still open a week after the incident was closed."""
    closed = next((change for change in reversed(_changes(incident)) if change.fact == "status"), None)
    if incident.status is not Status.CLOSED or closed is None or now - closed.at < ASKED_AGAIN_AFTER:
        return
    for item in open_items(incident.items, *TO_DO):
        if item.owner is not None:
            yield DigestLine(
                key=f"item {item.number} open after {json_time(closed.at)}", to=item.owner, after_end=True,
                text="The incident was closed a week ago, and this is still yours.", quoted=shown(item, rules, now),
                replies=(f"done {item.number}", f"cannot {item.number}"), since=closed.at + ASKED_AGAIN_AFTER,
            )  # fmt: skip


def _changes(incident: Incident) -> list[Change]:
    return [*(change for update in incident.announced for change in update.changes), *incident.unannounced]


def _is_turn(change: Change) -> bool:
    """Return whether the change is a reason to check the assumptions again."""
    if change.fact == "severity":
        return isinstance(change.now, int) and isinstance(change.was, int) and change.now < change.was
    return change.fact == "commander"
