"""Recognise that people have moved to another place: `we are all in the Teams call now, link is https://…`."""

from __future__ import annotations

import re
from itertools import islice

from incidentmail.reply.parsed import Context

from .vocabulary import Word, tagged
from .wishes import Wish

SENTENCES_MAX = 6
WORDS_MAX = 12
"""The maximum length of a sentence that only has to call people to a channel or meeting: `all hands to #signals`."""
_PLACE = re.compile(
    r"(?P<link>https?://[^\s<>\"]{4,200})|(?<![\w#])(?P<channel>#[a-z][\w-]{2,60})"
    r"|(?<![\w+])(?P<phone>\+?\d[\d ()/-]{6,20}\d"
    r"(?:,? ?(?:pin|code|id|access code|conference id)[: ]{1,2}[\d #]{3,16})?)(?!\w)",
    re.I,
)
_MEETS = re.compile(r"(?:teams|zoom|meet|webex|jitsi|call|whereby|bridge|conf)", re.I)
_SENTENCE = re.compile(r"(?:[^.!?\n]|[.!?](?=\S)){1,400}[.!?]?")
_TAKES_BACK = frozenset({"past", "later", "reported", "condition"})


def gathering(text: str, context: Context) -> Wish | None:
    """Return the wish to meet at the only link, channel or phone number of a text that tells where people moved."""
    moves = meets = False
    if _PLACE.search(text) is None:
        return None
    for found in islice(_SENTENCE.finditer(text), SENTENCES_MAX):
        sentence = found[0].strip()
        words = tagged(sentence.replace("’", "'"), wide=True)
        place = _PLACE.search(sentence)
        meets = meets or _has(words, "meet")
        before = words if place is None else [word for word in words if word.start < place.start()]
        moves = moves or (_has(before, "moving") and not _has(before, *_TAKES_BACK))
        if place is None:
            continue
        where = place[0].strip().rstrip(".,)")
        is_meeting = meets or place["channel"] or _MEETS.search(where)
        gathers = _has(words, "gathers") and not _has(words, "elsewhere", "denied", *_TAKES_BACK)
        at_once = gathers and len(words) <= WORDS_MAX and (place["channel"] or _MEETS.search(where))
        if ((moves and is_meeting) or at_once) and not _PLACE.search(text, found.end()):
            return Wish("venue", (f"{context.words.key('venue')}: {where}",), sentence)
        return None
    return None


def _has(words: list[Word], *tags: str) -> bool:
    return any(not word.tags.isdisjoint(tags) for word in words)
