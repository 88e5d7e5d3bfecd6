"""Limit how much untrusted peers may store: a number of bytes per day, and nothing once the disk is nearly full.

Without a limit, a single host could fill the disk, and then nobody could declare an incident. Trusted peers have no
such limit. The counts are reset when the process restarts.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Final

from incidentmail.transport.smtp.limits import Bounds

MAIL_BYTES: Final = 4096
"""The disk space that the smallest message takes, including its rows and their indexes."""
PEERS_MAX: Final = 10_000
"""The number of peers that are counted separately. Further peers are counted together."""
DAY_S: Final = 86_400
FULL: Final = "452 4.3.1 Insufficient system storage, try again later"
ENOUGH: Final = "452 4.7.0 Enough for today from your address, try again tomorrow"
ENOUGH_OF_ALL: Final = "452 4.7.0 Enough for today from addresses that are not known here, try again tomorrow"


class DiskRoom:
    """The bytes that untrusted peers have stored within a day, summed over all listeners of one process."""

    def __init__(
        self, free_bytes: Callable[[], int] | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Start with a count of zero.

        `free_bytes` returns the number of free bytes on the ledger's disk. `clock` returns the time in seconds.
        """
        self._free_bytes, self._clock = free_bytes, clock
        self._by_peer: Counter[str] = Counter()
        self._began_at = clock()

    def refusal(self, peer: str, size: int, bounds: Bounds) -> str | None:
        """Return the reply that refuses a message of this size from an untrusted peer, or None if it may be stored."""
        self._begin_day()
        cost = max(size, MAIL_BYTES)
        if self._by_peer[self._counted_as(peer)] + cost > bounds.untrusted_peer_bytes_a_day_max:
            return ENOUGH
        if self._by_peer.total() + cost > bounds.untrusted_bytes_a_day_max:
            return ENOUGH_OF_ALL
        is_full = self._free_bytes is not None and self._free_bytes() - cost < bounds.untrusted_free_bytes_min
        return FULL if is_full else None

    def count(self, peer: str, size: int) -> None:
        """Count a message from an untrusted peer that is about to be stored."""
        self._by_peer[self._counted_as(peer)] += max(size, MAIL_BYTES)

    def _begin_day(self) -> None:
        if self._clock() - self._began_at >= DAY_S:
            self._by_peer.clear()
            self._began_at = self._clock()

    def _counted_as(self, peer: str) -> str:
        return peer if peer in self._by_peer or len(self._by_peer) < PEERS_MAX else ""
