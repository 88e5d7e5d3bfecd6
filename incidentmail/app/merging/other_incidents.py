"""Find other incidents to merge with, and recognise quotations from merged incidents."""

from __future__ import annotations

from collections.abc import Sequence

from incidentmail.app.choose_incident import named
from incidentmail.app.remembered_words import INCIDENT_CHARS_MAX
from incidentmail.core.model import Incident
from incidentmail.core.teams.merging import Find, merged_now
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.view import LedgerView

FOUND_MAX = 5
"""How many incidents a refusal names if several are possible."""


def finder_in(view: LedgerView) -> Find:
    """Return a function that finds incidents by id, REF or part of an id. The function never finds restricted ones."""

    def find(which: str) -> Sequence[Incident]:
        found = (view.incident(name) for name in named(view, which.strip(" .")))
        return [one for one in found if one is not None and not one.restricted][:FOUND_MAX]

    return find


def part_of(view: LedgerView, incident: Incident) -> Incident:
    """Return the incident into which `incident` was merged, or `incident` itself."""
    return merged_now(incident, finder_in(view))


def remember_of(tx: Transaction, incident_id: str, *, in_: str) -> None:
    """Copy one incident's remembered words to another, so that lines quoted from the first are not commands there."""
    _, _, texts = tx.words_after(incident_id, 0, chars_max=INCIDENT_CHARS_MAX)
    for _, text in texts:
        tx.remember_words(in_, text)
