"""Render the clauses about severity and phase at the start of a message, for open and ended incidents."""

from __future__ import annotations

from incidentmail.core.model import Incident
from incidentmail.core.words import NOT_CONFIRMED, Words, in_brackets

AT_THE_END = "At the end:"
"""The words before the clauses of an ended incident: `At the end: severity 2 (serious), phase 3.`"""


def state_clauses(
    words: Words, incident: Incident, severity_note: str | None, phase_note: str | None
) -> tuple[str, str]:
    """Return the clauses about severity and phase, each with a remark.

    For an ended incident, they state the final values without the previous ones. They also omit the name of the phase,
    because `stopping the damage` would suggest that the damage is continuing.
    """
    if incident.is_open:
        return words.severity_clause(incident.severity, severity_note), words.phase_clause(incident.phase, phase_note)
    severity = words.severity_clause(incident.severity, severity_note if severity_note == NOT_CONFIRMED else None)
    return severity, f"phase {incident.phase}{in_brackets(NOT_CONFIRMED if phase_note == NOT_CONFIRMED else None)}"
