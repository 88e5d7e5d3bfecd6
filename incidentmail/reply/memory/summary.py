"""Summarise an incident's messages in a few bits, enough to prove for most replies that they repeat nothing.

Comparing a reply with all earlier words is slow if they first have to be read from the ledger, as when many incidents
are answered at the same time. The summary is a Bloom filter of consecutive words, lines and numbers: what it does not
contain occurs in no message. If it contains too much of a reply, the words themselves are compared (earlier_words.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from .altered_lines import WORDS_MIN
from .remembered_mail import RememberedMail, Words, is_number, words_in
from .rewritten_links import LINK

if TYPE_CHECKING:
    from .earlier_words import Memory

BITS = 1 << 21
"""The size of the filter. After 250,000 characters (100,000 distinct parts), 3 in 10,000 unknown parts seem known."""
NEW_PAIRS_MIN = 4
"""The number of word pairs that must be new. A changed word produces two new pairs, and three are tolerated."""


class Summary:
    """The summary of one incident's messages: a Bloom filter of their word pairs, lines and numbers."""

    __slots__ = ("_bits",)

    def __init__(self) -> None:
        self._bits = bytearray(BITS // 8)

    def add(self, text: str) -> None:
        """Add a message, in time linear in its length."""
        mail = RememberedMail(text)
        self._note(pairwise(mail.stream))
        self._note(mail.lines())
        self._note(word for word in mail.stream if not word.isalpha() and is_number(word))

    def repeats_nothing(self, plains: Sequence[str], kept: Sequence[bool]) -> bool:
        """Return whether `Memory.quoted_below` is certain to consider none of the `kept` lines quoted.

        >>> summary = Summary()
        >>> summary.add("Severity: 1\\nHalf of the shops in the north are closed.")
        >>> summary.repeats_nothing(["All shops in the south are closed since two o'clock."], [True])
        True
        >>> summary.repeats_nothing(["Half of the shops in the south are closed."], [True])
        False
        """
        rows = [(words_in(plain), is_kept) for plain, is_kept in zip(plains, kept, strict=True)]
        filled = [(row, is_kept) for row, is_kept in rows if row]
        if any(row[-1][-1] == "-" for row, _ in filled):  # may be a word that a program broke
            return False
        if not all(self._is_new(row) for row, is_kept in filled if is_kept):
            return False
        return not any(
            (kept_above or kept_below) and self._may_follow(above, below)
            for (above, kept_above), (below, kept_below) in pairwise(filled)
        )

    def _may_follow(self, above: Words, below: Words) -> bool:
        """Return whether all word pairs in two consecutive lines may occur in the messages."""
        return self._knows((above[-1], below[0])) and all(map(self._knows, pairwise((*above, *below))))

    def _is_new(self, row: Words) -> bool:
        """Return whether a line is certainly not all or part of a remembered line, not even with one word changed."""
        if self._knows(row):
            return False
        if len(row) < WORDS_MIN:
            return len(row) == 1 or (
                not any(word[0] == LINK for word in row) and any(not self._knows(pair) for pair in pairwise(row))
            )
        if any(is_number(word) and not self._knows(word) for word in row):
            return True
        new = sum(not self._knows(pair) for pair in pairwise(row))
        return new >= min(NEW_PAIRS_MIN, len(row) - 1)

    def _note(self, parts: Iterable[str | Sequence[str]]) -> None:
        bits = self._bits
        for value in map(hash, parts):
            one, two, three = value & (BITS - 1), value >> 21 & (BITS - 1), value >> 42 & (BITS - 1)
            bits[one >> 3] |= 1 << (one & 7)
            bits[two >> 3] |= 1 << (two & 7)
            bits[three >> 3] |= 1 << (three & 7)

    def _knows(self, part: str | tuple[str, ...]) -> bool:
        value, bits = hash(part), self._bits
        one, two, three = value & (BITS - 1), value >> 21 & (BITS - 1), value >> 42 & (BITS - 1)
        return bool(
            bits[one >> 3] >> (one & 7) & 1 and bits[two >> 3] >> (two & 7) & 1 and bits[three >> 3] >> (three & 7) & 1
        )


class LazyMemory:
    """The memory of an incident, with its summary. The memory is loaded only if a reply may repeat something."""

    def __init__(self, summary: Summary, load: Callable[[], Memory]) -> None:
        self.summary, self._load = summary, load

    @cached_property
    def whole(self) -> Memory:
        return self._load()
