"""A commander who was only assumed, and leads: what they did since says that they do."""

from __future__ import annotations

from incidentmail.core.frozen import replace
from incidentmail.core.model import Incident
from incidentmail.ledger.view import LedgerView


def as_shown(view: LedgerView, incident: Incident) -> Incident:
    """Return the incident as mails and screens show it: its commander is not assumed any more once they have acted.

    What belongs to the declaration is no such act.
    """
    if "commander" not in incident.assumed:
        return incident
    acts = (entry.recorded for entry in view.entries(incident.id))
    if not any(act.by.same_as(incident.commander) and act.at > incident.declared_at for act in acts):
        return incident
    return replace(incident, assumed=tuple(name for name in incident.assumed if name != "commander"))
