"""Give each word of a reply its tags: what it may be about, and whether it asks, states, or takes back.

A tag stands for a kind of word in all languages. Topics are `severity`, `phase`, `lead`, `close` and so on. The stance
is shown by `please`, `ask` (can someone), `wish` (let's), `me`, `we`, `this` and `now`. Words with the tags in
`TAKES_BACK` show that a clause only discusses. `filler` says nothing. A word without a tag is a stray.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from .lexicon.dutch import DUTCH
from .lexicon.english import ENGLISH
from .lexicon.french import FRENCH
from .lexicon.german import GERMAN
from .lexicon.italian import ITALIAN
from .lexicon.numerals import NUMERALS
from .lexicon.polish import POLISH
from .lexicon.portuguese import PORTUGUESE
from .lexicon.spanish import SPANISH
from .lexicon.swedish import SWEDISH

TABLES = (NUMERALS, ENGLISH, GERMAN, FRENCH, SPANISH, PORTUGUESE, DUTCH, POLISH, ITALIAN, SWEDISH)
PHRASE_WORDS_MAX = 6
STEM_CHARS_MIN = 3
TOKEN = re.compile(r"\d{1,4}(?:[:.h]\d\d)?(?!\d)|(?i:[ldjmnstc]|qu)['’](?=\w)|[^\W\d_]+(?:['’][^\W\d_]+)*|#[\w-]+|=")
"""A word, a number, a time of day, or an elided French article, which is a word of its own."""


_ENTRY = re.compile(rf"(?:{TOKEN.pattern})\*?")


class Word(NamedTuple):
    """A word or known phrase of a reply: its text, its place, and its tags."""

    text: str
    start: int
    end: int
    tags: frozenset[str]


def tagged(text: str) -> list[Word]:
    """Return the words of a text. The longest known phrase at each place counts as one word."""
    found = [(match.start(), match.end()) for match in TOKEN.finditer(text)]
    tokens = [_plain(text[start:end]) for start, end in found]
    words, at = [], 0
    while at < len(tokens):
        length, tags = _longest(tokens, at)
        start, end = found[at][0], found[at + length - 1][1]
        words.append(Word(text[start:end], start, end, tags))
        at += length
    return words


def _longest(tokens: list[str], at: int) -> tuple[int, frozenset[str]]:
    words, stems = _entries()
    token = tokens[at]
    if token[0].isdigit():
        return 1, frozenset({"number" if token.isdigit() and len(token) < 4 else "time"})
    known = [*words.get(token, ())]
    for length in range(STEM_CHARS_MIN, len(token) + 1):
        known += stems.get(token[:length], ())
    best, tags = 1, set[str]()
    for rest, tag in known:
        if len(rest) + 1 < best or not _follows(tokens, at + 1, rest):
            continue
        if len(rest) + 1 > best:
            best, tags = len(rest) + 1, set()
        tags.add(tag)
    return best, frozenset(tags)


def _follows(tokens: list[str], at: int, rest: tuple[str, ...]) -> bool:
    here = tokens[at : at + len(rest)]
    return len(here) == len(rest) and all(
        token.startswith(word[:-1]) if word[-1] == "*" else token == word
        for token, word in zip(here, rest, strict=True)
    )


_Entries = dict[str, list[tuple[tuple[str, ...], str]]]


@lru_cache(1)
def _entries() -> tuple[_Entries, _Entries]:
    """Return the entries of all tables by their first word, and by the beginning of their first word."""
    words: _Entries = {}
    stems: _Entries = {}
    for table in TABLES:
        for line in table.strip().splitlines():
            tag, _, entries = line.partition(":")
            for entry in entries.split(","):
                entry = entry.strip()
                for spelling in {entry, entry if entry.isascii() else _unaccented(entry)}:
                    first, *rest = _words_of(spelling)
                    known = stems if first[-1] == "*" else words
                    known.setdefault(first.rstrip("*"), []).append((tuple(rest), tag))
    return words, stems


def _words_of(entry: str) -> list[str]:
    if "'" not in entry and "-" not in entry:
        return entry.split()
    return [_plain(one) for one in _ENTRY.findall(entry)]


def _plain(token: str) -> str:
    return token.lower().replace("’", "'").removesuffix("'")


def _unaccented(text: str) -> str:
    text = text.replace("ł", "l").replace("ß", "ss").replace("ø", "o")
    return "".join(one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one))
