"""Tell people about assigned roles and tasks in their next mail, if they had too much mail to be told at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from incidentmail.core.facts import ROLE_PREFIX
from incidentmail.core.frozen import replace
from incidentmail.core.model import Incident
from incidentmail.core.names.person import Person
from incidentmail.core.tracking.tracked_items import TO_DO, Item, open_items
from incidentmail.core.words import in_brackets

from ..insiders import is_inside
from ..rules import Rules
from .digest_line import DigestLine, LineTo
from .item_lines import shown

HURRIED = timedelta(minutes=30)
"""A task due within this time is sent even if another mail has just gone out."""
UNLESS = "If you can do it, you need not answer. If you cannot, reply with the word below."
SAID_AFTER = timedelta(minutes=20)
"""How long an assignment may wait before the commander is told that its assignee does not know."""


def task_key(number: int) -> str:
    return f"item {number} is yours"


def role_key(role: str) -> str:
    return f"role {role} is yours"


def is_hurried(item: Item, now: datetime) -> bool:
    return item.due_at is not None and item.due_at - now <= HURRIED


def given_lines(incident: Incident, rules: Rules, now: datetime) -> Iterator[DigestLine]:
    """Yield a line for each open task and role, and one that tells the commander if that line has to wait."""
    if not incident.is_open:
        return
    for item in open_items(incident.items, *TO_DO):
        owner, quoted = item.owner, shown(item, rules, now)
        if owner is None or not is_inside(incident, owner):
            continue
        by = f"{item.by.name} wrote this, and it" if item.by and not item.by.same_as(owner) else "This"
        yield _given(
            DigestLine(
                key=task_key(item.number), to=owner, text=f"{by} is yours to do.", quoted=quoted, since=item.at,
                replies=(f"done {item.number}", f"cannot {item.number}"),
            )
        )  # fmt: skip
        yield from _not_told(incident, task_key(item.number), owner, quoted, item.at)
    for role, held in incident.roles.items():
        for person in held.people:
            title, takes = _title(rules, role)
            yield _given(
                DigestLine(
                    key=role_key(role), to=person, replies=("decline",), since=incident.declared_at, checklist=role,
                    text=f"You have been named {title}{takes} of this incident. {UNLESS}",
                )
            )  # fmt: skip
            quoted = f"{rules.words.key(ROLE_PREFIX + role)}: {person.name}"
            yield from _not_told(incident, role_key(role), person, quoted, incident.declared_at)


def _given(line: DigestLine) -> DigestLine:
    return replace(line, given=True, while_waiting=LineTo(key=line.key, to=line.to))


def _not_told(incident: Incident, key: str, to: Person, quoted: str, since: datetime) -> Iterator[DigestLine]:
    """Yield a line telling the commander that `to` has not been told yet, unless `to` is the commander."""
    if to.same_as(incident.commander):
        return
    yield DigestLine(
        key=f"{key}, and {to.address} does not know", to=incident.commander, since=since, quoted=quoted,
        text=f"{to.name} has had much private mail and has not been told of this yet. Tell them, if it is urgent.",
        replies=("catch up",), while_waiting=LineTo(key=key, to=to, waited=SAID_AFTER),
    )  # fmt: skip


def _title(rules: Rules, key: str) -> tuple[str, str]:
    """Return the title of a role as written within a sentence, and the questions it answers, in brackets."""
    role = rules.policy.role(key)
    title = (role.one if role else "") or rules.words.key(ROLE_PREFIX + key)
    within = f"{title[:1].lower()}{title[1:]}" if title[1:2].islower() else title
    return within, in_brackets(role.takes if role else None)
