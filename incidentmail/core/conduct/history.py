"""Find in the entries of an incident what its reminders need and its state does not hold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from incidentmail.core.events import CommandDeclined, CommandOffered, CommandOfferEnded, CommandTransferred, Recorded
from incidentmail.core.frozen import Frozen


class History(Frozen, kw_only=True):
    """What the entries say. `offered_at` is when command was offered, if that offer is still open."""

    offered_at: datetime | None = None


def history_of(entries: Iterable[Recorded]) -> History:
    """Return what the entries of one incident say, which are in their order."""
    offered_at: datetime | None = None
    for recorded in entries:
        match recorded.event:
            case CommandOffered():
                offered_at = recorded.at
            case CommandDeclined() | CommandOfferEnded() | CommandTransferred():
                offered_at = None
            case _:
                continue
    return History(offered_at=offered_at)
