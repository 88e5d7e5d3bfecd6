"""Find out whether an incident still needs a retrospective, since when, and who is responsible for it."""

from __future__ import annotations

from datetime import datetime

from incidentmail.core.conduct.ended import ended_at
from incidentmail.core.conduct.insiders import is_inside
from incidentmail.core.model import Incident, Person, Status


def closed_at(incident: Incident) -> datetime | None:
    """Return when a closed incident was last closed, or None if it is not closed."""
    return ended_at(incident) if incident.status is Status.CLOSED else None


def retro_owner(incident: Incident) -> Person:
    """Return the person responsible for the retrospective: its named owner, or else the commander.

    If the incident is restricted, the named owner counts only if they are involved in it.
    """
    owner = incident.retro.owner
    return owner if owner is not None and is_inside(incident, owner) else incident.commander


def retro_due_since(incident: Incident, now: datetime) -> datetime | None:
    """Return when an incident that still needs a retrospective was closed, or None if none is due.

    None is due for drills, for retracted or merged incidents, after the retrospective was held or waived, or before a
    planned meeting ends.
    """
    retro, closed = incident.retro, closed_at(incident)
    if closed is None or incident.drill or retro.held_at is not None or retro.waived_at is not None:
        return None
    return None if retro.meeting is not None and now < retro.meeting.until else closed
