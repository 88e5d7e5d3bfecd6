"""Decide who may be told about an incident even if they have not asked."""

from __future__ import annotations

from incidentmail.core.model import Incident
from incidentmail.core.names.person import Person


def is_inside(incident: Incident, person: Person) -> bool:
    """Return whether a person may be told about the incident. A restricted one is only for the people involved."""
    holders = (one for held in incident.roles.values() for one in held.people)
    return not incident.restricted or any(
        person.same_as(one) for one in (incident.commander, incident.declared_by, *holders)
    )
