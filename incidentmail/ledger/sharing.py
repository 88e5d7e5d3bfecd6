"""Define what a ledger offers to processes that share it, on one machine or on several."""

from __future__ import annotations

from typing import Protocol


class Turn(Protocol):
    """The turn to parse and decide mail, which one process has at a time.

    Otherwise two processes would parse the same message, and each would count an attempt. The turn ends with the
    process that has it.
    """

    def take(self) -> None:
        """Take the turn if this process lacks it. Raise LedgerBusyError if another process keeps it too long."""
        ...

    def take_at_once(self) -> bool:
        """Take the turn if no other process has it. Return whether this one has it now."""
        ...

    def leave(self) -> None: ...


class News(Protocol):
    """What other processes commit, as soon as they have. Some news may get lost, so look now and then as well."""

    def wait(self, timeout_s: float) -> frozenset[str]:
        """Return what is new: `accepted` mail, `entries`, or mail in the `outbox`. Nothing may be new after this time.

        Raise LedgerUnavailableError if it cannot be heard now.
        """
        ...


class OnOneMachine:
    """A ledger whose processes run on one machine, so that they find each other by files."""

    accepts_beside = False
    """Whether accepting mail need not wait for other writers."""

    def reading_turn(self) -> Turn | None:
        """Return the turn to read mail, or None if it is taken by a lock on a file."""
        return None

    def news(self) -> News | None:
        """Return the news of this ledger, or None if one has to look for them."""
        return None
