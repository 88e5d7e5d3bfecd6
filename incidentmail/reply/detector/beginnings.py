"""Recognise a reply whose beginning alone would be a command: `break 20 min need food`, `roll call guys, who is here?`.

A person who dictates or types in a hurry leaves out what separates a command from the words after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from incidentmail.core.text import fold_case
from incidentmail.reply.grammar.lexicon import words as set_of
from incidentmail.reply.grammar.person_names import is_name
from incidentmail.reply.grammar.read_commands import read
from incidentmail.reply.grammar.reader import ABOUT
from incidentmail.reply.grammar.whole_reply import RECORD
from incidentmail.reply.parsed import About, Context, NewLine, Read

from .vocabulary import Word, tagged
from .wishes import Wish

WORDS_MAX = 14
"""The number of words within which such a beginning ends."""
BEHIND_MAX = 4
"""The number of words after such a beginning in which words of the past and others show a discussion."""
TRIED_MAX = 5
_STARTS = frozenset(
    {"severity", "phase", "close", "retract", "reopen", "undo", "no change", "next update", "take", "number"}
)
_STARTING = set_of("roll break back joining leaving done ask catch next cannot accept decline")
_DISCUSSES = frozenset({"past", "often", "later", "condition"})
_REASONS = set_of("we i need because since as no not sorry wir ich on je il")
"""Words before which somebody could have set a comma."""
_AHEAD = set_of("hello hi hey hallo all everyone everybody ok okay yes sorry team folks guys please pls bitte")
"""Words that may be before the beginning."""
_ITEMS = set_of("roll_call verdict ask done cannot assign need action")
_WORD = re.compile(r"\w+")
_END = re.compile(r"[.,;!?–—(]|\s-\s")
_POLITE = re.compile(r"\s+(?:please|pls|plz|bitte)$", re.I)
_NO_VALUE = re.compile(
    r"(?:is|are|was|were|has|have|will|needs?|that|if|when|should|would|can|could|who|what|about|on|s)\b", re.I
)


_OTHER_MARKS = (" - ", "- ", "–", "—", "=", " is ", " are ", " ist ", " est ", " es ")
_DASHED = re.compile(r"(?P<key>[^\W\d][\w-]*(?: [\w-]+){0,3}?)\s*(?P<mark>[-–—=]{1,2}|->)\s+(?P<value>\S.*)")
_STATED = re.compile(r"(?:the\s)?(?P<key>[^\W\d]\w*)\s(?P<mark>is|are|ist|est|es)\s(?P<value>\S.*)", re.I)
_CHANGED = re.compile(
    r"(?:(?:please|pls|can you|could you|let['’]s)\s+)?"
    r"(?:(?:update|change|set|correct|make|put|fix)\s+(?:the\s+)?(?P<key>[^\W\d][\w -]{2,28}?)\s+(?:to|as)"
    r"|(?:the\s+)?(?P<other>[^\W\d][\w -]{2,28}?)\s+(?:should|must|has\s+to|needs\s+to|ought\s+to)"
    r"\s+(?:now\s+|rather\s+)?(?:read|say|be))\s?[:–-]\s+(?P<value>\S.*)",
    re.I,
)
_STATES = frozenset({"impact", "description", "news", "not_affected", "venue"})
_AT = re.compile(r"(?:the|our|in|room|raum|#|https?:)", re.I)
IS_WORDS_MIN = 3
"""The minimum number of words after `impact is`. Fewer words only judge it: `impact is unclear`."""
_VAGUE = re.compile(
    r"(?:what|that|not|still|unclear|unknown|very|too|quite|so|more|less|much|hard|difficult|huge|small|big|low|high|bad"
    r"|minimal|limited\sby|expected|probably|maybe|being|why|how|where|slow|good|out|old|in\sthe)\b",
    re.I,
)
_CORRECTION = re.compile(
    r"(?:(?:a|an|one|small|little|quick|eine|une|kleine)\s+){0,2}(?:correction|corrected|change|amendment|addition|update|korrektur|änderung|corrección"
    r"|correção|correctie|poprawka|correzione|rättelse)\s+(?:(?:to|of|for|in|zur|zum|der|de|du|à|a|van|do|da|al|alla|del|till)\s+)?"
    r"(?:(?:the|our|la|le|el|de|het|der|die|l['’])\s*)?(?P<key>[^\W\d][\w -]{2,28}?)\s?[:–-]\s+(?P<value>\S.*)",
    re.I,
)


def beginning(line: str, context: Context) -> Wish | None:
    """Return the wish of a line whose first words are a command, or that lacks the colon after a key, or None."""
    line = line.strip()
    if wish := _without_colon(line, context) or _other_mark(line, context) or _corrected(line, context):
        return wish
    first = next((word for word in _WORD.findall(line[:60]) if fold_case(word) not in _AHEAD), "")
    if fold_case(first) not in _STARTING and not any(word.tags & _STARTS for word in tagged(first)):
        return None
    words = tagged(line[:200])[:WORDS_MAX]
    for number, text in enumerate(dict.fromkeys(_cuts(line, words))):
        if number >= TRIED_MAX:
            break
        found = read([NewLine(1, text)], context)
        if found.wants_brief:
            return Wish("help", ("catch up",), line)
        if (about := _only(found)) is not None:
            return Wish(about, (text,), line)
    return None


def _only(found: Read) -> About | None:
    """Return the topic of the only command, or None if there is none, or anything beside it."""
    if len(found.commands) != 1 or found.problems or found.asks:
        return None
    name = found.commands[0].name
    return ABOUT.get(name) or ("item" if name in _ITEMS or name in RECORD else "role")


def _cuts(line: str, words: list[Word]) -> Iterator[str]:
    """Yield the beginnings of a line: before its first mark, and before words that begin a reason."""
    mark = _END.search(line)
    ends = [mark.start()] if mark else []
    for at, word in enumerate(words[1:], 1):
        if fold_case(word.text).split()[0] in _REASONS or "please" in words[at - 1].tags:
            ends.append(word.start)
    for end in (*sorted(ends), len(line)):
        kept = [word for word in words if word.end <= end]
        behind = [word for word in words if word.start >= end][:BEHIND_MAX]
        if not kept or any(word.tags & _DISCUSSES for word in behind):
            continue
        if end < len(line.rstrip(" .!?")):
            yield line[: kept[-1].end]
        while kept and (kept[-1].tags == {"filler"} or "please" in kept[-1].tags):
            kept.pop()
            if kept:
                yield line[: kept[-1].end]


def _without_colon(line: str, context: Context) -> Wish | None:
    """Return the wish of `customers may be told nothing yet`: a key of several words without its colon, and a value."""
    folded = fold_case(line[:60])
    for spelling, fact in _keys(context):
        if not folded.startswith(spelling) or folded[len(spelling) : len(spelling) + 1] != " ":
            continue
        value = _END.split(line[len(spelling) :].strip(), maxsplit=1)[0].strip()
        is_person = fact.startswith("roles.") or fact in ("commander", "next_commander", "offer")
        if is_person and (fact == "offer" or _POLITE.search(value)):
            value = _POLITE.sub("", value)
            value = value.title() if value.islower() else value
        if not value or _NO_VALUE.match(value) or "?" in line or (is_person and not is_name(value)):
            return None
        offer = f"{line[: len(spelling)]}: {value}"
        about = _only(read([NewLine(1, offer)], context))
        return Wish(about, (offer,), line) if about else None
    return None


def _other_mark(line: str, context: Context) -> Wish | None:
    """Return the wish of `news - bank is on it` or `impact is all cards in Spain`, which have no colon, or None."""
    begin = line[:40]
    if not any(mark in begin for mark in _OTHER_MARKS):
        return None
    found = _DASHED.match(line) or _STATED.match(line)
    fact = context.words.keys.get(fold_case(found["key"])) if found else None
    if found is None or fact is None or "?" in line:
        return None
    value = found["value"].strip()
    if found["mark"].isalpha() and (fact not in _STATES or len(value.split()) < IS_WORDS_MIN or _VAGUE.match(value)):
        return None
    if fact == "venue" and found["mark"].isalpha() and not _AT.match(value):
        return None
    return _keyed(found["key"], value, line, context)


def _corrected(line: str, context: Context) -> Wish | None:
    """Return the wish of `Correction to the description: only Amex is rejected.`, or None."""
    for found in (_CORRECTION.match(line), _CHANGED.match(line)):
        key = (found.groupdict().get("other") or found["key"]) if found else ""
        if found and fold_case(key) in context.words.keys:
            return _keyed(key.capitalize(), found["value"].strip(), line, context)
    return None


def _keyed(key: str, value: str, line: str, context: Context) -> Wish | None:
    offer = f"{key}: {value}"
    about = _only(read([NewLine(1, offer)], context))
    return Wish(about, (offer,), line) if about else None


def _keys(context: Context) -> list[tuple[str, str]]:
    """Return the keys of several words that change something, the longest first. They are kept with the lexicon."""
    known = context.words.__dict__.get("_long_keys")
    if known is None:
        long = [(key, fact) for key, fact in context.words.keys.items() if " " in key and fact not in RECORD]
        known = context.words.__dict__["_long_keys"] = sorted(long, key=lambda one: -len(one[0]))
    return known
