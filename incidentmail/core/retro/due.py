"""Find out whether the retrospective of an incident is missing, since when, and who is responsible for it."""

from __future__ import annotations

from datetime import datetime

from incidentmail.core.conduct.ended import ended_at
from incidentmail.core.conduct.insiders import is_inside
from incidentmail.core.model import Incident, Person, Status


def closed_at(incident: Incident) -> datetime | None:
    """Return when a closed incident was last closed, or None if it is not closed."""
    return ended_at(incident) if incident.status is Status.CLOSED else None


def retro_owner(incident: Incident) -> Person:
    """Return the person responsible for the retrospective: the person named for it, or else the commander.

    A person who has no part in a restricted incident is not asked.
    """
    owner = incident.retro.owner
    return owner if owner is not None and is_inside(incident, owner) else incident.commander


def retro_due_since(incident: Incident, now: datetime) -> datetime | None:
    """Return when an incident that still needs a retrospective was closed, or None if none is due.

    None is due in drills, in retracted or merged incidents, once it was held or said not to be needed, and before the
    end of a planned meeting.
    """
    retro, closed = incident.retro, closed_at(incident)
    if closed is None or incident.drill or retro.held_at is not None or retro.waived_at is not None:
        return None
    return None if retro.meeting is not None and now < retro.meeting.until else closed
