"""Recognise that an assumed commander really leads, by what that person has done since the declaration."""

from __future__ import annotations

from incidentmail.core.frozen import replace
from incidentmail.core.model import Incident
from incidentmail.ledger.view import LedgerView


def as_shown(view: LedgerView, incident: Incident) -> Incident:
    """Return the incident as messages and screens show it: a commander who has acted is no longer assumed.

    What is part of the declaration itself does not count as acting.
    """
    if "commander" not in incident.assumed:
        return incident
    acts = (entry.recorded for entry in view.entries(incident.id))
    if not any(act.by.same_as(incident.commander) and act.at > incident.declared_at for act in acts):
        return incident
    return replace(incident, assumed=tuple(name for name in incident.assumed if name != "commander"))
