"""Decide whether this installation leads, or stays silent because another one does."""

from __future__ import annotations

from incidentmail.app.context import AppContext
from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Incident
from incidentmail.errors import NotLeadingError
from incidentmail.ledger.view import LedgerView

TAKE_OVER = "'incidentmail promote' takes over; do that only if the other one has stopped"


class Standing(Frozen):
    """Whether this installation leads the list as a whole. If it does not, `why` describes the installation that does.

    `is_contested` is true if two installations were promoted with the same number, in which case neither leads.
    """

    leads: bool
    is_contested: bool
    why: str


def standing_of(context: AppContext, view: LedgerView) -> Standing:
    """Return whether this installation may declare new incidents."""
    authority = view.authority()
    is_standby = context.config.settings.ledger.standby
    leading = authority.is_of(context.ledger.origin, standby=is_standby)
    return Standing(leading, authority.leader == "", _other(authority.leader))


def leads(context: AppContext, view: LedgerView, incident: Incident | None) -> bool:
    """Return whether this installation may change `incident`, or declare a new one if `incident` is None."""
    if incident is not None:
        return incident.is_led_by(context.ledger.origin)
    return standing_of(context, view).leads


def who_leads(context: AppContext, view: LedgerView, incident: Incident | None) -> str:
    """Return a phrase that says which installation leads instead of this one."""
    if incident is None:
        return standing_of(context, view).why
    return _other(incident.origin if incident.leader is None else incident.leader)


def must_lead(context: AppContext, view: LedgerView, incident: Incident | None) -> None:
    """Raise NotLeadingError if another installation leads."""
    if not leads(context, view, incident):
        raise NotLeadingError(who_leads(context, view, incident), hint=TAKE_OVER)


def _other(leader: str | None) -> str:
    if leader == "":
        return "two installations were promoted at the same time, so neither leads"
    if leader is None:
        return "this installation is a standby"
    return f"another installation leads, with the ledger {leader}"
