"""Find a person's name in running text: how names look, and the words that are not names."""

from __future__ import annotations

import re

from incidentmail.core.model import ADDRESS
from incidentmail.core.text import fold_case, one_line

_NOT_NAMES = frozenset({
    "i", "we", "you", "he", "she", "it", "they", "this", "that", "there", "who", "whoever", "what", "which", "nobody",
    "noone", "someone", "somebody", "anyone", "anybody", "everyone", "everybody", "neither", "either", "not", "no",
    "if",
    "when", "maybe", "perhaps", "the", "a", "an", "and", "or", "but", "is", "was", "will", "should", "could", "would",
    "our", "your", "my", "today", "tomorrow", "yesterday", "now", "currently", "next", "hopefully", "apparently",
    "probably", "possibly", "still", "also", "so", "then", "as", "at", "by", "in", "on", "until", "from", "since",
    "because", "after", "before", "once", "think", "suppose", "assuming", "afaik", "see", "only", "yes", "ok", "unless",
})  # fmt: skip
# Lower-case words inside names; no other word in lower case is part of a name.
_PARTICLES = frozenset({
    "van", "von", "vom", "der", "den", "de", "del", "della", "dei", "di", "da", "do", "dos", "das", "du", "des", "la",
    "le", "el", "al", "bin", "ibn", "ben", "bint", "ter", "ten", "te", "zu", "zum", "af", "av", "y", "e", "san",
})  # fmt: skip
NAME_WORDS_MAX = 6
_WORD = re.compile(r"\s*([^\s,;:!?()\"]+)")
LOWER_CASE_NAME = re.compile(r"[^\W\d_][^\s,;:!?()\"]{0,30}(?:[ \t][^\s,;:!?()\"]{1,30}){0,2}?(?=\s+is\s)")


def name_at(text: str, at: int) -> tuple[str | None, int]:
    """Return the name from `at` up to the word `is`, and the index of its end; None and `at` if there is none.

    A name has at most six words; only short words, such as initials, end with a full stop.
    """
    words: list[str] = []
    here = at
    for found in _WORD.finditer(text, at, at + 200):
        if found.start() != here or len(words) > NAME_WORDS_MAX:
            return None, at
        word = found[1]
        if fold_case(word) == "is":
            break
        if not _can_be_in_name(word, first=not words):
            return None, at
        words.append(word)
        here = found.end()
    else:
        return None, at
    if all(fold_case(word) in _PARTICLES for word in words):
        return None, at
    return one_line(text[at:here]), here


def _can_be_in_name(word: str, *, first: bool) -> bool:
    if ADDRESS.fullmatch(word):
        return True
    if not word[0].isalpha() or (word.endswith(".") and len(word) > 4):
        return False
    if first and fold_case(word.strip(".")) in _NOT_NAMES:
        return False
    return word in _PARTICLES or not word[0].islower()
