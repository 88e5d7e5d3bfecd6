"""One remembered mail, as words: how lines are compared without quote marks, emphasis, case, and rewritten links."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, pairwise
from typing import Generic, TypeVar

from .line_kinds import plain
from .rewritten_links import LINK, has_link, words_of

ALTERED_WORDS_MIN = 4  # of shorter lines, one word is too much, unless it is a link
ALTERED_WORDS_MAX = 200  # our longest line has fewer

Words = tuple[str, ...]
T = TypeVar("T")
_MARK = re.compile("[>＞|*_]")


class RememberedMail:
    """The text of one mail, and all its words in order."""

    __slots__ = ("stream", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        if _MARK.search(text) is None and not has_link(text):  # no quote marks, emphasis or links to remove
            self.stream = plain(text).casefold().split()
        else:
            self.stream = [word for words in self.lines() for word in words]

    def beside(self) -> Iterator[int]:
        """Yield a number for each two lines in a row, one of them without one of its words."""
        for above, below in pairwise(self.lines()):
            yield from beside(above, below)

    def lines(self) -> list[Words]:
        """Return the words of each line that has some."""
        return [words for line in self.text.splitlines() if (words := words_in(plain(line)))]


class LazySet(Generic[T]):
    """A set computed from the mails when it is used; mails that came since the last use are added then."""

    __slots__ = ("_mails", "_mails_used", "_parts", "_parts_of")

    def __init__(self, mails: list[RememberedMail], parts_of: Callable[[RememberedMail], Iterable[T]]) -> None:
        self._mails, self._parts_of = mails, parts_of
        self._mails_used = 0
        self._parts: set[T] = set()

    def current(self) -> set[T]:
        """Return the set, with the parts of all mails so far."""
        for mail in self._mails[self._mails_used :] if self._mails_used < len(self._mails) else ():
            self._parts.update(self._parts_of(mail))
        self._mails_used = len(self._mails)
        return self._parts


def words_in(line: str) -> Words:
    """Return the words of a plain line as they are compared: without quote marks, emphasis and case."""
    parts = line.lstrip(">＞| \t").casefold().split()
    if "*" in line or "_" in line:
        parts = [word for word in [part.strip("*_") for part in parts] if word]
    return tuple(words_of(parts) if has_link(line) else parts)


def gapped(words: Words) -> Iterator[int]:
    """Yield, for each word that a gateway or a translator may change, a number that stands for the line without it.

    In a short line only a link is such a word. In time linear in the number of words: those before and behind are
    hashed once.
    """
    if not 2 <= len(words) <= ALTERED_WORDS_MAX:
        return
    is_short = len(words) < ALTERED_WORDS_MIN
    behind = [0]
    for word in reversed(words):
        behind.append(hash((behind[-1], word)))
    before = 0
    for index, word in enumerate(words):
        if word[0] == LINK if is_short else not is_number(word):
            yield hash((before, behind[len(words) - index - 1], len(words)))
        before = hash((before, word))


def beside(above: Words, below: Words) -> Iterator[int]:
    """Yield a number for each way in which one word of one of two lines may be changed, if that line is long."""
    for order, (whole, altered) in enumerate(((above, below), (below, above))):
        if len(altered) >= ALTERED_WORDS_MIN:
            yield from (hash((order, whole, key)) for key in gapped(altered))


def is_number(word: str) -> bool:
    """Return whether a word has a digit, as severities, phases and times do; a link is none."""
    return word[0] != LINK and any(c.isdigit() for c in word)


def threes(words: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    return zip(words, islice(words, 1, None), islice(words, 2, None), strict=False)
