"""Keep the words of each incident's messages in memory, so that replies to a long incident are parsed quickly, too."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from incidentmail.core.ids import has_code
from incidentmail.ledger.view import LedgerView

if TYPE_CHECKING:
    from incidentmail.reply.memory.earlier_words import Memory
    from incidentmail.reply.memory.summary import LazyMemory, Summary

INCIDENTS_MAX = 16
CHARS_MAX = 1_000_000
"""The limits on incidents and characters kept in memory. Beyond them, the least recently used incident is dropped, and
read again when needed.
"""
INCIDENT_CHARS_MAX = 250_000
"""How many characters of one incident are kept: the newest ones, because people quote what they have just read. More
would take hundreds of megabytes, and seconds to load while the ledger is locked.
"""


class _Kept:
    """A memory, its size in characters, the number of its last text, and how many texts the ledger had at that time.

    `ours` holds only the text that this program wrote.
    """

    def __init__(self, memory: Memory, ours: Memory) -> None:
        self.memory, self.ours = memory, ours
        self.count = self.chars = self.last = 0


SUMMARIES_MAX = 64
"""How many summaries are kept. Each takes 256 kB, and is enough for most replies."""


class _Summed:
    """The summary of an incident's texts, the number of the last text, and how many texts the ledger then had."""

    def __init__(self, summary: Summary) -> None:
        self.summary = summary
        self.count = self.last = self.chars = 0


class Memories:
    """The memory of each incident, updated from the ledger on request. Use it from one thread only.

    The memories include what the open transaction wrote. If that transaction is rolled back, call `forget`.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._summed: OrderedDict[str, _Summed] = OrderedDict()

    def lazily(self, incident_id: str, view: LedgerView) -> Memory | LazyMemory:
        """Return the memory of the incident's messages.

        If many incidents are in use, the result starts with the summary and reads the whole memory from `view` only if
        needed.
        """
        has_room = len(self._kept) < INCIDENTS_MAX and self._chars() < CHARS_MAX // 2
        if incident_id in self._kept or has_room:
            return self.of(incident_id, view)
        from incidentmail.reply.memory.summary import LazyMemory, Summary

        summed = self._summed.pop(incident_id, None) or _Summed(Summary())
        known, count, newer = view.words_after(incident_id, summed.last, chars_max=INCIDENT_CHARS_MAX)
        is_full = summed.chars + sum(len(text) for _, text in newer) > 2 * INCIDENT_CHARS_MAX
        if known != summed.count or is_full:
            summed = _Summed(Summary())
            _, count, newer = view.words_after(incident_id, 0, chars_max=INCIDENT_CHARS_MAX)
        for number, text in newer:
            summed.summary.add(text)
            summed.last, summed.chars = number, summed.chars + len(text)
        summed.count = count
        self._summed[incident_id] = summed
        if len(self._summed) > SUMMARIES_MAX:
            self._summed.popitem(last=False)
        return LazyMemory(summed.summary, lambda: self.of(incident_id, view))

    def of(self, incident_id: str, view: LedgerView) -> Memory:
        """Return the memory of the incident's messages. Only texts that were added since the last call are read."""
        kept = self._kept.pop(incident_id, None) or _empty()
        known, count, newer = view.words_after(incident_id, kept.last, chars_max=INCIDENT_CHARS_MAX)
        is_changed = known != kept.count  # the ledger no longer has all the texts that were remembered
        if is_changed or kept.chars + sum(len(text) for _, text in newer) > 2 * INCIDENT_CHARS_MAX:
            kept = _empty()
            _, count, newer = view.words_after(incident_id, 0, chars_max=INCIDENT_CHARS_MAX)
        for number, text in newer:
            kept.memory.add(text)
            if has_code(text):
                kept.ours.add(_written_by_us(text))
            kept.last, kept.chars = number, kept.chars + len(text)
        kept.count = count
        self._kept[incident_id] = kept
        while len(self._kept) > 1 and (len(self._kept) > INCIDENTS_MAX or self._chars() > CHARS_MAX):
            self._kept.popitem(last=False)
        return kept.memory

    def ours(self, incident_id: str, view: LedgerView) -> Memory:
        """Return the memory of our own messages about the incident, without the lines that they quote."""
        self.of(incident_id, view)
        return self._kept[incident_id].ours

    def _chars(self) -> int:
        return sum(kept.chars for kept in self._kept.values())

    def forget(self) -> None:
        """Drop all memories. They are read again on the next request."""
        self._kept.clear()
        self._summed.clear()


def _empty() -> _Kept:
    from incidentmail.reply.memory.earlier_words import (
        Memory,  # imported here because commands that read no mail do not need it
    )

    return _Kept(Memory(), Memory())


def _written_by_us(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if not line.startswith(">"))
