"""Recognise that somebody is looked for: `anyone who understands 3-D Secure, we need you`."""

from __future__ import annotations

import re
from itertools import islice

from incidentmail.reply.parsed import Context

from .vocabulary import Word, may_be_indirect, tagged
from .wishes import Wish

_SOMEONE = (("someone", "relative", "needed"),)
SENTENCES_MAX = 6
WORDS_MAX = 30
WHAT_CHARS_MAX = 100
AFTER_CHARS_MAX = 40
"""The beginning of the next sentence, which may ask those people to come: `please call me`."""
_SENTENCE = re.compile(r"[^.!?\n]{1,300}\??")
_TAKES_BACK = frozenset({"past", "later", "often", "reported", "denied"})
_MODAL = re.compile(r"^(?:can|could)\s+", re.I)
_COMMA = re.compile(r"\s*[,;:–—]")


def need(text: str, context: Context) -> Wish | None:
    """Return the wish for people of a kind that a short text names, or None."""
    if not may_be_indirect(text, _SOMEONE):
        return None
    sentences = [found[0].strip() for found in islice(_SENTENCE.finditer(text), SENTENCES_MAX)]
    for sentence, after in zip(sentences, [*sentences[1:], ""], strict=True):
        words = tagged(sentence.replace("’", "'"), wide=True)
        asks = any("needed" in word.tags for word in tagged(after[:AFTER_CHARS_MAX], wide=True)[:1])
        if len(words) <= WORDS_MAX and (what := _who(sentence, words, asks=asks)):
            return Wish("item", (f"{context.words.key('need')}: {what}",), sentence)
    return None


def _who(sentence: str, words: list[Word], *, asks: bool) -> str | None:
    """Return who is looked for: from `someone who` up to the next comma, or to the words that ask for them."""
    at = next((at for at in range(len(words) - 1) if _is_someone(words, at)), None)
    if at is None or any(word.tags & _TAKES_BACK for word in words[:at]):
        return None
    end = next((word.start for word in words[at + 2 :] if word.tags & {"present", "needed"}), len(sentence))
    comma = _COMMA.search(sentence, words[at + 1].end, end)
    end = comma.start() if comma else end
    around = [word for word in words if word.start < words[at].start or word.start >= end]
    what = _MODAL.sub("", sentence[words[at].start : end].strip(" ?,"))
    is_said = len(what.split()) > 2 and len(what) <= WHAT_CHARS_MAX
    return what if is_said and (asks or any("needed" in word.tags for word in around)) else None


def _is_someone(words: list[Word], at: int) -> bool:
    behind = words[at + 1 : at + 3] if "needed" in words[at + 1].tags else words[at + 1 : at + 2]
    return "someone" in words[at].tags and "relative" in behind[-1].tags
