"""Replies that cross: they answer an older mail and change a fact, of which a newer mail just announced a new value.

Replies are handled in the order of arrival. If one crosses, its sender may not have read the newer value, so it waits
until they confirm it. A change to a worse severity never waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from incidentmail.core.commands import AssignRole, Command, Decline, Held, SetSeverity, Undo
from incidentmail.core.events import Event
from incidentmail.core.facts import ROLE_PREFIX, fact_of
from incidentmail.core.frozen import JsonValue, read
from incidentmail.core.model import Actor, Holders, Incident, Person, Update
from incidentmail.core.policy import Policy
from incidentmail.core.words import NOT_NEEDED, NOTHING_YET, Words, join_names

CROSSING_WITHIN = timedelta(minutes=10)
"""After this time everybody could have read what was announced, so a reply needs no confirmation."""


@dataclass(frozen=True, slots=True)
class _Announced:
    """The newest announced value of a fact, and the mail that announced it."""

    update: Update
    value: JsonValue


def check_crossing(
    state: Incident, command: Command, events: Sequence[Event], *, actor: Actor, answering: int | None, now: datetime,
    policy: Policy,
) -> Held | None:  # fmt: skip
    """Return the hold on a command if a newer mail announced another value of its fact, or None.

    `answering`: the number of the mail that was answered, or None if unknown. None counts as the newest mail, because
    else every reply from a mail program that names no mail would wait.
    """
    changed = fact_of(events[0]) if events else None
    if answering is None or changed is None or _names_its_base(command):
        return None
    name, value = changed
    if isinstance(command, SetSeverity) and command.severity < state.severity:
        return None
    newest = _announced_after(state, name, answering)
    if newest is None or now - newest.update.at >= CROSSING_WITHIN or _same(name, newest.value, value):
        return None
    words = Words(policy)
    key, minutes = words.key(name).lower(), int((now - newest.update.at).total_seconds() // 60)
    ago = f"{minutes} minutes ago" if minutes > 1 else "a minute ago" if minutes else "just now"
    return Held(
        reason=f"{key} {show_fact(name, value)} answers an older mail, and update {newest.update.number} said "
        f"{key} {show_fact(name, newest.value)} {ago}",
        remedy="if you still mean it, answer the newest mail with the same words, or the private one with accept",
        confirmers=(actor.person,),
    )


def show_fact(name: str, value: JsonValue) -> str:
    """Return the value of a fact in a few words.

    >>> show_fact("commander", {"name": "Bo K.", "address": None}), show_fact("severity", 2), show_fact("venue", None)
    ('Bo K.', '2', 'nothing yet')
    """
    if name.startswith(ROLE_PREFIX):
        holders = read(Holders, value)
        return NOT_NEEDED if holders.dismissed else join_names(holders.people) or "nobody"
    if name == "commander":
        return read(Person, value).name
    return NOTHING_YET if value is None else str(value)


def _names_its_base(command: Command) -> bool:
    """Return whether it says what it starts from: more or fewer people in a role, or an update by number."""
    return isinstance(command, Undo | Decline) or (isinstance(command, AssignRole) and command.how in ("add", "remove"))


def _announced_after(state: Incident, name: str, number: int) -> _Announced | None:
    """Return the newest value of fact `name` announced after mail `number`, or None."""
    for update in reversed(state.announced):
        changes = [change for change in update.changes if change.fact == name]
        if update.number <= number:
            return None
        confirmed = any(change.was == change.now for change in changes)
        if changes and (confirmed or changes[0].was != changes[-1].now):
            return _Announced(update, changes[-1].now)
    return None


def _same(name: str, one: JsonValue, other: JsonValue) -> bool:
    if name == "commander":
        return read(Person, one).same_as(read(Person, other))
    return one == other
