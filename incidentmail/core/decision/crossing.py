"""Replies that cross: a change that answers an older mail, although everybody was just told another value.

Replies are taken in the order they arrive. Of one that crosses, nobody knows whether its sender has read the newer
value, so it waits for his word. Whatever makes the severity worse never waits.
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
"""After this time everybody has had the chance to read what was announced, and means what he writes."""


@dataclass(frozen=True, slots=True)
class _Told:
    """The newest value of a fact that everybody was told, and by which mail."""

    update: Update
    value: JsonValue


def check_crossing(
    state: Incident, command: Command, events: Sequence[Event], *, actor: Actor, answering: int | None, now: datetime,
    policy: Policy,
) -> Held | None:  # fmt: skip
    """The hold on a command whose `events` would change a fact that crossed; None where it applies.

    `answering`: the number of the mail that was answered. None says that nobody knows: it counts as the newest one,
    for otherwise every reply from a mail program that names none would wait.
    """
    changed = fact_of(events[0]) if events else None
    if answering is None or changed is None or _adjusts(command):
        return None
    name, value = changed
    if isinstance(command, SetSeverity) and command.severity < state.severity:
        return None
    told = _told_after(state, name, answering)
    if told is None or now - told.update.at >= CROSSING_WITHIN or _same(name, told.value, value):
        return None
    words = Words(policy)
    key, minutes = words.key(name).lower(), int((now - told.update.at).total_seconds() // 60)
    ago = f"{minutes} minutes ago" if minutes > 1 else "a minute ago" if minutes else "just now"
    return Held(
        reason=f"{key} {shown(name, value)} answers an older mail, and update {told.update.number} said "
        f"{key} {shown(name, told.value)} {ago}",
        remedy="if you still mean it, answer the newest mail with the same words, or the private one with accept",
        confirmers=(actor.person,),
    )


def shown(name: str, value: JsonValue) -> str:
    """The value of a fact in a few words.

    >>> shown("commander", {"name": "Bo K.", "address": None}), shown("severity", 2), shown("venue", None)
    ('Bo K.', '2', 'nothing yet')
    """
    if name.startswith(ROLE_PREFIX):
        holders = read(Holders, value)
        return NOT_NEEDED if holders.dismissed else join_names(holders.people) or "nobody"
    if name == "commander":
        return read(Person, value).name
    return NOTHING_YET if value is None else str(value)


def _adjusts(command: Command) -> bool:
    """Whether it says by itself what it starts from: one more in a role, one fewer, a numbered update put back."""
    return isinstance(command, Undo | Decline) or (isinstance(command, AssignRole) and command.how in ("add", "remove"))


def _told_after(state: Incident, name: str, number: int) -> _Told | None:
    """What the newest mail behind mail `number` that speaks of fact `name` said of it."""
    for update in reversed(state.announced):
        changes = [change for change in update.changes if change.fact == name]
        if update.number <= number:
            return None
        confirmed = any(change.was == change.now for change in changes)
        if changes and (confirmed or changes[0].was != changes[-1].now):
            return _Told(update, changes[-1].now)
    return None


def _same(name: str, one: JsonValue, other: JsonValue) -> bool:
    if name == "commander":
        return read(Person, one).same_as(read(Person, other))
    return one == other
