"""Keep in memory what an alert, or an answer to one, would change. `explain` uses this, because it writes nothing."""

from __future__ import annotations

from typing import Any

from incidentmail.core.alerts.proposal import AlertPart, AlertProposal
from incidentmail.core.frozen import replace


class RehearsedAlerts:
    """The alert methods of a transaction, with changes kept only in memory. All other data comes from `_view`."""

    _view: Any
    _proposals: dict[int, AlertProposal]

    def alert(self, number: int) -> AlertProposal | None:
        found: AlertProposal | None = self._proposals.get(number) or self._view.alert(number)
        return found

    def add_alert(self, proposal: AlertProposal) -> AlertProposal:
        newest = self._view.newest_alert()
        added = replace(proposal, number=(newest.number if newest else 0) + 1)
        self._proposals[added.number] = added
        return added

    def save_alert(self, proposal: AlertProposal) -> None:
        self._proposals[proposal.number] = proposal

    def save_alert_part(self, number: int, part: AlertPart) -> None:
        """Do nothing, because no later alert is compared with a rehearsed one."""

    def note_alert_mail(self, seq: int, number: int) -> None:
        """Do nothing, because no answer to a rehearsed alert will arrive."""

    def alerts_left(self, number: int) -> int:
        """Return how many alerts would be left if one more were over."""
        left: int = self._view.alerts_left(number)
        return max(0, left - 1)
