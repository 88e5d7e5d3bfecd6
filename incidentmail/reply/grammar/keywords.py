"""Find keywords, the words that commands contain. Only sentences near a keyword are parsed.

Most paragraphs have no keywords, and most replies have few. A reply is therefore searched once for each keyword, and
its paragraphs only for the keywords found in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import compress
from typing import NamedTuple


class Keyword(NamedTuple):
    """A word in commands of certain kinds: a pattern for lower-case text, and a part of the word to search for first.

    Only sentences near a keyword are parsed, and only for commands of its kinds. If `on_one_line` is false, the keyword
    may be broken over two lines, with other lines of the reply between them.
    """

    kinds: tuple[str, ...]
    part: str
    pattern: re.Pattern[str]
    on_one_line: bool


class Keywords(NamedTuple):
    """The keywords of an organisation, and the part of each to search for first."""

    all: tuple[Keyword, ...]
    parts: tuple[str, ...]

    def may_be_in(self, lower: str) -> list[Keyword]:
        """Return the keywords that may occur in paragraphs of the reply `lower`, which is in lower case."""
        found = [
            word
            for word in compress(self.all, map(lower.__contains__, self.parts))
            if not word.on_one_line or word.pattern.search(lower)
        ]
        return [*found, SHORT] if _may_have_short(lower) else found


SHORT = Keyword(
    ("severity", "shorthand"),
    "",
    re.compile(r"[0-9](?:(?<=[sp+][0-9])(?<![a-z0-9]..)|(?<=[sp+]\s[0-9])(?<![a-z0-9]...))", re.A),
    on_one_line=False,
)
"""The keyword for the number in `s1`, `p 1` and `+30m`."""
_ALIKE = bytes.maketrans(b"123456789sp+\n", b"000000000ssss")


def _may_have_short(text: str) -> bool:
    """Return whether a paragraph of `text` may match `SHORT`. Searching for `SHORT` itself takes five times as long.

    >>> _may_have_short("at 14:02, p 1"), _may_have_short("from 2 to 3 o'clock")
    (True, False)
    """
    # Paragraphs are searched without their `Key: value` lines, so any line may be above one that begins with a number.
    return b"s0" in text.encode("utf-8", "surrogatepass").translate(_ALIKE, b" \t\r\f\v")


def keywords_of(names: Iterable[str]) -> Keywords:
    """Return the keywords of all commands. `names` are the role titles."""
    people: dict[str, list[str]] = {"command": ["command"]}
    for name in sorted({name.lower() for name in names if name}):
        people.setdefault(re.split(r"[\s-]", name)[0], []).append(name)
    rows = [
        ("severity", "sev", "s", r"ev(?!e(?!rity))"), ("phase", "phase", "p", "hase"),
        ("venue", "coordinating", "c", "oordinating"), ("shorthand", "next", "n", "ext"),
        ("shorthand", "change", "n", r"o\s+change"),
        *(
            ("person", word, word[0], rf"(?:{alternatives(name[1:] for name in rest)})(?!\w)")
            for word, rest in people.items()
        ),
    ]  # fmt: skip
    # Each word has to begin with its first letter, which comes first because it is fast to search for.
    words = tuple(
        Keyword((kind,), part, re.compile(rf"{re.escape(first)}(?<![a-z0-9].){rest}", re.A), r"\s" not in rest)
        for kind, part, first, rest in rows
    )
    return Keywords(words, tuple(word.part for word in words))


def alternatives(names: Iterable[str]) -> str:
    """Return a pattern that matches any of the names, the longest first, with any white space between words."""
    longest_first = sorted({name for name in names if name}, key=len, reverse=True)
    return "|".join(re.escape(name).replace(r"\ ", r"\s+").replace(r"\-", r"[\s-]") for name in longest_first)
