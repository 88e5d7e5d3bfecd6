"""Our own words: which lines of a reply stood in an earlier mail of the incident, so that they change nothing again.

A mail program may quote without any mark, in a language nobody listed, and may break our long lines. What is compared
is therefore words, not lines: a run of lines is remembered when its words follow each other in one earlier mail,
wherever the line breaks fall. Memory takes commands away, never the note's text.
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
PAIR_CHARS_MIN = 30  # two short lines are taken for one broken line only from this length on
GREETING_WORDS_MAX = 3

_Words = tuple[str, ...]
T = TypeVar("T")
_MARK = re.compile("[>＞|*_]")


class Memory:
    """What was written in one incident so far, each mail added once; then it is asked for each reply.

    `_words` holds every word. The rest is made of the mails when it is first asked for, since few replies repeat more
    than words: every line, every two lines that stood together (blank ones ignored), every two and three words in a
    row, each within one mail.
    """

    def __init__(self) -> None:
        self._words: set[str] = set()
        self._mails: list[_Mail] = []
        self._lines = _Made(self._mails, _Mail.lines)
        self._pairs = _Made(self._mails, lambda mail: pairwise(mail.lines()))
        self._twos = _Made(self._mails, lambda mail: pairwise(mail.stream))
        self._threes = _Made(self._mails, lambda mail: _threes(mail.stream))

    @classmethod
    def of(cls, mails: Iterable[str]) -> Memory:
        """Remember the texts of the incident's earlier mails, ours and others'; linear in their length.

        >>> Memory.of(["Severity: 1\\nPhase: 2"]).quoted(["> severity:  1", "Phase: 2"])
        (True, True)
        """
        memory = cls()
        for mail in mails:
            memory.add(mail)
        return memory

    def add(self, text: str) -> None:
        """Remember one more mail; linear in its length alone."""
        self._take(_Mail(text))

    def without(self, text: str) -> Memory:
        """The memory of all mails but those that say exactly `text`; linear in the length of all, but no text is cut.

        >>> Memory.of(["Severity: 1"]).without("Severity: 1").is_empty()
        True
        """
        others = Memory()
        for mail in self._mails:
            if mail.text != text:
                others._take(mail)
        return others

    def _take(self, mail: _Mail) -> None:
        self._mails.append(mail)
        self._words.update(mail.stream)

    def is_empty(self) -> bool:
        """Whether no word was written yet."""
        return not self._words

    def quoted(self, lines: Sequence[str]) -> tuple[bool, ...]:
        """For each line of a body, whether it is remembered as quoted; blank lines never are; linear.

        A line that begins with `>` is a quote marker for the lines below it, and so is one that ends with a colon
        for the line below: an attribution in a language we do not know.

        >>> Memory.of(["Severity: 1"]).quoted(["Severity: 1"])
        (False,)
        >>> Memory.of(["Severity: 1"]).quoted(["> fine", "Severity: 1"])
        (False, True)
        """
        plains = [plain(line) for line in lines]
        return self._judge(plains, [line[:1] in (">", "＞") for line in plains])

    def _judge(self, plains: Sequence[str], markers: Sequence[bool]) -> tuple[bool, ...]:
        rows = [_words(line) for line in plains]
        self._mend(rows)
        filled = [index for index, words in enumerate(rows) if words]
        verdict = [False] * len(rows)
        for above, below in pairwise(filled):
            if self._together(rows[above], rows[below]):
                verdict[above] = verdict[below] = True
        evidence = colon = False  # a marker or a remembered line stood before; the line above ends with a colon
        for index, words in enumerate(rows):
            if markers[index]:
                evidence = True
            if not words:
                continue
            if not verdict[index] and (evidence or colon):
                verdict[index] = self._is_fragment(words) or self._is_line(words)
            evidence = evidence or verdict[index] or (self._is_line(words) and not _is_greeting(words))
            colon = words[-1][-1] in COLONS
        return tuple(verdict)

    def _is_line(self, words: _Words) -> bool:
        return self._words.issuperset(words) and words in self._lines.upto_now()

    def _together(self, above: _Words, below: _Words) -> bool:
        """Whether the two lines follow each other in one mail, as they are or as parts of its longer lines."""
        last, first = above[-1], below[0]
        if last not in self._words or first not in self._words or (last, first) not in self._twos.upto_now():
            return False
        if _is_long(above) or _is_long(below) or _chars(above) + _chars(below) >= PAIR_CHARS_MIN:
            return self._runs(above + below)
        return (above, below) in self._pairs.upto_now()

    def _mend(self, rows: list[_Words]) -> None:
        """Join, in place, words that a program broke behind a hyphen, where the whole word is remembered."""
        for index, (above, below) in enumerate(pairwise(rows)):
            if above and above[-1][-1] == "-" and len(below) > 1 and above[-1] + below[0] in self._words:
                rows[index], rows[index + 1] = (*above[:-1], above[-1] + below[0]), below[1:]

    def _is_fragment(self, words: _Words) -> bool:
        return _is_long(words) and len(words) > 1 and self._runs(words)

    def _runs(self, words: _Words) -> bool:
        """Whether every three words in a row stood so in one mail; of two words, both."""
        if not self._words.issuperset(words):
            return False
        if len(words) == 2:
            return words in self._twos.upto_now()
        return self._threes.upto_now().issuperset(_threes(words))


def mask(reading: Extraction, memory: Memory) -> tuple[bool, ...]:
    """For each kept line of the reading, in order, whether it may be read for commands.

    Every line is looked at, so that what was dropped above a kept line counts as the marker it was.

    >>> from incidentmail.reply.extraction.cut import cut
    >>> mask(cut("sev 1\\n\\nBo aliandika:\\n\\nSeverity: 4\\nfine"), Memory.of(["Severity: 4\\nfine"]))
    (True, True, True, True, False, False)
    """
    own = [index for index, kept in enumerate(reading.lines) if kept.kept]
    if not own or memory.is_empty():
        return (True,) * len(own)
    end = own[-1] + 1  # a line is judged with the next one that says something
    while end < len(reading.lines) and not _words(reading.lines[end].line.plain):
        end += 1
    lines = reading.lines[: end + 1]
    markers = [not kept.kept and kept.line.kind in MARKERS for kept in lines]
    verdict = memory._judge([kept.line.plain for kept in lines], markers)
    return tuple([not verdict[index] for index in own])


class _Mail:
    """One text, and its words in a row."""

    __slots__ = ("stream", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        if _MARK.search(text) is None:  # then no line begins or ends with what its words are compared without
            self.stream = plain(text).casefold().split()
        else:
            self.stream = [word for words in self.lines() for word in words]

    def lines(self) -> list[_Words]:
        """The words of each line that has some."""
        return [words for line in self.text.splitlines() if (words := _words(plain(line)))]


class _Made(Generic[T]):
    """A set made of the mails when it is asked for; mails that came since are added then."""

    __slots__ = ("_made", "_mails", "_of", "_parts")

    def __init__(self, mails: list[_Mail], of: Callable[[_Mail], Iterable[T]]) -> None:
        self._mails, self._of = mails, of
        self._made = 0
        self._parts: set[T] = set()

    def upto_now(self) -> set[T]:
        for mail in self._mails[self._made :] if self._made < len(self._mails) else ():
            self._parts.update(self._of(mail))
        self._made = len(self._mails)
        return self._parts


def _words(line: str) -> _Words:
    """The words of a plain line as they are compared: without quote marks, emphasis and case."""
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
    """`Hi all,` stands above many mails, and says nothing about the line below it."""
    return len(words) <= GREETING_WORDS_MAX and words[-1].endswith(",")
