"""Find out how long people have been at work, suggest relieving the commander, and offer command as planned."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from incidentmail.core.events import CommandOffered, Event
from incidentmail.core.facts import ROLE_PREFIX, json_time
from incidentmail.core.frozen import Frozen, JsonValue, read, replace
from incidentmail.core.model import Holders, Incident
from incidentmail.core.names.mailboxes import share_mailbox
from incidentmail.core.names.person import Person
from incidentmail.core.times import show_duration
from incidentmail.core.tracking.role_kinds import DEPUTY

from .clock_events import HandoverPlanned
from .clock_state import Break
from .digests.digest_line import DigestLine
from .rules import Rules

COMMAND = "commander"
LAST_PHASE = 2
SUGGESTED_MAX = 3
"""The maximum number of people suggested in a mail, each with a reply."""


def commander_since(incident: Incident) -> datetime:
    """Return when the current commander took command."""
    changes = [*(change for update in incident.announced for change in update.changes), *incident.unannounced]
    was = (change.at for change in reversed(changes) if change.fact == "commander" and change.was != change.now)
    return next(was, incident.declared_at)


class AtWork(Frozen, kw_only=True):
    """A person at work, and when they began. `parts` holds the keys of their roles; it is empty if they only joined."""

    person: Person
    parts: tuple[str, ...]
    since: datetime
    last_break: Break | None = None


def at_work(incident: Incident) -> tuple[AtWork, ...]:
    """Return everybody at work: the commander, then the holders of roles, then people who only joined."""
    found: list[AtWork] = []
    parts = [(COMMAND, incident.commander, commander_since(incident))]
    parts += [(role, p, _held_since(incident, role, p)) for role, held in incident.roles.items() for p in held.people]
    parts += [("", one.person, one.since) for one in incident.engaged]
    for part, person, since in parts:
        known = next((at for at, one in enumerate(found) if share_mailbox(one.person, person)), None)
        if known is None:
            away = next((b for b in incident.clock.breaks if share_mailbox(b.person, person)), None)
            found.append(AtWork(person=person, parts=(part,) if part else (), since=since, last_break=away))
        else:
            one = found[known]
            found[known] = replace(one, parts=(*one.parts, *filter(None, (part,))), since=min(one.since, since))
    return tuple(found)


def _held_since(incident: Incident, role: str, person: Person) -> datetime:
    """Return when a person was last given a role, or the time of the declaration if they had it from the start."""
    changes = [*(change for update in incident.announced for change in update.changes), *incident.unannounced]
    for change in reversed(changes):
        if change.fact == ROLE_PREFIX + role and _is_in(change.now, person) and not _is_in(change.was, person):
            return change.at
    return incident.declared_at


def _is_in(holders: JsonValue, person: Person) -> bool:
    return holders is not None and any(share_mailbox(one, person) for one in read(Holders, holders).people)


def handover_events(incident: Incident, now: datetime) -> tuple[Event, ...]:
    """Return the events that offer command to the planned commander, or () if it is not time yet."""
    planned = incident.clock.next_commander
    if planned is None or not incident.is_open or now < planned.at:
        return ()
    if share_mailbox(planned.to, incident.commander):
        return (HandoverPlanned(),)
    return (CommandOffered(to=planned.to), HandoverPlanned())


def relief_lines(incident: Incident, rules: Rules, now: datetime) -> Iterator[DigestLine]:
    """Yield a line asking who will relieve the commander, once every `relief_after`."""
    since, after = commander_since(incident), rules.relief_after
    if after is None or incident.phase > LAST_PHASE or incident.clock.next_commander or incident.offered:
        return
    times = (now - since) // after
    if times >= 1:
        suggested = _suggested(incident, rules)
        how = "" if suggested else " Begin your reply with Next commander and a colon, then a name and a time."
        yield DigestLine(
            key=f"relief {json_time(since)} {times}",
            to=incident.commander,
            text=f"You have led for {show_duration(now - since)}. Who relieves you, and when?{how}",
            replies=tuple(f"Next commander: {person}" for person in suggested),
            since=since + times * after,
        )


def _suggested(incident: Incident, rules: Rules) -> list[Person]:
    deputies = incident.roles[DEPUTY].people if DEPUTY in incident.roles else ()
    found: list[Person] = []
    for person in (*deputies, *rules.pool):
        if person.address and not any(share_mailbox(person, other) for other in (incident.commander, *found)):
            found.append(person)
    return found[:SUGGESTED_MAX]
