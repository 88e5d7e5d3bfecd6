"""Determine which ledger leads. Only the installation with that ledger answers mail and writes to the list."""

from __future__ import annotations

from incidentmail.core.frozen import Frozen


class Authority(Frozen, kw_only=True):
    """What a ledger knows about who leads the incidents of a list.

    Promotions are numbered, and `epoch` is the highest number. `leader` is the ledger whose promotion has this number:
    "" if two ledgers have it, and None if there was no promotion. `has_own` is true if this ledger has declared an
    incident, and `has_others` if it contains an incident declared by another ledger.
    """

    epoch: int
    leader: str | None
    has_own: bool
    has_others: bool

    def is_of(self, origin: str, *, standby: bool) -> bool:
        """Return whether the ledger `origin` leads and can therefore declare incidents.

        The newest promotion decides. Without one, a ledger does not lead if it has only incidents of another ledger, or
        if it has declared none and is configured as a `standby`.

        >>> Authority(epoch=2, leader="ghijkl", has_own=True, has_others=False).is_of("abcdef", standby=False)
        False
        """
        if self.leader is not None:
            return self.leader == origin
        return self.has_own or not (standby or self.has_others)
