"""Compute which parts of the record were removed, and which incidents are on hold, from the events about them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from incidentmail.core.frozen import Frozen

from .record_events import HoldLifted, HoldPlaced, Pruned, RecordEvent, Redacted


class Hold(Frozen, kw_only=True):
    """A hold on an incident, with its reason."""

    incident: str
    reason: str


class Removed:
    """The texts and message bodies that were removed, according to the events.

    >>> removed = Removed([Redacted(mails=(4,), reason="a password"), Pruned(before=None, mails=((1, 2),))])
    >>> [seq for seq in range(1, 6) if removed.has_mail(seq)]
    [1, 2, 4]
    """

    def __init__(self, events: Iterable[object]) -> None:
        self._texts: set[tuple[int, str]] = set()
        ranges: list[tuple[int, int]] = []
        for event in events:
            if isinstance(event, Redacted):
                self._texts |= {(one.seq, slot) for one in event.texts for slot in one.slots}
                ranges += [(seq, seq) for seq in event.mails]
            elif isinstance(event, Pruned):
                ranges += event.mails
        self._ranges = sorted(ranges)
        self._firsts = [first for first, _ in self._ranges]

    def has_text(self, seq: int, slot: str) -> bool:
        return (seq, slot) in self._texts

    def has_mail(self, seq: int) -> bool:
        # Ranges do not overlap, because removed mails cannot be removed again.
        at = bisect_right(self._firsts, seq)
        return at > 0 and seq <= self._ranges[at - 1][1]


def holds(events: Iterable[RecordEvent | object]) -> dict[str, Hold]:
    """Return a mapping from incident id to the hold in force.

    >>> events = [HoldPlaced(incident="2026-11-20-a", reason="court"), HoldPlaced(incident="2026-11-20-b", reason="x")]
    >>> list(holds([*events, HoldLifted(incident="2026-11-20-b", reason="over")]))
    ['2026-11-20-a']
    """
    found: dict[str, Hold] = {}
    for event in events:
        if isinstance(event, HoldPlaced):
            found[event.incident] = Hold(incident=event.incident, reason=event.reason)
        elif isinstance(event, HoldLifted):
            found.pop(event.incident, None)
    return found


def ranges_of(numbers: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Return ascending numbers as ranges, each with its first and last number.

    >>> ranges_of([1, 2, 3, 7])
    ((1, 3), (7, 7))
    """
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return tuple(found)
