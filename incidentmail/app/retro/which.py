"""Determine which incident a command about retrospectives refers to."""

from __future__ import annotations

from incidentmail.app.choose_incident import choose
from incidentmail.core.model import Incident, Status
from incidentmail.core.retro.due import closed_at
from incidentmail.ledger.view import LedgerView


def choose_ended(view: LedgerView, which: str | None) -> Incident:
    """Return the incident that `which` names or, if `which` is None, the incident that was closed last.

    If none has been closed yet, return the only open one. Raise UsageError if it is unclear which incident is meant.
    """
    if which is None:
        closed = (one for one in view.incidents(everything=True) if one.status is Status.CLOSED)
        last = max(closed, key=lambda incident: closed_at(incident) or incident.updated_at, default=None)
        if last is not None:
            return last
    return choose(view, which)
