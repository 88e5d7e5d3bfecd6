"""Decide who can be told what an incident is about without having asked."""

from __future__ import annotations

from incidentmail.core.model import Incident
from incidentmail.core.names.person import Person


def is_inside(incident: Incident, person: Person) -> bool:
    """Return whether `person` can be told. A restricted incident is only for the people involved in it."""
    holders = (one for held in incident.roles.values() for one in held.people)
    return not incident.restricted or any(
        person.same_as(one) for one in (incident.commander, incident.declared_by, *holders)
    )
