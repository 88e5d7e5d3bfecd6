"""Compute when the organisation's deadlines are due, and remind people of those that are not met."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from incidentmail.core.facts import json_time
from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Incident, Status
from incidentmail.core.names.person import Person
from incidentmail.core.policy import Policy

from .digests.digest_line import DigestLine
from .rules import Rules

TOLD_BY = "business_liaison"
"""The key of the role whose holder is reminded. If nobody holds it, the commander is."""


class Due(Frozen, kw_only=True):
    """A deadline of an incident: its name, when it is due, and whether it was met."""

    name: str
    at: datetime
    is_met: bool


def deadlines(incident: Incident, policy: Policy) -> tuple[Due, ...]:
    """Return the deadlines of an incident, earliest first, or () if nobody has stated `Aware:`."""
    aware = incident.clock.aware_at
    if aware is None or incident.status not in (Status.OPEN, Status.CLOSED):
        return ()
    found = (Due(name=d.name, at=aware + d.after, is_met=d.name in incident.clock.met) for d in policy.deadlines)
    return tuple(sorted(found, key=lambda due: due.at))


def deadline_lines(incident: Incident, rules: Rules, now: datetime) -> Iterator[DigestLine]:
    """Yield the latest warning for each unmet deadline, even if the incident is closed."""
    warn = {deadline.name: deadline.warn for deadline in rules.policy.deadlines}
    for due in deadlines(incident, rules.policy):
        reached = [due.at - before for before in (*warn[due.name], due.at - due.at) if now >= due.at - before]
        if due.is_met or not reached:
            continue
        when = f"is due by {rules.shown(due.at, now)}" if now < due.at else f"was due by {rules.shown(due.at, now)}"
        yield DigestLine(
            key=f"deadline {due.name} {json_time(due.at)} from {json_time(max(reached))}",
            to=reminded(incident),
            text=f"{due.name}: it {when}, and nobody has said that it was done.",
            replies=(f"Notified: {due.name}",),
            since=max(reached),
            at_once=True,
            after_end=True,
        )


def reminded(incident: Incident) -> Person:
    """Return the person to remind of deadlines: the business liaison, or else the commander."""
    held = incident.roles.get(TOLD_BY)
    return next((person for person in (held.people if held else ()) if person.address), incident.commander)
