"""Define the part of a store's interface for proposals made by alerts.

A proposal is not an entry of the chain. The mails that made and answered it are in the chain of accepted mail, and an
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
        """Return the open proposals, or all if `everything`, newest first, at most `limit`."""
        ...

    def newest_alert(self) -> AlertProposal | None: ...
    def alert_with(self, key: str) -> AlertProposal | None:
        """Return the newest proposal that contains an alert with this key, or None."""
        ...

    def alert_of_mail(self, seq: int) -> int | None:
        """Return the number of the proposal that the accepted mail `seq` belongs to, or None."""
        ...

    def alert_of_message(self, message_ids: Collection[str]) -> int | None:
        """Return the number of the newest proposal that a mail with one of these Message-IDs belongs to, or None."""
        ...

    def alert_mails(self, number: int, *, limit: int) -> list[int]:
        """Return the numbers of the first accepted mails of a proposal, at most `limit`."""
        ...

    def alert_part(self, number: int, key: str) -> AlertPart | None: ...
    def alert_parts(self, number: int, *, limit: int) -> list[AlertPart]:
        """Return the alerts of a proposal, at most `limit`: those not over first, then by severity."""
        ...

    def alerts_left(self, number: int) -> int:
        """Return how many alerts of a proposal are not over."""
        ...


class AlertWriter(AlertView, Protocol):
    """A view that can also write proposals."""

    def add_alert(self, proposal: AlertProposal) -> AlertProposal:
        """Store a new proposal, and return it with its number, the next free one."""
        ...

    def save_alert(self, proposal: AlertProposal) -> None:
        """Replace the stored proposal with the same number."""
        ...

    def save_alert_part(self, number: int, part: AlertPart) -> None:
        """Store one alert of a proposal, or replace the one with the same key."""
        ...

    def note_alert_mail(self, seq: int, number: int) -> None:
        """Record that the accepted mail `seq` belongs to a proposal."""
        ...

    def forget_alerts_of(self, mails: Collection[int]) -> None:
        """Replace the texts that proposals have taken from these accepted mails, which are removed."""
        ...
