"""Say what is missing about a retrospective: who sees to it, and since when it is due."""

from __future__ import annotations

from datetime import datetime

from incidentmail.core.conduct.ended import ended_at
from incidentmail.core.conduct.insiders import is_inside
from incidentmail.core.model import Incident, Person, Status


def closed_at(incident: Incident) -> datetime | None:
    """Return when a closed incident was closed last, or None if it is not closed."""
    return ended_at(incident) if incident.status is Status.CLOSED else None


def retro_owner(incident: Incident) -> Person:
    """Return who sees to the retrospective: the person who was named, or else the commander.

    In a restricted incident a person who has no part in it is not asked.
    """
    owner = incident.retro.owner
    return owner if owner is not None and is_inside(incident, owner) else incident.commander


def retro_due_since(incident: Incident, now: datetime) -> datetime | None:
    """Return when an incident was closed whose retrospective is missing, or None if none is due.

    None is due in drills, in incidents that were retracted or merged, after one was held or said not to be needed, and
    until the end of a meeting that is planned.
    """
    retro, closed = incident.retro, closed_at(incident)
    if closed is None or incident.drill or retro.held_at is not None or retro.waived_at is not None:
        return None
    return None if retro.meeting is not None and now < retro.meeting.until else closed
