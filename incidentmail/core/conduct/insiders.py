"""Decide who may be told what an incident is about without having asked."""

from __future__ import annotations

from incidentmail.core.model import Incident
from incidentmail.core.names.person import Person


def is_inside(incident: Incident, person: Person) -> bool:
    """Return whether `person` may be told. A restricted incident is only for people who have a part in it."""
    holders = (one for held in incident.roles.values() for one in held.people)
    return not incident.restricted or any(
        person.same_as(one) for one in (incident.commander, incident.declared_by, *holders)
    )
