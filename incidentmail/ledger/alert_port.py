"""Define the part of a store's interface for the proposals that alerts make.

A proposal is no entry of the chain. The mails that made it and those that answered it are in the chain of accepted
mail, and what it declares is an incident with entries of its own.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from incidentmail.core.alerts.proposal import AlertPart, AlertProposal


class AlertView(Protocol):
    """The proposals in a ledger at one moment."""

    def alert(self, number: int) -> AlertProposal | None: ...
    def alerts(self, *, everything: bool = False, limit: int | None = None) -> list[AlertProposal]:
        """Return the proposals that are open, or all if `everything`, the newest first, at most `limit`."""
        ...

    def newest_alert(self) -> AlertProposal | None: ...
    def alert_with(self, key: str) -> AlertProposal | None:
        """Return the newest proposal in which an alert with that key is joined, or None."""
        ...

    def alert_of_mail(self, seq: int) -> int | None:
        """Return the number of the proposal to which the accepted mail `seq` belongs, or None."""
        ...

    def alert_of_message(self, message_ids: Collection[str]) -> int | None:
        """Return the number of the newest proposal to which a mail with one of these Message-IDs belongs, or None."""
        ...

    def alert_mails(self, number: int, *, limit: int) -> list[int]:
        """Return the numbers of the first mails of a proposal, at most `limit`."""
        ...

    def alert_part(self, number: int, key: str) -> AlertPart | None: ...
    def alert_parts(self, number: int, *, limit: int) -> list[AlertPart]:
        """Return the alerts that are joined in a proposal, those that are not over first, then the most severe."""
        ...

    def alerts_left(self, number: int) -> int:
        """Return how many alerts of a proposal are not over."""
        ...


class AlertWriter(AlertView, Protocol):
    """The same, and what a transaction can write."""

    def add_alert(self, proposal: AlertProposal) -> AlertProposal:
        """Store a new proposal, and return it with its number, which is one more than that of the one before."""
        ...

    def save_alert(self, proposal: AlertProposal) -> None:
        """Replace the stored proposal of that number."""
        ...

    def save_alert_part(self, number: int, part: AlertPart) -> None:
        """Store one alert of a proposal, or replace what is stored under its key."""
        ...

    def note_alert_mail(self, seq: int, number: int) -> None:
        """Record that the accepted mail `seq` belongs to a proposal."""
        ...

    def forget_alerts_of(self, mails: Collection[int]) -> None:
        """Replace what proposals have kept of the text of these accepted mails, which are removed."""
        ...
