"""Find out when an incident began and ended. The state can still change after the end, for example by a note."""

from __future__ import annotations

from datetime import datetime

from incidentmail.core.model import Incident


def ended_at(incident: Incident) -> datetime | None:
    """Return when an incident was closed, retracted or merged, or None if it is open.

    >>> from datetime import UTC
    >>> from incidentmail.core.names.person import Person
    >>> mara, at = Person(name="Mara"), datetime(2026, 11, 20, 14, 7, tzinfo=UTC)
    >>> ended_at(Incident(id="i", ref="r", origin="o", description="d", subject="d", severity=1, phase=1,
    ...     commander=mara, declared_at=at, declared_by=mara, updated_at=at, version=1)) is None
    True
    """
    if incident.is_open:
        return None
    known = (*(change for update in incident.announced for change in update.changes), *incident.unannounced)
    return next((change.at for change in reversed(known) if change.fact == "status"), incident.updated_at)


def began_at(incident: Incident) -> datetime:
    """Return when the problem began if anybody has stated it, otherwise when the incident was declared."""
    return min(incident.started_at or incident.declared_at, incident.declared_at)
