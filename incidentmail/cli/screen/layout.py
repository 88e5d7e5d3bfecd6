"""Lay out lines on a screen: wrapped words, labelled values, tables.

Words are never broken, even if they are too long.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from incidentmail.core.frozen import Frozen, settle
from incidentmail.core.text import printable

Style = Literal["", "strong", "faint", "alarm", "warn", "good"]
GAP = 2
"""The number of spaces between two columns."""
LABEL_CELLS_MAX = 24
LABELS_FROM_CELLS = 60
"""The minimum screen width for two columns. On narrower screens, a label and its value share a line."""


class Span(Frozen):
    """A text in one style. Text from mail is made safe for a terminal here."""

    text: str
    style: Style = ""

    def __post_init__(self) -> None:
        settle(self, text=printable(self.text))


Line = tuple[Span, ...]
Words = Sequence[Span] | Span | str
BLANK: Line = ()


def cells(text: str) -> int:
    """Return the number of columns that `text` takes up on a terminal: two per wide letter, none per combining mark.

    >>> cells("Zoë"), cells("東京"), cells("e\\u0301")
    (3, 4, 1)
    """
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) or unicodedata.category(c) in ("Mn", "Me", "Cf") else
        2 if unicodedata.east_asian_width(c) in ("W", "F") else 1
        for c in text
    )  # fmt: skip


def spans(words: Words) -> list[Span]:
    """Return `words` as spans."""
    return [Span(words)] if isinstance(words, str) else [words] if isinstance(words, Span) else list(words)


def plain(line: Line) -> str:
    """Return a line without its styles."""
    return "".join(span.text for span in line).rstrip()


def wrapped(words: Words, width: int, *, first: Line = (), indent: int = 0) -> list[Line]:
    """Return `words` as lines of at most `width` columns, broken only between words.

    `first` begins the first line; the other lines are indented by `indent`. Line breaks and indentation in the text are
    kept.

    >>> [plain(line) for line in wrapped("Checkout is rejecting cards", 12, indent=2)]
    ['Checkout is', '  rejecting', '  cards']
    """
    pieces = spans(words)
    inner = 0 if first else _blanks(plain_of(tuple(pieces)))
    lead = (*first, Span(" " * inner))
    lines: list[Line] = []
    current, used = list(lead), cells(plain_of(lead))
    is_begun = False  # whether a word is in the current line already
    for word, gap, breaks in _words(pieces):
        long = sum(cells(piece.text) for piece in word)
        if breaks or (is_begun and used + gap + long > width):
            lines.append(_merged(current))
            inner = min(breaks - 1, max(0, width // 2)) if breaks else inner
            current, used, is_begun = [Span(" " * (indent + inner))], indent + inner, False
        if is_begun and word:
            current.append(Span(" " * gap, word[0].style if current[-1].style == word[0].style else ""))
            used += gap
        current += word
        used, is_begun = used + long, is_begun or bool(word)
    return [*lines, _merged(current)]


def _merged(line: Iterable[Span]) -> Line:
    """Return a line with neighbouring spans of the same style joined."""
    groups = itertools.groupby(line, lambda span: span.style)
    return tuple(Span("".join(span.text for span in group), style) for style, group in groups)


def plain_of(line: Line) -> str:
    return "".join(span.text for span in line)


def _blanks(text: str) -> int:
    return len(text) - len(text.lstrip(" "))


def _words(pieces: Iterable[Span]) -> Iterator[tuple[list[Span], int, int]]:
    """Yield each word as spans, with the number of spaces before it and 0.

    If the word begins a line, the last number is instead 1 plus the number of spaces by which the line is indented.
    """
    word: list[Span] = []
    gap = breaks = 0
    for piece in pieces:
        for number, row in enumerate(piece.text.split("\n")):
            if number:
                if word or breaks:
                    yield word, gap, breaks
                word, gap, breaks = [], 0, 1 + _blanks(row)
                row = row.lstrip(" ")
            for index, part in enumerate(row.split(" ")):
                if index:
                    if word:
                        yield word, gap, breaks
                        word, gap, breaks = [], 0, 0
                    gap += 1
                if part:
                    word.append(Span(part, piece.style))
    if word or breaks:
        yield word, gap, breaks


def labelled(rows: Sequence[tuple[str, Words]], width: int) -> list[Line]:
    """Return values in a column next to their labels. On a narrow screen, each value directly follows its label.

    >>> [plain(line) for line in labelled([("Venue", "#x"), ("Impact", "cards")], 80)]
    ['Venue   #x', 'Impact  cards']
    """
    if width < LABELS_FROM_CELLS:
        return [
            line
            for label, value in rows
            for line in wrapped([Span(f"{label}:", "faint"), Span(" "), *spans(value)], width, indent=2)
        ]
    column = min(LABEL_CELLS_MAX, max((cells(label) for label, _ in rows), default=0)) + GAP
    lines: list[Line] = []
    for label, value in rows:
        head = wrapped(Span(label, "faint"), column - GAP)
        lines += head[:-1]
        used = cells(plain_of(head[-1]))
        lines += wrapped(value, width, first=(*head[-1], Span(" " * max(GAP, column - used))), indent=column)
    return lines


def table(heads: Sequence[str], rows: Sequence[Sequence[Words]], width: int, *, wide: Sequence[int]) -> list[Line]:
    """Return a table with a heading. The columns in `wide` share the remaining width, and are wrapped."""
    natural = [
        max(cells(head), *(max(map(cells, plain_of(tuple(spans(row[at]))).split("\n"))) for row in rows))
        for at, head in enumerate(heads)
    ]
    left = width - GAP * (len(heads) - 1) - sum(natural[at] for at in range(len(heads)) if at not in wide)
    widths = list(natural)
    for number, at in enumerate(sorted(wide, key=lambda at: natural[at])):
        widths[at] = max(min(natural[at], left // (len(wide) - number)), 12)
        left -= widths[at]
    shown = [[Span(head, "faint") for head in heads], *rows]
    return [line for row in shown for line in _row(row, widths)]


def _row(row: Sequence[Words], widths: Sequence[int]) -> list[Line]:
    columns = [wrapped(cell, width) for cell, width in zip(row, widths, strict=True)]
    lines: list[Line] = []
    for at in range(max(map(len, columns))):
        line: list[Span] = []
        for column, width in zip(columns, widths, strict=True):
            part = column[at] if at < len(column) else ()
            line += [*part, Span(" " * (width + GAP - cells(plain_of(part))))]
        lines.append(tuple(line))
    return lines
