"""Recognise the name that a writer signs with: `Jayla`, `J. Martin`, `Jayla M. | Payments`."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from ..program_phrases import CLOSINGS, COMMAND_WORDS
from .phrases import THANKS

NAME_LINE_CHARS_MAX = 120
NAME_WORDS_MAX = 4
THANKED = frozenset(THANKS)
_BRACKETS = re.compile(r"\([^()]{0,80}\)|\[[^\[\]]{0,80}\]|[\"“”']")
_DIVIDED = re.compile(r"\s*[,|•·/(]\s*|\s+[-–—]+\s+")
_SMALL_WORDS = frozenset({
    "of", "and", "for", "the", "de", "der", "den", "des", "du", "van", "von", "di", "da", "el", "la", "le",
    "to", "at", "in", "&", "und", "et", "y", "i", "og", "och", "e", "en",
})  # fmt: skip


def is_name_line(line: str, name: str, *, alone: bool) -> bool:
    """Return whether the line is the writer's name, with a title after it if `alone` is true.

    `alone` is true if the line is the first of its paragraph, or below a close such as `Regards`. `name` is the
    writer's display name.

    >>> is_name_line("J. Martin", "Martin, Jayla", alone=False), is_name_line("Bo", "Jayla Martin", alone=True)
    (True, False)
    >>> is_name_line("Jayla, can you ask the bank", "Jayla Martin", alone=True)
    False
    """
    own = name_words(name)
    if not own or len(line) > NAME_LINE_CHARS_MAX:
        return False
    bare = _BRACKETS.sub(" ", line).strip(" *_-–—~/|•\t.")
    if is_initials(bare, own):
        return alone and (len(bare) > 1 or line[-1] == ".")
    head, *behind = _DIVIDED.split(bare, maxsplit=1)
    words = [word.strip(".*_") for word in head.split()]
    if len(words) > 1 and words[0].casefold() in CLOSINGS:
        del words[0]  # `LG Jayla`
    if not 0 < len(words) <= NAME_WORDS_MAX or not all(word[:1].isalpha() for word in words):
        return False
    exact = [_folded(word) for word in words]
    if behind and not (alone and _is_title(behind[0])):
        return False
    if exact in ([own[0]], list(own)) or (len(own) > 1 and exact == [own[-1], *own[:-1]]):
        return True
    if not all(word[:1].isupper() for word in words):
        return False
    if exact[0] == own[0]:
        return alone or len(words) == 2
    return len(own) > 1 and len(exact) > 1 and exact[-1] == own[-1] and all(
        len(word.replace(".", "").replace("-", "")) <= 2 and word[0] == own[0][0] for word in exact[:1]
    )  # fmt: skip


def is_initials(text: str, own: tuple[str, ...]) -> bool:
    """Return whether the text consists of the first letters of the writer's names.

    >>> is_initials("JM", ("jayla", "martin")), is_initials("IC", ("ines", "castro"))
    (True, False)
    """
    letters = text.replace(".", "").replace(" ", "").casefold()
    return letters in ("".join(word[0] for word in own), own[0][0]) and letters not in COMMAND_WORDS


def may_be_name(line: str, name: str) -> bool:
    """Return whether the line contains the writer's first name or surname, as a quick check before `is_name_line`."""
    own = name_words(name)
    if not own or len(line) > NAME_LINE_CHARS_MAX:
        return False
    folded = _folded(line)
    if len(line) <= 2 * len(own) + 4 and is_initials(folded.strip(" *_-–—~/|•."), own):
        return True
    return own[0] in folded or own[-1] in folded


@lru_cache(maxsize=64)
def name_words(name: str) -> tuple[str, ...]:
    """Return the case-folded words of a display name, first name first. Return () for an address or an empty name.

    >>> name_words("Martin, Jayla (Payments)")
    ('jayla', 'martin')
    """
    if "@" in name:
        return ()
    bare = _BRACKETS.sub(" ", name)
    last, comma, first = bare.partition(",")
    words = (f"{first} {last}" if comma and first.strip() else last).split()
    return tuple(folded for word in words if (folded := _folded(word.strip(".,"))) and folded[0].isalpha())


def _is_title(text: str) -> bool:
    """Return whether the text after a name is a title or an organisation, not a sentence addressed to that person."""
    if text.rstrip().endswith(("?", "!", ".", ":")) and not text.rstrip().endswith(("Ltd.", "Inc.", "Co.", "e.V.")):
        return False
    return all(not word[0].islower() or word in _SMALL_WORDS for word in text.split())


def _folded(word: str) -> str:
    """Return the word case-folded and without accents, because people often omit accents."""
    if word.isascii():
        return word.casefold()
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))
