"""Find the incident that the first line of a member's mail names: `Incident: 2026-11-20-checkout`.

A restricted incident is never found so, because its id proves no part in it.
"""

from __future__ import annotations

from incidentmail.app.choose_incident import NAMED_MAX, named
from incidentmail.app.receiving.match import Match, Misnamed
from incidentmail.core.model import Incident
from incidentmail.ledger.view import LedgerView
from incidentmail.reply.named_line import THE_OPEN_ONE

BY_LINE = "incident-line"


def match_by_name(name: str, found: Match, view: LedgerView) -> Match:
    """Return the incident that `name` names, if the fields of the mail name no other one.

    If they do, the mail is ambiguous. If no incident or several have that name, the writer has to be asked. An answer
    to our question about a mail stays one.
    """
    if found.filed is not None:
        return found
    called = _called(name, view)
    ids = {incident.id for incident in called}
    if found.incident is not None and name in (found.incident.id, found.incident.ref):
        return found
    if found.incident is not None and found.incident.id not in ids:
        return Match(ambiguous=tuple(sorted({found.incident.id, *ids}))) if ids else _misnamed(name, called, view)
    if found.incident is not None:
        return found
    if found.ambiguous:
        called = [incident for incident in called if incident.id in found.ambiguous]
    if len(called) == 1:
        return Match(incident=called[0], by=BY_LINE)
    return found if found.ambiguous else _misnamed(name, called, view)


def _called(name: str, view: LedgerView) -> list[Incident]:
    if name == THE_OPEN_ONE:
        found = view.incidents(everything=False)
    else:
        found = [incident for one in named(view, name) if (incident := view.incident(one))]
    return [incident for incident in found if not incident.restricted]


def _misnamed(name: str, called: list[Incident], view: LedgerView) -> Match:
    """Return a match with no incident, and those that may be meant: the open ones, if none has the name."""
    meant = called or [incident for incident in view.incidents(everything=False) if not incident.restricted]
    candidates = tuple(incident.id for incident in meant[:NAMED_MAX])
    return Match(misnamed=Misnamed(name=name, candidates=candidates, is_several=bool(called)))
