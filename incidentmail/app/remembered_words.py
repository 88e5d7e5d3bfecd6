"""Keep the words of each incident's messages between replies, so that a long incident is not slower to read."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from incidentmail.ledger.view import LedgerView

if TYPE_CHECKING:
    from incidentmail.reply.memory.earlier_words import Memory

INCIDENTS_MAX = 16
CHARS_MAX = 500_000
"""How much text is kept, unless one incident has more.

Not more incidents than this are answered at the same time. The words of the incident that was quiet longest are
dropped, and read again if needed.
"""


@dataclass(slots=True)
class _Kept:
    """A memory, how many texts and characters of the ledger it holds, and the number of the last text."""

    memory: Memory
    count: int = 0
    chars: int = 0
    last: int = 0


class Memories:
    """The memory of each incident, updated from the ledger when it is asked for. Only one thread may use it.

    It sees what the open transaction wrote. If that is rolled back, call `forget`.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def of(self, incident_id: str, view: LedgerView) -> Memory:
        """Return what the incident's messages said so far. Only the texts that were added since are read."""
        kept = self._kept.pop(incident_id, None) or _empty()
        known, newer = view.words_after(incident_id, kept.last)
        if known != kept.count:  # texts that were remembered have been removed
            kept = _empty()
            _, newer = view.words_after(incident_id, 0)
        for number, text in newer:
            kept.memory.add(text)
            kept.last, kept.chars = number, kept.chars + len(text)
        kept.count += len(newer)
        self._kept[incident_id] = kept
        while len(self._kept) > 1 and (len(self._kept) > INCIDENTS_MAX or self._chars() > CHARS_MAX):
            self._kept.popitem(last=False)
        return kept.memory

    def _chars(self) -> int:
        return sum(kept.chars for kept in self._kept.values())

    def forget(self) -> None:
        """Forget everything, so that it is read again when it is asked for."""
        self._kept.clear()


def _empty() -> _Kept:
    from incidentmail.reply.memory.earlier_words import (
        Memory,  # a command that declares reads no mail, and must not wait for this import
    )

    return _Kept(Memory())
