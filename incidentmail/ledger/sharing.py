"""Define how processes share a ledger, on one machine or on several."""

from __future__ import annotations

from typing import Protocol


class Turn(Protocol):
    """The turn to parse and process mail, which only one process can have at a time.

    Without it, two processes could parse the same message, and each would count an attempt. The turn ends when its
    process does.
    """

    def take(self) -> None:
        """Take the turn unless this process has it. Raise LedgerBusyError if another process keeps it for too long."""
        ...

    def take_at_once(self) -> bool:
        """Take the turn if no other process has it. Return whether this process has it now."""
        ...

    def leave(self) -> None: ...


class News(Protocol):
    """Notifications of commits by other processes. Some may get lost, so callers must also poll from time to time."""

    def wait(self, timeout_s: float) -> frozenset[str]:
        """Return the kinds of notifications (`accepted`, `entries`, `outbox`), or an empty set after the timeout.

        Raise LedgerUnavailableError if the server is lost.
        """
        ...


class OnOneMachine:
    """A ledger whose processes run on one machine and coordinate through files."""

    accepts_beside = False
    """Whether mail can be accepted without waiting for other writers."""

    def reading_turn(self) -> Turn | None:
        """Return None, because a lock on a file is used instead."""
        return None

    def news(self) -> News | None:
        """Return None, because callers have to poll."""
        return None
