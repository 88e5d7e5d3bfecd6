"""Decide who can learn the subject of an incident without having asked."""

from __future__ import annotations

from incidentmail.core.model import Incident
from incidentmail.core.names.person import Person


def is_inside(incident: Incident, person: Person) -> bool:
    """Return whether the person can learn of the incident. If it is restricted, only the people involved can."""
    holders = (one for held in incident.roles.values() for one in held.people)
    return not incident.restricted or any(
        person.same_as(one) for one in (incident.commander, incident.declared_by, *holders)
    )
