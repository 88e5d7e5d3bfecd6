"""Say which ledger leads: the one whose installation answers mail and tells the list."""

from __future__ import annotations

from incidentmail.core.frozen import Frozen


class Authority(Frozen, kw_only=True):
    """Who leads the incidents of a list, as far as this ledger knows.

    `epoch` is the highest number of a promotion, and `leader` the ledger that was promoted then: "" if two were, and
    None if there was no promotion. `has_own` is true if this ledger has declared an incident itself, and `has_others`
    if it knows one that another ledger declared.
    """

    epoch: int
    leader: str | None
    has_own: bool
    has_others: bool

    def is_of(self, origin: str, *, standby: bool) -> bool:
        """Return whether the ledger `origin` leads, so that it may declare something new.

        The newest promotion decides. If there was none, a ledger that has only learnt incidents from another one does
        not lead, and neither does one that has declared nothing and is configured as a `standby`.

        >>> Authority(epoch=2, leader="ghijkl", has_own=True, has_others=False).is_of("abcdef", standby=False)
        False
        """
        if self.leader is not None:
            return self.leader == origin
        return self.has_own or not (standby or self.has_others)
