"""Tag each word of a reply: with its possible topics, and with the stance that it shows.

A tag stands for the same kind of word in all languages. The topics include `severity`, `phase`, `lead` and `close`. The
stance is shown by `please`, `ask` (can someone), `wish` (let's), `me`, `we`, `this` and `now`. Words with the tags in
`TAKES_BACK` show that a clause only discusses a change. `filler` has no meaning. A word without a tag is a stray.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from .lexicon.dutch import DUTCH
from .lexicon.english import ENGLISH
from .lexicon.english_proposals import ENGLISH_PROPOSALS
from .lexicon.french import FRENCH
from .lexicon.german import GERMAN
from .lexicon.indirect import INDIRECT
from .lexicon.indirect_english import INDIRECT_ENGLISH
from .lexicon.italian import ITALIAN
from .lexicon.numerals import NUMERALS
from .lexicon.polish import POLISH
from .lexicon.portuguese import PORTUGUESE
from .lexicon.spanish import SPANISH
from .lexicon.swedish import SWEDISH

TABLES = (
    NUMERALS, ENGLISH, ENGLISH_PROPOSALS, GERMAN, FRENCH, SPANISH, PORTUGUESE, DUTCH, POLISH, ITALIAN, SWEDISH,
)  # fmt: skip
WIDE = (INDIRECT_ENGLISH, INDIRECT)
"""The lexicon of indirect wishes (`indirect.py`)."""
STEM_CHARS_MIN = 3
_NUMBER, _TIME = frozenset({"number"}), frozenset({"time"})
TOKEN = re.compile(
    r"\+1(?![\w.:])|\d{1,4}(?:[:.h]\d\d)?(?!\d)|(?i:[ldjmnstc]|qu)['’](?=\w)|[^\W\d_]+(?:['’][^\W\d_]+)*|#[\w-]+|="
)
"""A vote (`+1`), a word, a number, a time of day, or an elided French article, which is a word of its own."""


_ENTRY = re.compile(rf"(?:{TOKEN.pattern})\*?")


class Word(NamedTuple):
    """A word or known phrase of a reply: its text, its position, and its tags."""

    text: str
    start: int
    end: int
    tags: frozenset[str]


def tagged(text: str, *, wide: bool = False) -> list[Word]:
    """Return the words of a text with their tags. The longest known phrase at each position counts as one word.

    If `wide`, the lexicon of indirect wishes is used, too.
    """
    known = _entries(wide)
    found = [match.span() for match in TOKEN.finditer(text)]
    tokens = [_plain(text[start:end]) for start, end in found]
    words, at = [], 0
    while at < len(tokens):
        length, tags = _longest(tokens, at, known)
        start, end = found[at][0], found[at + length - 1][1]
        words.append(Word(text[start:end], start, end, tags))
        at += length
    return words


def _longest(tokens: list[str], at: int, known: _Entries) -> tuple[int, frozenset[str]]:
    """Return the number of tokens in the longest known phrase that begins at index `at`, and its tags."""
    token = tokens[at]
    if token[0].isdecimal():
        return 1, _NUMBER if token.isdecimal() and len(token) < 4 else _TIME
    longest = known.longest.get(token)
    for length in range(min(longest, len(tokens) - at), 1, -1) if longest else ():
        tags = known.phrases.get(" ".join(tokens[at : at + length]))
        if tags:
            return length, _tags(tags)
    found = _tags(known.phrases.get(token, ""))
    for length in range(STEM_CHARS_MIN, len(token) + 1):
        if token[:length] in known.stems:
            found |= _tags(known.stems[token[:length]])
    return 1, found


class _Entries(NamedTuple):
    """The tags of each phrase and of each word stem, and the length of the longest phrase for each first word.

    Tags are joined by vertical bars, because creating thousands of sets would take longer than parsing one message.
    """

    phrases: dict[str, str]
    stems: dict[str, str]
    longest: dict[str, int]


@lru_cache(2)
def _entries(wide: bool) -> _Entries:
    known = _Entries({}, {}, {})
    for table in (*TABLES, *WIDE) if wide else TABLES:
        for line in table.strip().splitlines():
            tag, _, entries = line.partition(": ")
            for entry in entries.split(", "):
                for spelling in (entry,) if entry.isascii() else (entry, _unaccented(entry)):
                    words = _words_of(spelling)
                    phrase = " ".join(words)
                    kept = known.stems if phrase[-1] == "*" else known.phrases
                    phrase = phrase.rstrip("*")
                    kept[phrase] = f"{kept[phrase]}|{tag}" if phrase in kept else tag
                    if len(words) > known.longest.get(words[0], 1):
                        known.longest[words[0]] = len(words)
    return known


def may_be_indirect(text: str, kinds: tuple[tuple[str, ...], ...]) -> bool:
    """Return whether the words of a text include, for all tags of a kind, those of an entry of the wider lexicon.

    This costs much less than to tag the words.
    """
    words = set(map(_plain, TOKEN.findall(text)))
    return any(all(_is_in(words, tag) for tag in tags) for tags in kinds)


def _is_in(words: set[str], tag: str) -> bool:
    known = _by_longest_word(tag)
    return any(entry <= words for word in known.keys() & words for entry in known[word])


@lru_cache(64)
def _by_longest_word(tag: str) -> dict[str, tuple[frozenset[str], ...]]:
    """Return the words of each entry with a tag, by the longest word of the entry."""
    found: dict[str, tuple[frozenset[str], ...]] = {}
    for line in "\n".join(WIDE).split("\n"):
        name, _, entries = line.partition(": ")
        for entry in entries.split(", ") if name == tag else ():
            for spelling in {entry, _unaccented(entry)}:
                words = _words_of(spelling)
                longest = max(words, key=len)
                found[longest] = (*found.get(longest, ()), frozenset(words))
    return found


@lru_cache(512)
def _tags(joined: str) -> frozenset[str]:
    return frozenset(joined.split("|")) if joined else frozenset()


def _words_of(entry: str) -> list[str]:
    if "'" not in entry and "-" not in entry:
        return entry.split()
    return [_plain(one) for one in _ENTRY.findall(entry)]


def _plain(token: str) -> str:
    return token.lower().replace("’", "'").removesuffix("'")


def _unaccented(text: str) -> str:
    text = text.replace("ł", "l").replace("ß", "ss").replace("ø", "o")
    return "".join(one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one))
