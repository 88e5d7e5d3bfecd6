"""Prepare a proposal to be shown in mails and on screens."""

from __future__ import annotations

from itertools import islice

from incidentmail.app.context import AppContext
from incidentmail.core.alerts.asking import declares_at
from incidentmail.core.alerts.words import PARTS_SHOWN_MAX
from incidentmail.core.model import Incident
from incidentmail.ledger.view import LedgerView
from incidentmail.outbound.alerts.alert_mails import AlertNow

from .notes import incident_of
from .rules import ask_rules

OPEN_MAX = 3
"""How many open incidents a question names. If more are open, `incidentmail list` shows them."""


def _open_incidents(view: LedgerView) -> tuple[Incident, ...]:
    known = (one for one in view.incidents(everything=False) if not (one.restricted or one.drill))
    return tuple(islice(known, OPEN_MAX))


def alert_now(context: AppContext, view: LedgerView, number: int) -> AlertNow | None:
    """Return the current state of the proposal with the given number, or None if there is no such proposal."""
    proposal = view.alert(number)
    if proposal is None:
        return None
    on_call = proposal.on_call.people if proposal.on_call else ()
    return AlertNow(
        proposal=proposal,
        parts=tuple(view.alert_parts(number, limit=PARTS_SHOWN_MAX)),
        incident=incident_of(view, proposal),
        declares_at=declares_at(proposal, ask_rules(context), context.now()) if proposal.is_open else None,
        commander=on_call[0] if on_call else None,
        open=_open_incidents(view) if proposal.is_open else (),
    )
