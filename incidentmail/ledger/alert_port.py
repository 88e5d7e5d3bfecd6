"""Define the part of a store's interface that handles proposals made by alerts.

A proposal is not an entry of the chain. The mails that made and answered it are in the chain of accepted mail, and any
incident that it declares has its own entries.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from incidentmail.core.alerts.proposal import AlertPart, AlertProposal


class AlertView(Protocol):
    """The proposals of alerts in a ledger at one moment."""

    def alert(self, number: int) -> AlertProposal | None: ...
    def alerts(self, *, everything: bool = False, limit: int | None = None) -> list[AlertProposal]:
        """Return at most `limit` proposals, newest first: the open ones, or all if `everything` is true."""
        ...

    def newest_alert(self) -> AlertProposal | None: ...
    def alert_with(self, key: str) -> AlertProposal | None:
        """Return the newest proposal that contains an alert with this key, or None."""
        ...

    def alert_of_mail(self, seq: int) -> int | None:
        """Return the number of the proposal to which the accepted mail `seq` belongs, or None."""
        ...

    def alert_of_message(self, message_ids: Collection[str]) -> int | None:
        """Return the number of the newest proposal that has a mail with one of these Message-IDs, or None."""
        ...

    def alert_mails(self, number: int, *, limit: int) -> list[int]:
        """Return the sequence numbers of the first `limit` accepted mails of a proposal."""
        ...

    def alert_part(self, number: int, key: str) -> AlertPart | None: ...
    def alert_parts(self, number: int, *, limit: int) -> list[AlertPart]:
        """Return at most `limit` alerts of a proposal: those that are not over first, then by severity."""
        ...

    def alerts_left(self, number: int) -> int:
        """Return the number of alerts of a proposal that are not over."""
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
        """Store an alert of a proposal, replacing any with the same key."""
        ...

    def note_alert_mail(self, seq: int, number: int) -> None:
        """Record that the accepted mail `seq` belongs to a proposal."""
        ...

    def forget_alerts_of(self, mails: Collection[int]) -> None:
        """Replace the texts that proposals have taken from these accepted mails, which are being removed."""
        ...
