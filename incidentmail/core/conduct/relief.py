"""Ask commanders who relieves them, and offer command to the person who is planned to have it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from incidentmail.core.events import CommandOffered, Event
from incidentmail.core.facts import json_time
from incidentmail.core.model import Incident
from incidentmail.core.names.mailboxes import share_mailbox
from incidentmail.core.names.person import Person
from incidentmail.core.times import show_duration
from incidentmail.core.tracking.role_kinds import DEPUTY

from .clock_events import HandoverPlanned
from .digest_line import DigestLine
from .rules import Rules

LAST_PHASE = 2
SUGGESTED_MAX = 3
"""How many people a mail suggests, with a reply for each."""


def commander_since(incident: Incident) -> datetime:
    """Return since when the commander has led the incident."""
    changes = [*(change for update in incident.announced for change in update.changes), *incident.unannounced]
    was = (change.at for change in reversed(changes) if change.fact == "commander" and change.was != change.now)
    return next(was, incident.declared_at)


def handover_events(incident: Incident, now: datetime) -> tuple[Event, ...]:
    """Return the offer of command to the person who is planned to have it from now on."""
    planned = incident.clock.next_commander
    if planned is None or not incident.is_open or now < planned.at:
        return ()
    if share_mailbox(planned.to, incident.commander):
        return (HandoverPlanned(),)
    return (CommandOffered(to=planned.to), HandoverPlanned())


def relief_lines(incident: Incident, rules: Rules, now: datetime) -> Iterator[DigestLine]:
    """Yield the question to the commander who relieves them, once in each `relief_after`."""
    since, after = commander_since(incident), rules.relief_after
    if after is None or incident.phase > LAST_PHASE or incident.clock.next_commander or incident.offered:
        return
    times = (now - since) // after
    if times >= 1:
        yield DigestLine(
            key=f"relief {json_time(since)} {times}",
            to=incident.commander,
            text=f"You have led for {show_duration(now - since)}. Who relieves you, and when?",
            replies=tuple(f"Next commander: {person}" for person in _suggested(incident, rules)),
            since=since + times * after,
        )


def _suggested(incident: Incident, rules: Rules) -> list[Person]:
    deputies = incident.roles[DEPUTY].people if DEPUTY in incident.roles else ()
    found: list[Person] = []
    for person in (*deputies, *rules.pool):
        if person.address and not any(share_mailbox(person, other) for other in (incident.commander, *found)):
            found.append(person)
    return found[:SUGGESTED_MAX]
