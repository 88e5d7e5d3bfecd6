"""Note on the incident of a proposal that its alert came again, or that it is over. Such notes are few."""

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
"""Notes of one proposal. What comes after that is counted."""


def incident_of(view: LedgerView, proposal: AlertProposal) -> Incident | None:
    """Return the incident that a proposal declared, or the one that this has become a part of, or None."""
    found = view.incident(proposal.incident) if proposal.incident else None
    return part_of(view, found) if found else None


def is_worth_a_note(count: int) -> bool:
    """Return whether the repeat that makes `count` mails is noted: the second one, the tenth, the hundredth.

    >>> [count for count in range(2, 1001) if is_worth_a_note(count)]
    [2, 10, 100, 1000]
    """
    return count == 2 or (count >= 10 and str(count).strip("0") == "1")


def note_on_incident(
    context: AppContext, tx: Transaction, proposal: AlertProposal, text: str, *, at: datetime, caused_by: CausedBy
) -> AlertProposal:
    """Add a note of ours to the incident, and return the proposal with one note more.

    Nothing is noted if there were many, or if another installation leads the incident.
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
