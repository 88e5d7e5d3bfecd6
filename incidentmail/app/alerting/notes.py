"""Add a note to an incident when the alert that led to it is repeated or ends. The number of notes is limited."""

from __future__ import annotations

from datetime import datetime

from incidentmail.app.context import AppContext
from incidentmail.app.keeping.authority import leads
from incidentmail.app.merging.other_incidents import part_of
from incidentmail.app.record import record
from incidentmail.core.alerts.proposal import AlertProposal
from incidentmail.core.events import NoteAdded
from incidentmail.core.frozen import replace
from incidentmail.core.model import Incident
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import CausedBy
from incidentmail.ledger.view import LedgerView

NOTES_MAX = 20
"""How many notes one proposal may add. Later repeats are only counted."""


def incident_of(view: LedgerView, proposal: AlertProposal) -> Incident | None:
    """Return the incident that a proposal declared, or the one it was merged into, or None."""
    found = view.incident(proposal.incident) if proposal.incident else None
    return part_of(view, found) if found else None


def is_worth_a_note(count: int) -> bool:
    """Return whether an alert's mail number `count` deserves a note: the second, the tenth, the hundredth and so on.

    >>> [count for count in range(2, 1001) if is_worth_a_note(count)]
    [2, 10, 100, 1000]
    """
    return count == 2 or (count >= 10 and str(count).strip("0") == "1")


def note_on_incident(
    context: AppContext, tx: Transaction, proposal: AlertProposal, text: str, *, at: datetime, caused_by: CausedBy
) -> AlertProposal:
    """Add an automatic note to the proposal's incident, and return the proposal with the note counted.

    No note is added if there are already NOTES_MAX notes, or if another installation leads the incident.
    """
    incident = incident_of(tx, proposal)
    if incident is None or not leads(context, tx, incident) or proposal.noted >= NOTES_MAX:
        return proposal
    if proposal.noted == NOTES_MAX - 1:
        text = f"{text} From now on, this alert is only counted."
    record(
        context, tx, incident.id, [NoteAdded(text=text)], version=incident.version, actor=context.itself(), at=at,
        caused_by=caused_by,
    )  # fmt: skip
    return replace(proposal, noted=proposal.noted + 1)
