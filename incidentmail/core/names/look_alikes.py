"""Compare names by their appearance, whatever script they are written in.

As in UTS #39 section 4, compatibility forms, marks and invisible characters are removed, and look-alike letters are
replaced by one of them. Case, word order and the characters between words are also ignored. The resulting forms are
only for comparison.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

from incidentmail.core.frozen import Frozen
from incidentmail.core.lazy_pattern import lazy_pattern
from incidentmail.core.model import Person
from incidentmail.core.text import HIDDEN

from .confusables import GROUPS

_ASCII = {"I": "l", "1": "l", "|": "l", "0": "O", "m": "rn"}
_WORD = lazy_pattern(r"[^\W_]+")
_LINK = lazy_pattern(
    r"://|\bwww\.|\b[a-z][a-z0-9+.-]{1,20}:\S|\b[\w-]{2,63}\.(?:[a-z]{2,24}|[A-Z]{2,24})\b|\b[\w-]{2,63}\.\w{2,63}/"
)
_DOTS = str.maketrans(dict.fromkeys("。．｡․‧·∙", "."))


class Appearance(Frozen):
    """The forms of a name for comparison: as a whole in each possible spelling, and as a set of words."""

    spelled: frozenset[str]
    words: tuple[frozenset[str], ...]


@lru_cache(maxsize=4096)
def appearance(name: str) -> Appearance:
    """Return the forms of `name` for comparison with other names.

    >>> appearance("\u041c\u0430r\u0430") == appearance("mara")
    False
    >>> bool(appearance("\u041c\u0430r\u0430").spelled & appearance("mara").spelled)
    True
    """
    plain = _plain(name)
    shapes = dict.fromkeys((_letters(plain), _letters(plain.casefold()), _letters(plain.upper())))
    words = [tuple(_WORD.findall(shape)) for shape in shapes]
    spelled = {"".join(each) for each in words} | {" ".join(sorted(each)) for each in words}
    return Appearance(frozenset(spelled) - {""}, tuple(frozenset(each) for each in words))


@lru_cache(maxsize=4096)
def words_of(name: str) -> tuple[tuple[str, ...], ...]:
    """Return the words of `name` in order, in each possible spelling, for comparison.

    >>> words_of("M. Lindqv\u0456st")
    (('rn', 'lindqvist'), ('m', 'lindqvist'), ('m', 'llndqvlst'))
    """
    plain = _plain(name)
    shapes = dict.fromkeys((_letters(plain.casefold()), _letters(plain), _letters(plain.upper())))
    return tuple(dict.fromkeys(tuple(_WORD.findall(shape)) for shape in shapes))


def looks_like(name: str, other: str) -> bool:
    """Return whether `name` can be mistaken for `other`.

    It can if both look the same, or if `other` has at least two words and `name` contains all of them.

    >>> looks_like("Lindqvist, Mаra", "Mara Lindqvist"), looks_like("Dr. Mara Lindqvist", "Mara Lindqvist")
    (True, True)
    >>> looks_like("Mara Olsson", "Mara Lindqvist"), looks_like("Bo", "Bo K.")
    (False, False)
    """
    mine, theirs = appearance(name), appearance(other)
    if mine.spelled & theirs.spelled:
        return True
    return any(len(known) > 1 and known <= words for known in theirs.words for words in mine.words)


def is_somebody_else(name: str, address: str | None, known: Iterable[Person]) -> bool:
    """Return whether `name`, used by `address`, looks like the name of a `known` person with another address."""
    return any(person.address and person.address != address and looks_like(name, person.name) for person in known)


def is_no_name(name: str) -> bool:
    """Return whether mail programs would show a name as blank, as an address, or as a link.

    >>> [is_no_name(text) for text in ("ㅤ", "boss＠example.com", "www.evil.test", "evil.test", "Bo K.")]
    [True, True, True, True, False]
    """
    seen = unicodedata.normalize("NFKC", HIDDEN.sub("", name).translate(_DOTS))
    return not _WORD.search(seen) or "@" in seen or bool(_LINK.search(seen))


def _plain(text: str) -> str:
    """Return `text` without compatibility forms, marks, and invisible characters."""
    seen = HIDDEN.sub("", unicodedata.normalize("NFKD", HIDDEN.sub("", text)))
    return "".join(c for c in seen if c.isascii() or unicodedata.category(c) not in ("Mn", "Me", "Cf"))


def _letters(text: str) -> str:
    return "".join(map(_table().get, text, text)).casefold()


@cache
def _table() -> dict[str, str]:
    """Return a table that maps each character to the letters representing its look-alikes."""
    groups = (group.partition("=") for group in GROUPS.split())
    table = {character: alike for alike, _, characters in groups for character in characters} | _ASCII
    return {character: "".join(table.get(one, one) for one in alike) for character, alike in table.items()}
