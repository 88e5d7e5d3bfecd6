"""Say how bad an incident is and in which phase, or how bad it was when it ended."""

from __future__ import annotations

from incidentmail.core.model import Incident
from incidentmail.core.words import NOT_CONFIRMED, Words, in_brackets

AT_THE_END = "At the end:"
"""Begins what an ended incident was: `At the end: severity 2 (serious), phase 3 (rebuilding and learning).`"""


def state_clauses(
    words: Words, incident: Incident, severity_note: str | None, phase_note: str | None
) -> tuple[str, str]:
    """Return the clauses about severity and phase, with a remark on each.

    An incident that has ended has the values it had last: what they were before is told below. A phase that nobody
    ever confirmed has no name then, because nobody knows whether that work was done.
    """
    if incident.is_open:
        return words.severity_clause(incident.severity, severity_note), words.phase_clause(incident.phase, phase_note)
    severity = words.severity_clause(incident.severity, severity_note if severity_note == NOT_CONFIRMED else None)
    if phase_note == NOT_CONFIRMED:
        return severity, f"phase {incident.phase}{in_brackets(NOT_CONFIRMED)}"
    return severity, words.phase_clause(incident.phase)
