"""Decide which ledger leads. Its installation is the one that answers mail and writes to the list."""

from __future__ import annotations

from incidentmail.core.frozen import Frozen


class Authority(Frozen, kw_only=True):
    """Who leads the incidents of a list, as far as this ledger knows.

    Promotions are numbered, and `epoch` is the highest number. `leader` is the ledger that got this number: "" if two
    did, and None if there was no promotion. `has_own` is true if this ledger has declared an incident itself, and
    `has_others` is true if it knows an incident that another ledger declared.
    """

    epoch: int
    leader: str | None
    has_own: bool
    has_others: bool

    def is_of(self, origin: str, *, standby: bool) -> bool:
        """Return whether the ledger `origin` leads, which allows it to declare incidents.

        The newest promotion decides. If there was none, a ledger does not lead if it only knows incidents of another
        ledger, or if it has declared nothing and is configured as a `standby`.

        >>> Authority(epoch=2, leader="ghijkl", has_own=True, has_others=False).is_of("abcdef", standby=False)
        False
        """
        if self.leader is not None:
            return self.leader == origin
        return self.has_own or not (standby or self.has_others)
