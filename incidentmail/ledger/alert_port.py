"""Define the part of a store's interface that handles proposals made by alerts.

Proposals are not entries in the hash chain. The messages that caused and answered a proposal are in the chain of
accepted mail, and any incident that it declares has its own entries.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from incidentmail.core.alerts.proposal import AlertPart, AlertProposal


class AlertView(Protocol):
    """A consistent view of the alert proposals in a ledger at one moment."""

    def alert(self, number: int) -> AlertProposal | None: ...
    def alerts(self, *, everything: bool = False, limit: int | None = None) -> list[AlertProposal]:
        """Return at most `limit` proposals, newest first: the open ones, or all if `everything` is true."""
        ...

    def newest_alert(self) -> AlertProposal | None: ...
    def alert_with(self, key: str) -> AlertProposal | None:
        """Return the newest proposal that contains an alert with this key, or None."""
        ...

    def alert_of_mail(self, seq: int) -> int | None:
        """Return the number of the proposal to which accepted message `seq` belongs, or None."""
        ...

    def alert_of_message(self, message_ids: Collection[str]) -> int | None:
        """Return the number of the newest proposal with a message that has one of these Message-IDs, or None."""
        ...

    def alert_mails(self, number: int, *, limit: int) -> list[int]:
        """Return the sequence numbers of the first `limit` accepted messages that belong to a proposal."""
        ...

    def alert_part(self, number: int, key: str) -> AlertPart | None: ...
    def alert_parts(self, number: int, *, limit: int) -> list[AlertPart]:
        """Return at most `limit` alerts in a proposal, sorted by severity, but with alerts that are over at the end."""
        ...

    def alerts_left(self, number: int) -> int:
        """Return the number of alerts in a proposal that are not over."""
        ...


class AlertWriter(AlertView, Protocol):
    """A view that can also write proposals."""

    def add_alert(self, proposal: AlertProposal) -> AlertProposal:
        """Store a new proposal, and return it with the next free number."""
        ...

    def save_alert(self, proposal: AlertProposal) -> None:
        """Replace the stored proposal with the same number."""
        ...

    def save_alert_part(self, number: int, part: AlertPart) -> None:
        """Store an alert in a proposal, replacing any alert that has the same key."""
        ...

    def note_alert_mail(self, seq: int, number: int) -> None:
        """Record that accepted message `seq` belongs to a proposal."""
        ...

    def forget_alerts_of(self, mails: Collection[int]) -> None:
        """Remove the text that proposals copied from these accepted messages, which are themselves being removed."""
        ...
