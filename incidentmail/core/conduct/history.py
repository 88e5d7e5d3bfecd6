"""From an incident's entries, extract the facts that reminders need and its state does not contain."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from incidentmail.core.events import CommandDeclined, CommandOffered, CommandOfferEnded, CommandTransferred, Recorded
from incidentmail.core.frozen import Frozen


class History(Frozen, kw_only=True):
    """Facts from the entries. `offered_at` is when command was offered, or None if no offer is pending."""

    offered_at: datetime | None = None


def history_of(entries: Iterable[Recorded]) -> History:
    """Return the facts from the entries of one incident, which must be in order."""
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
