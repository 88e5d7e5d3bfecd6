"""Find accepted messages that somebody should look at, because a request in them has not been carried out."""

from __future__ import annotations

from incidentmail.app.receiving.judge import ASSIGNED, BACKLOG
from incidentmail.core.events import ProposalMade
from incidentmail.core.model import Trust
from incidentmail.inbound.alerts.standing import TOO_OLD, UNPROVEN
from incidentmail.inbound.authentication.author import UNTRUSTED_WAY
from incidentmail.ledger.values import ALERT, ALERT_ANSWER, Outcome
from incidentmail.ledger.view import LedgerView


def is_of_a_stranger(outcome: Outcome) -> bool:
    """Return whether a message comes from a stranger and is not about one of our incidents.

    A reply to an incident, or a declaration, may come from a colleague whose address is missing from the roster.
    """
    if outcome.trust != Trust.STRANGER or outcome.outcome not in ("refused", "quarantined"):
        return False
    if outcome.trust_rule in (UNTRUSTED_WAY, "own-address"):
        return True
    is_about_one = outcome.incident is not None or outcome.disposition in ("declaration", "own")
    return outcome.trust_rule != "no-author" and not is_about_one


class InboxFilter:
    """A filter that selects the outcomes somebody should look at, given the current state of the incidents."""

    def __init__(self, view: LedgerView) -> None:
        self._view = view
        self._asked: dict[str, dict[int, list[int]]] = {}

    def needs_a_look(self, outcome: Outcome) -> bool:
        """Return whether part of the message was not carried out and has not been dealt with since."""
        if outcome.disposition == "own" or outcome.rule == BACKLOG or is_of_a_stranger(outcome):
            return False
        if outcome.disposition == ALERT or outcome.rule == ALERT_ANSWER:
            return self._is_alert_to_look_at(outcome)
        if outcome.outcome in ("applied", "note"):
            return bool(outcome.reason) and outcome.rule != ASSIGNED
        if outcome.outcome not in ("refused", "held", "quarantined", "filed"):
            return False
        if self._is_done_by_a_copy(outcome):
            return False
        return outcome.outcome != "held" or self._still_waits(outcome)

    def _is_alert_to_look_at(self, outcome: Outcome) -> bool:
        """Return whether an alert made a proposal that is pending, or was prevented from making one."""
        if outcome.outcome == "filed":
            return outcome.rule in (UNPROVEN, TOO_OLD)
        number = self._view.alert_of_mail(outcome.seq) if outcome.outcome == "held" else None
        found = self._view.alert(number) if number is not None else None
        return found is not None and found.is_open and found.mail == outcome.seq

    def _is_done_by_a_copy(self, outcome: Outcome) -> bool:
        """Return whether a later copy of the message (more trusted, or sent by the list) was applied."""
        newest = self._view.seen(outcome.copy_key) if outcome.copy_key else None
        if newest is None and outcome.message_id and outcome.header_from:
            newest = self._view.newest_bearing(outcome.message_id, outcome.header_from)
        return newest is not None and newest.seq > outcome.seq and newest.outcome in ("applied", "note")

    def _still_waits(self, outcome: Outcome) -> bool:
        """Return whether any proposal made by the message is still open, or True if it made none."""
        incident = self._view.incident(outcome.incident) if outcome.incident else None
        if incident is None:
            return True
        made = self._proposals(incident.id).get(outcome.seq)
        waiting = {proposal.number for proposal in incident.proposals if proposal.state == "open"}
        return made is None or not waiting.isdisjoint(made)

    def _proposals(self, incident: str) -> dict[int, list[int]]:
        """Return a mapping from each message's number to the numbers of the proposals that it made."""
        if incident not in self._asked:
            found = self._asked.setdefault(incident, {})
            for entry in self._view.entries(incident):
                event = entry.recorded.event
                if isinstance(event, ProposalMade) and entry.caused_by is not None:
                    found.setdefault(entry.caused_by.seq, []).append(event.number)
        return self._asked[incident]
