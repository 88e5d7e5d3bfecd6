"""Our own words: which lines of a reply stood in an earlier mail of the incident, so that they change nothing again.

A mail program may quote without any mark, in a language nobody listed, and may break our long lines. What is compared
is therefore words, not lines: a run of lines is remembered when its words follow each other in one earlier mail,
wherever the line breaks fall. Memory takes commands away, never the note's text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from incidentmail.reply.attribution import COLONS
from incidentmail.reply.cut import Reading
from incidentmail.reply.lines import MARKERS, plain

FRAGMENT_WORDS_MIN = 3
FRAGMENT_CHARS_MIN = 20
PAIR_CHARS_MIN = 30  # two short lines are taken for one broken line only from this length on
GREETING_WORDS_MAX = 3

_Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Memory:
    """What was written in one incident so far, built once and then asked for each reply.

    `whole` holds every line, `pairs` every two lines that stood together (blank ones ignored), `grams` every one,
    two and three words in a row, each within one mail.
    """

    whole: frozenset[_Words]
    pairs: frozenset[tuple[_Words, _Words]]
    grams: frozenset[_Words]

    @classmethod
    def of(cls, mails: Iterable[str]) -> Memory:
        """Remember the texts of the incident's earlier mails, ours and others'; linear in their length.

        >>> Memory.of(["Severity: 1\\nPhase: 2"]).quoted(["> severity:  1", "Phase: 2"])
        (True, True)
        """
        whole: set[_Words] = set()
        pairs: set[tuple[_Words, _Words]] = set()
        grams: set[_Words] = set()
        for mail in mails:
            rows = [words for words in map(_words, mail.splitlines()) if words]
            whole.update(rows)
            pairs.update(pairwise(rows))
            stream = [word for words in rows for word in words]
            for size in (1, 2, 3):
                grams.update(_grams(stream, size))
        return cls(whole=frozenset(whole), pairs=frozenset(pairs), grams=frozenset(grams))

    def quoted(self, lines: Sequence[str]) -> tuple[bool, ...]:
        """For each line of a body, whether it is remembered as quoted; blank lines never are; linear.

        A line that begins with `>` is a quote marker for the lines below it, and so is one that ends with a colon
        for the line below: an attribution in a language we do not know.

        >>> Memory.of(["Severity: 1"]).quoted(["Severity: 1"])
        (False,)
        >>> Memory.of(["Severity: 1"]).quoted(["> fine", "Severity: 1"])
        (False, True)
        """
        return self._judge(lines, [plain(line)[:1] in (">", "＞") for line in lines])

    def _judge(self, lines: Sequence[str], markers: Sequence[bool]) -> tuple[bool, ...]:
        rows = [_words(line) for line in lines]
        self._mend(rows)
        filled = [index for index, words in enumerate(rows) if words]
        verdict = [False] * len(lines)
        for above, below in pairwise(filled):
            if self._together(rows[above], rows[below]):
                verdict[above] = verdict[below] = True
        evidence = colon = False  # a marker or a remembered line stood before; the line above ends with a colon
        for index, words in enumerate(rows):
            if markers[index]:
                evidence = True
            if not words:
                continue
            known = words in self.whole
            if not verdict[index] and (evidence or colon):
                verdict[index] = known or self._is_fragment(words)
            evidence = evidence or verdict[index] or (known and not _is_greeting(words))
            colon = words[-1][-1] in COLONS
        return tuple(verdict)

    def _together(self, above: _Words, below: _Words) -> bool:
        """Whether the two lines follow each other in one mail, as they are or as parts of its longer lines."""
        if (above[-1], below[0]) not in self.grams:  # then neither of what follows holds
            return False
        if (above, below) in self.pairs:
            return True
        if not (_is_long(above) or _is_long(below) or _chars(above) + _chars(below) >= PAIR_CHARS_MIN):
            return False
        return self._runs(above + below)

    def _mend(self, rows: list[_Words]) -> None:
        """Join, in place, words that a program broke behind a hyphen, where the whole word is remembered."""
        for index, (above, below) in enumerate(pairwise(rows)):
            if above and below and len(below) > 1 and above[-1][-1] == "-" and (above[-1] + below[0],) in self.grams:
                rows[index], rows[index + 1] = (*above[:-1], above[-1] + below[0]), below[1:]

    def _is_fragment(self, words: _Words) -> bool:
        return _is_long(words) and len(words) > 1 and self._runs(words)

    def _runs(self, words: _Words) -> bool:
        """Whether every three words in a row stood so in one mail; of two words, both."""
        return len(words) > 1 and all(gram in self.grams for gram in _grams(words, min(3, len(words))))


def mask(reading: Reading, memory: Memory) -> tuple[bool, ...]:
    """For each kept line of the reading, in order, whether it may be read for commands.

    Every line is looked at, so that what was dropped above a kept line counts as the marker it was.

    >>> from incidentmail.reply.cut import cut
    >>> mask(cut("sev 1\\n\\nBo aliandika:\\n\\nSeverity: 4\\nfine"), Memory.of(["Severity: 4\\nfine"]))
    (True, True, True, True, False, False)
    """
    own = [index for index, kept in enumerate(reading.lines) if kept.kept]
    if not (own and memory.whole):
        return (True,) * len(own)
    end = own[-1] + 1  # a line is judged with the next one that says something
    while end < len(reading.lines) and not _words(reading.lines[end].line.text):
        end += 1
    lines = reading.lines[: end + 1]
    markers = [not kept.kept and kept.line.kind in MARKERS for kept in lines]
    verdict = memory._judge([kept.line.text for kept in lines], markers)
    return tuple([not verdict[index] for index in own])


def _words(line: str) -> _Words:
    """The words of a line as they are compared: without quote marks, emphasis and case."""
    bare = line.lstrip(">| \t") if line.isascii() else plain(line).lstrip(">＞| \t")
    parts = bare.casefold().split()
    if "*" in line or "_" in line:
        parts = [word for word in [part.strip("*_") for part in parts] if word]
    return tuple(parts)


def _grams(words: Sequence[str], size: int) -> Iterator[_Words]:
    return zip(*(words[start:] for start in range(size)), strict=False)


def _is_long(words: _Words) -> bool:
    return len(words) >= FRAGMENT_WORDS_MIN or _chars(words) >= FRAGMENT_CHARS_MIN


def _chars(words: _Words) -> int:
    return sum(map(len, words)) + len(words) - 1


def _is_greeting(words: _Words) -> bool:
    """`Hi all,` stands above many mails, and says nothing about the line below it."""
    return len(words) <= GREETING_WORDS_MAX and words[-1].endswith(",")
