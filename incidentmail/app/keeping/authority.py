"""Find out whether this installation leads, or has to stay silent because another one does."""

from __future__ import annotations

from incidentmail.app.context import AppContext
from incidentmail.core.model import Incident
from incidentmail.errors import NotLeadingError
from incidentmail.ledger.view import LedgerView

TAKE_OVER = "'incidentmail promote' takes over; do that only if the other one has stopped"


def leads(context: AppContext, view: LedgerView, incident: Incident | None) -> bool:
    """Return whether this installation may change `incident`, or declare a new incident if that is None."""
    origin = context.ledger.origin
    if incident is not None:
        return incident.is_led_by(origin)
    return view.authority().is_of(origin, standby=context.config.settings.ledger.standby)


def who_leads(view: LedgerView, incident: Incident | None) -> str:
    """Return in words which installation leads instead of this one."""
    if incident is None:
        leader = view.authority().leader
    else:
        leader = incident.origin if incident.leader is None else incident.leader
    if leader == "":
        return "two installations were promoted at the same time, so neither leads"
    if leader is None:
        return "this installation is a standby"
    return f"another installation leads, with the ledger {leader}"


def must_lead(context: AppContext, view: LedgerView, incident: Incident | None) -> None:
    """Raise NotLeadingError if another installation leads."""
    if not leads(context, view, incident):
        raise NotLeadingError(who_leads(view, incident), hint=TAKE_OVER)
