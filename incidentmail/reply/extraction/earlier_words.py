"""Find the lines of a reply that were in an earlier mail of the incident, so that they change nothing again.

A mail program may quote without any mark, in an unlisted language, and may break our long lines. Therefore words are
compared, not lines: a run of lines is remembered if its words follow each other in one earlier mail, with any line
breaks. Memory stops commands, but never removes text from the note.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, pairwise
from typing import Generic, TypeVar

from .attribution import COLONS
from .cut import Extraction
from .line_kinds import MARKERS, plain

FRAGMENT_WORDS_MIN = 3
FRAGMENT_CHARS_MIN = 20
PAIR_CHARS_MIN = 30  # two lines shorter than this together are not one broken line
GREETING_WORDS_MAX = 3

_Words = tuple[str, ...]
T = TypeVar("T")
_MARK = re.compile("[>＞|*_]")


class Memory:
    """What was written in one incident so far: each mail is added once, and each reply is compared with all.

    `_words` holds every word. The rest is computed at first use, since few replies repeat more than words: every line,
    every two lines in a row (blank ones ignored), every two and three words in a row, each within one mail.
    """

    def __init__(self) -> None:
        self._words: set[str] = set()
        self._mails: list[_Mail] = []
        self._lines = _LazySet(self._mails, _Mail.lines)
        self._pairs = _LazySet(self._mails, lambda mail: pairwise(mail.lines()))
        self._twos = _LazySet(self._mails, lambda mail: pairwise(mail.stream))
        self._threes = _LazySet(self._mails, lambda mail: _threes(mail.stream))

    @classmethod
    def of(cls, mails: Iterable[str]) -> Memory:
        """Return a memory of the texts of the incident's earlier mails, in time linear in their length.

        >>> Memory.of(["Severity: 1\\nPhase: 2"]).quoted(["> severity:  1", "Phase: 2"])
        (True, True)
        """
        memory = cls()
        for mail in mails:
            memory.add(mail)
        return memory

    def add(self, text: str) -> None:
        """Remember one more mail, in time linear in its length alone."""
        self._remember(_Mail(text))

    def without(self, text: str) -> Memory:
        """Return the memory of all mails but those that say exactly `text`; linear in all, but no text is split again.

        >>> Memory.of(["Severity: 1"]).without("Severity: 1").is_empty()
        True
        """
        others = Memory()
        for mail in self._mails:
            if mail.text != text:
                others._remember(mail)
        return others

    def _remember(self, mail: _Mail) -> None:
        self._mails.append(mail)
        self._words.update(mail.stream)

    def is_empty(self) -> bool:
        """Return whether no mail had any word yet."""
        return not self._words

    def quoted(self, lines: Sequence[str]) -> tuple[bool, ...]:
        """Return for each line of a body whether it is quoted from memory, in linear time; blank lines never are.

        A line that begins with `>` is a quote marker for the lines below it. A line that ends with a colon is one for
        the next line, because it may be an attribution in an unknown language.

        >>> Memory.of(["Severity: 1"]).quoted(["Severity: 1"])
        (False,)
        >>> Memory.of(["Severity: 1"]).quoted(["> fine", "Severity: 1"])
        (False, True)
        """
        plains = [plain(line) for line in lines]
        return self._find_quoted(plains, [line[:1] in (">", "＞") for line in plains])

    def _find_quoted(self, plains: Sequence[str], markers: Sequence[bool]) -> tuple[bool, ...]:
        rows = [_words(line) for line in plains]
        self._rejoin_hyphenated(rows)
        filled = [index for index, words in enumerate(rows) if words]
        quoted = [False] * len(rows)
        for above, below in pairwise(filled):
            if self._follow_each_other(rows[above], rows[below]):
                quoted[above] = quoted[below] = True
        evidence = colon = False  # a marker or remembered line is above; the line above ends in a colon
        for index, words in enumerate(rows):
            if markers[index]:
                evidence = True
            if not words:
                continue
            if not quoted[index] and (evidence or colon):
                quoted[index] = self._is_fragment(words) or self._is_line(words)
            evidence = evidence or quoted[index] or (self._is_line(words) and not _is_greeting(words))
            colon = words[-1][-1] in COLONS
        return tuple(quoted)

    def _is_line(self, words: _Words) -> bool:
        return self._words.issuperset(words) and words in self._lines.current()

    def _follow_each_other(self, above: _Words, below: _Words) -> bool:
        """Return whether the two lines follow each other in one mail, as they are or as parts of its longer lines."""
        last, first = above[-1], below[0]
        if last not in self._words or first not in self._words or (last, first) not in self._twos.current():
            return False
        if _is_long(above) or _is_long(below) or _chars(above) + _chars(below) >= PAIR_CHARS_MIN:
            return self._are_in_a_row(above + below)
        return (above, below) in self._pairs.current()

    def _rejoin_hyphenated(self, rows: list[_Words]) -> None:
        """Join, in place, words that a program broke after a hyphen, if the whole word is remembered."""
        for index, (above, below) in enumerate(pairwise(rows)):
            if above and above[-1][-1] == "-" and len(below) > 1 and above[-1] + below[0] in self._words:
                rows[index], rows[index + 1] = (*above[:-1], above[-1] + below[0]), below[1:]

    def _is_fragment(self, words: _Words) -> bool:
        return _is_long(words) and len(words) > 1 and self._are_in_a_row(words)

    def _are_in_a_row(self, words: _Words) -> bool:
        """Return whether every three words in a row, or the only two, were in a row in a mail."""
        if not self._words.issuperset(words):
            return False
        if len(words) == 2:
            return words in self._twos.current()
        return self._threes.current().issuperset(_threes(words))


def mask(extraction: Extraction, memory: Memory) -> tuple[bool, ...]:
    """Return for each kept line, in order, whether it may be read for commands.

    Dropped lines are looked at too, because they may be quote markers for the kept lines below.

    >>> from incidentmail.reply.extraction.cut import cut
    >>> mask(cut("sev 1\\n\\nBo aliandika:\\n\\nSeverity: 4\\nfine"), Memory.of(["Severity: 4\\nfine"]))
    (True, True, True, True, False, False)
    """
    own = [index for index, kept in enumerate(extraction.lines) if kept.kept]
    if not own or memory.is_empty():
        return (True,) * len(own)
    end = own[-1] + 1  # a line is compared together with the next line that has text
    while end < len(extraction.lines) and not _words(extraction.lines[end].line.plain):
        end += 1
    lines = extraction.lines[: end + 1]
    markers = [not kept.kept and kept.line.kind in MARKERS for kept in lines]
    quoted = memory._find_quoted([kept.line.plain for kept in lines], markers)
    return tuple([not quoted[index] for index in own])


class _Mail:
    """The text of one mail, and all its words in order."""

    __slots__ = ("stream", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        if _MARK.search(text) is None:  # no quote marks or emphasis to remove
            self.stream = plain(text).casefold().split()
        else:
            self.stream = [word for words in self.lines() for word in words]

    def lines(self) -> list[_Words]:
        """Return the words of each line that has some."""
        return [words for line in self.text.splitlines() if (words := _words(plain(line)))]


class _LazySet(Generic[T]):
    """A set computed from the mails when it is used; mails that came since the last use are added then."""

    __slots__ = ("_mails", "_mails_used", "_parts", "_parts_of")

    def __init__(self, mails: list[_Mail], parts_of: Callable[[_Mail], Iterable[T]]) -> None:
        self._mails, self._parts_of = mails, parts_of
        self._mails_used = 0
        self._parts: set[T] = set()

    def current(self) -> set[T]:
        """Return the set, with the parts of all mails so far."""
        for mail in self._mails[self._mails_used :] if self._mails_used < len(self._mails) else ():
            self._parts.update(self._parts_of(mail))
        self._mails_used = len(self._mails)
        return self._parts


def _words(line: str) -> _Words:
    """Return the words of a plain line as they are compared: without quote marks, emphasis and case."""
    parts = line.lstrip(">＞| \t").casefold().split()
    if "*" in line or "_" in line:
        parts = [word for word in [part.strip("*_") for part in parts] if word]
    return tuple(parts)


def _threes(words: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    return zip(words, islice(words, 1, None), islice(words, 2, None), strict=False)


def _is_long(words: _Words) -> bool:
    return len(words) >= FRAGMENT_WORDS_MIN or _chars(words) >= FRAGMENT_CHARS_MIN


def _chars(words: _Words) -> int:
    return sum(map(len, words)) + len(words) - 1


def _is_greeting(words: _Words) -> bool:
    """Return whether the words are a greeting such as `Hi all,`, which does not show that the next line is quoted."""
    return len(words) <= GREETING_WORDS_MAX and words[-1].endswith(",")
