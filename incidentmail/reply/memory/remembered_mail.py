"""Represent a remembered message as words, ignoring quote marks, emphasis, case and changes to links."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Generic, TypeVar

from incidentmail.reply.extraction.plain_line import plain, plain_lines

from .rewritten_links import LINK, has_link, words_of

Words = tuple[str, ...]
T = TypeVar("T")
_MARKS = ">＞| \t"
_REMOVED = "*_>＞|"  # no word of a mail without these and without links is changed


class RememberedMail:
    """The text of one message, and all its words in order."""

    __slots__ = ("_lines", "stream", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._lines: list[Words] | None = None
        if not any(map(text.__contains__, _REMOVED)) and not has_link(text):
            self.stream = plain(text).casefold().split()
        else:
            self.stream = [word for words in self.lines() for word in words]

    def lines(self) -> list[Words]:
        """Return the words of each non-blank line."""
        if self._lines is None:
            self._lines = [words for words in words_in_each(plain_lines(self.text.splitlines())) if words]
        return self._lines


class LazySet(Generic[T]):
    """A set computed from the messages. On each use, messages added since the last use are taken into account."""

    __slots__ = ("_mails", "_mails_used", "_parts", "_parts_of")

    def __init__(self, mails: list[RememberedMail], parts_of: Callable[[RememberedMail], Iterable[T]]) -> None:
        self._mails, self._parts_of = mails, parts_of
        self._mails_used = 0
        self._parts: set[T] = set()

    def current(self) -> set[T]:
        """Return the set, including the parts of all messages so far."""
        for mail in self._mails[self._mails_used :] if self._mails_used < len(self._mails) else ():
            self._parts.update(self._parts_of(mail))
        self._mails_used = len(self._mails)
        return self._parts


def words_in(line: str) -> Words:
    """Return the words of a plain line, normalized for comparison: without quote marks, emphasis and case."""
    parts = line.lstrip(_MARKS).casefold().split()
    if "*" in line or "_" in line:
        parts = [word for word in [part.strip("*_") for part in parts] if word]
    return tuple(words_of(parts) if has_link(line) else parts)


def words_in_each(lines: Sequence[str]) -> list[Words]:
    """Return the words of each plain line. This is fast for text without emphasis and links, which most texts are."""
    text = "\n".join(lines)
    if "*" in text or "_" in text or has_link(text):
        return list(map(words_in, lines))
    folded = list(map(str.casefold, lines))
    if ">" in text or "＞" in text or "|" in text:
        folded = [line.lstrip(_MARKS) for line in folded]
    return list(map(tuple, map(str.split, folded)))


def is_number(word: str) -> bool:
    """Return whether a word contains a digit, as severities, phases and times do. Links do not count."""
    return word[0] != LINK and any(map(str.isdigit, word))


def threes(words: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    return zip(words, islice(words, 1, None), islice(words, 2, None), strict=False)
