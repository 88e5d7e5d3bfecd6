"""Find the incident that the first line of a member's mail names: `Incident: 2026-11-20-checkout`.

A restricted incident is never found in this way, because knowing its id does not prove that somebody has a part in it.
"""

from __future__ import annotations

from dataclasses import replace

from incidentmail.app.choose_incident import NAMED_MAX, named
from incidentmail.app.context import AppContext
from incidentmail.app.receiving.addressed_lists import is_for_drills
from incidentmail.app.receiving.match import Match, Misnamed
from incidentmail.core.model import Incident
from incidentmail.inbound.message import Message
from incidentmail.ledger.view import LedgerView
from incidentmail.reply.named_line import THE_OPEN_ONE

BY_LINE = "incident-line"


def match_by_name(name: str, found: Match, view: LedgerView) -> Match:
    """Return the match for the incident called `name`, if the header of the mail names no other incident.

    If the header names another one, the mail is ambiguous. If `name` matches no incident or several, the writer has to
    be asked. For an answer to our question about a filed mail, the match is unchanged. In an answer about an alert,
    `name` is the incident that the alert belongs to.
    """
    if found.alert is not None:
        return replace(match_by_name(name, Match(), view), alert=found.alert)
    if found.filed is not None:
        return found
    meant = called(name, view)
    ids = {incident.id for incident in meant}
    if found.incident is not None:
        if found.incident.id in ids or name in (found.incident.id, found.incident.ref):
            return found
        return Match(ambiguous=tuple(sorted({found.incident.id, *ids}))) if ids else _misnamed(name, meant, view)
    if found.ambiguous:
        meant = [incident for incident in meant if incident.id in found.ambiguous]
    if len(meant) == 1:
        return Match(incident=meant[0], by=BY_LINE)
    return found if found.ambiguous else _misnamed(name, meant, view)


def match_in_drill(found: Match, name: str, message: Message, context: AppContext) -> Match:
    """Return the match, without its incident if the message is on the drill list and the incident is not a drill."""
    is_real = found.incident is not None and not found.incident.drill
    return Match(misnamed=Misnamed(name=name)) if is_real and is_for_drills(message, context) else found


def called(name: str, view: LedgerView) -> list[Incident]:
    """Return the incidents that `name` may refer to, except restricted ones."""
    if name == THE_OPEN_ONE:
        found = view.incidents(everything=False)
    else:
        found = [incident for one in named(view, name) if (incident := view.incident(one))]
    return [incident for incident in found if not incident.restricted]


def _misnamed(name: str, several: list[Incident], view: LedgerView) -> Match:
    """Return a match without an incident, but with those that `name` may mean or, if there are none, all open ones."""
    meant = several or [incident for incident in view.incidents(everything=False) if not incident.restricted]
    candidates = tuple(incident.id for incident in meant[:NAMED_MAX])
    return Match(misnamed=Misnamed(name=name, candidates=candidates, is_several=bool(several)))
