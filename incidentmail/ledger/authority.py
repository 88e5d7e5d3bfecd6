"""Determine which ledger leads. Only the installation with that ledger answers mail and writes to the list."""

from __future__ import annotations

from incidentmail.core.frozen import Frozen


class Authority(Frozen, kw_only=True):
    """What a ledger records about which installation is in charge of a list's incidents.

    Promotions are numbered; `epoch` is the highest number so far. `leader` is the origin of the ledger promoted with
    that number. It is "" if two ledgers were promoted with the same number, or None if no ledger was ever promoted.
    `has_own` is true if this ledger has declared an incident, and `has_others` if it contains an incident declared by
    another ledger.
    """

    epoch: int
    leader: str | None
    has_own: bool
    has_others: bool

    def is_of(self, origin: str, *, standby: bool) -> bool:
        """Return whether the ledger `origin` leads and can therefore declare incidents.

        The newest promotion decides. If there was no promotion, a ledger leads unless it contains only incidents
        declared by other ledgers, or has declared none and is configured as a `standby`.

        >>> Authority(epoch=2, leader="ghijkl", has_own=True, has_others=False).is_of("abcdef", standby=False)
        False
        """
        if self.leader is not None:
            return self.leader == origin
        return self.has_own or not (standby or self.has_others)
