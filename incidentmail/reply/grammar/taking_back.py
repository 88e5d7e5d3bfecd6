"""Recognise clauses that take a command back: doubts, conditions, denials, questions, other times, reported speech.

`sev 1, maybe` and `sev 1, it is over` change nothing. `sev 1, gateway was down since 14:00` sets the severity, because
its second clause says what is broken. Only the clause directly after the command is examined, in time linear in the
clause's length.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from incidentmail.core.text import fold_case
from incidentmail.core.time_forms.written_times import NoTime, read_time

from .lexicon import (
    CONDITIONS,
    CONTRASTS,
    DOUBTS,
    OTHER_TIMES,
    PEOPLE,
    PREDICATES,
    RETRACTIONS,
    SOMEBODY,
    SPEECH,
    WORSENING,
    words,
)

FLAGS = re.I | re.A
CLAUSE_CHARS_MAX = 400
LATER_MAX = timedelta(hours=12)
"""The maximum time until a time of day that counts as future. A time of day further ahead has just passed."""

_RETRACTION = (
    r"(?:scratch|scrap|forget|ignore|disregard|strike|drop|undo|cancel)\s+(?:all\s+)?(?:that|it|this|me|my\s+(?:last|mail|message))"
    r"(?=\s*(?:[,.;:!?…)\n]|[-–—]|$)|\s+(?:please|pls|sorry|i|we|all|again|everyone|all|wrong|was|looked|my|one|mail|message)\b)"
)
_PHRASES = re.compile(
    rf"{_RETRACTION}|"
    r"just\s+(?:kidding|a\s+(?:test|joke|drill))|scratch\s+that|never\s*mind|strike\s+that|wait\b|hang\s+on|hold\s+on"
    r"|(?:a\s+)?false\s+alarm|(?:the\s+)?wrong\s+(?:thread|incident|mail|list|window|one|number|dashboard|graph|screen|tab|system|chart)|by\s+mistake"
    r"|my\s+(?:mistake|bad|fault)|no\s+(?:longer|more|way|need)\b(?!\s+(?:than|errors|data))|to\s+be\s+(?:confirmed|decided|discussed)"
    r"|according\s+to|in\s+(?:theory|principle|a\s+way|a\s+sense)|on\s+paper|(?:sort|kind)\s+of\b|so\s+to\s+(?:say|speak)|if\s+you\s+ask|in\s+my\s+opinion|(?:is|was)\s+(?:it|that|this)\b|at\s+(?:most|worst|best|least)\b|if\s+anything"
    r"|i['’]?d\s+(?:say|call|guess|think|argue)|only\s+(?:if|when|once|after|until)\b|only\s*$|so\s+(?:they|he|she|i)\s"
    r"|(?:not|isn['’]?t)\s+(?:a\s+)?(?:(?:completely|entirely|totally|quite|fully|absolutely|100\s?%|very|all\s+that)\s+)?(?:convinced|confident|it|this|that|yet|now|really|true|today|confirmed|needed|necessary|any\s*more"
    r"|anymore|certain(?:\s+yet)?\s*$|sure(?:\s+(?:yet|though|if|whether|this|it|that|on\s+that)\b|\s*$))"
    r"|as\s+(?:discussed|planned|usual)\s+(?:tomorrow|later)|what\s+(?:do|does)\s+(?:you|everyone|everybody)\s+think"
    r"|do\s+(?:you|we|others)\s+(?:all\s+)?agree|makes?\s+sense|sounds?\s+(?:right|good|ok)|any\s+objections?"
    r"|(?:should|shall|can|could|do|are|am)\s+(?:we|i)\b(?!\s+(?:call|inform|tell|get|page|wake|need|know|have|reach))"
    r"|would\s+(?:that|this|it)|does\s+(?:that|this|it)\b|anyone\s*\?|thoughts\b|objections\b|agreed?\s*\?",
    FLAGS,
)
_RETRACTS = re.compile(
    rf"(?:(?:sorry|actually|no|oh|oops|ah|ok|argh|wait|hm+)\b[\s,.!:;–—-]*){{0,3}}(?:{_RETRACTION}"
    r"|never\s*mind(?!\s+the)|nvm\b|just\s+(?:kidding|a\s+(?:test|joke|drill))\b|(?:a\s+)?false\s+alarm\b|by\s+mistake\b|my\s+(?:mistake|bad)\b"
    r"|(?:the\s+)?wrong\s+(?:thread|incident|mail|list|window|one|number|dashboard|graph|screen|tab)\b|not\s+yet\b|wait\s*[,.!]\s*no\b"
    r"|(?:it|that|this)(?:['’]s|\s+is|\s+was)\s+(?:wrong|a\s+mistake|a\s+joke|a\s+false\s+alarm|my\s+mistake|premature|over|nothing|not\s+true|meant\s+for)\b)",
    FLAGS,
)
_TAG = re.compile(
    r"(?:right|ok|okay|agreed?|correct|yes|no|true|really|is\s+it|isn['’]?t\s+it|or\s+not|yeah|eh|huh|thoughts|oder|non"
    r"|verdad|sicher|sure|maybe|everyone|all)\s*\?",
    FLAGS,
)
_REAL = re.compile(r"this\s+is\s+(?:not|no)\s+(?:a\s+)?(?:drill|joke|test)|this\s+is\s+real", FLAGS)
_POLITE = re.compile(
    r"(?:(?:sorry|thanks|thank\s+you|thx|please|pls|ok|okay|yes|well|hm+|ah|oh)\b[\s,.!:;–—-]*"
    r"|(?:all|everyone|everybody|folks|team|guys)\s*[,.!:;–—-]+\s*)",
    FLAGS,
)
_OTHER_NUMBER = re.compile(r"\d(?:\s+(?:or|and|to)\s+\d)?", FLAGS)
"""A pattern for further numbers after the first one, as in `sev 1, 2 or 3`."""
_TIME_AHEAD = re.compile(
    r"(?:as\s+of|from|at|by|starting(?:\s+(?:at|from))?|effective(?:\s+(?:at|from))?|around|about)\s+(?P<time>[^\n,;]{1,24})$",
    FLAGS,
)
_IN_A_WHILE = re.compile(
    r"in\s+(?:about\s+)?(?:a|an|\d{1,4}|half|some|one|two|five|ten|the\s+(?:morning|evening|afternoon))\b|next\s+(?:week|month|year|day|hour|sprint|morning|\w+day)\b|on\s+\w+day\b"
    r"|(?:as\s+of|from|starting|effective)\s+(?:tomorrow|tonight|noon|midnight|next|monday|tuesday|wednesday|thursday"
    r"|friday|saturday|sunday|then)\b",
    FLAGS,
)
_CLAUSE_END = re.compile(r"[,;!?\n]|[:.](?!\d)|\s[-–—]{1,2}\s|—")
WORD = re.compile(r"[\w'’-]+")
_UNSURE = words(
    "maybe perhaps possibly probably presumably unsure uncertain guess guessing tentative tentatively tbc tbd"
)


def clause_of(text: str, at: int) -> tuple[str, str]:
    """Return the clause that begins at `at`, and the punctuation mark after it ("" at the end of the text)."""
    rest = text[at : at + CLAUSE_CHARS_MAX]
    end = _CLAUSE_END.search(rest)
    return (rest[: end.start()].strip(), end[0].strip()) if end else (rest.strip(), "")


def takes_back(text: str, at: int, *, written_at: datetime, same_sentence: bool = True) -> bool:
    """Return whether the text starting at `at` takes back the command before it.

    >>> at = datetime.fromisoformat("2026-11-20T14:30+00:00")
    >>> [takes_back(text, 0, written_at=at) for text in ("if it spreads", "it is over", "says Ines", "from 18:00")]
    [True, True, True, True]
    >>> [takes_back(text, 0, written_at=at) for text in ("not sure about the cause", "refunds fail", "from 14:00")]
    [False, False, False]
    """
    rest = text[at : at + CLAUSE_CHARS_MAX].lstrip(" \t\n\"'”’)(")
    if not rest:
        return False
    for _ in range(3):
        polite = _POLITE.match(rest)
        if polite is None or _TAG.match(rest):
            break
        rest = rest[polite.end() :]
    clause, mark = clause_of(rest, 0)
    if _REAL.match(clause):
        return False
    if _PHRASES.match(rest) or _TAG.match(rest) or _OTHER_NUMBER.fullmatch(clause):
        return True
    words = [fold_case(word).replace("’", "'") for word in WORD.findall(clause)]
    if not words:
        return False
    return (
        _is_elsewhere_in_time(clause, words, written_at)
        or _is_reported(words, same_sentence=same_sentence)
        or _is_elliptical(words, is_question=mark == "?", has_main_clause=not same_sentence and mark == ",")
    )


def retracts(text: str) -> bool:
    """Return whether a line or paragraph below a command explicitly takes the command back.

    >>> retracts("forget it, I looked at the wrong dashboard"), retracts("forget the queue, the bank is down")
    (True, False)
    """
    return _RETRACTS.match(text[:CLAUSE_CHARS_MAX].lstrip(" \t\"'”’(")) is not None


def is_unsure(text: str) -> bool:
    """Return whether a text in brackets expresses a doubt: `(not completely sure)`, `(a guess)`."""
    return not {fold_case(word) for word in WORD.findall(text)}.isdisjoint(_UNSURE)


def _is_elliptical(words: list[str], *, is_question: bool, has_main_clause: bool) -> bool:
    """Return whether a clause is about the command itself: `maybe`, `is over`, `that was wrong`.

    `has_main_clause` is true if a complete sentence follows. A condition in the clause then belongs to that sentence.
    """
    first, second = words[0], words[1] if len(words) > 1 else ""
    if has_main_clause and first in CONDITIONS - {"or"}:
        return False
    if first in CONDITIONS | DOUBTS | CONTRASTS or (first in OTHER_TIMES and len(words) <= 3):
        wonders = is_question and first == "when" and len(words) > 2
        modal_question = is_question and first in ("could", "would", "should", "may") and second in SOMEBODY
        return not (wonders or modal_question)
    if first in ("it", "it's", "its", "this", "that", "that's", "this's"):
        names_something = first in ("this", "that", "its") and len(words) > 2 and second not in PREDICATES
        return not (names_something or set(words[1:]) & WORSENING) or bool(set(words) & (RETRACTIONS - {"not", "no"}))
    if first == "will":
        return second in ("be", "not", "need", "depend")
    if first in PREDICATES:
        if second == "like":  # a cause, as in `sev 1, looks like DNS`
            return False
        return not (
            is_question and (second in SOMEBODY or (second and second not in ("it", "this", "that", "we", "i")))
        )
    if first in RETRACTIONS and not second[:1].isdigit():
        return len(words) <= (2 if first in ("not", "no", "test", "testing", "past", "false", "closed", "done") else 3)
    return is_question and len(words) == 1


def _is_reported(words: list[str], *, same_sentence: bool) -> bool:
    """Return whether reported speech or an opinion follows the command: `says Ines`, `I think`."""
    if words[0] in SPEECH:
        return len(words) <= 4
    if words[0] in PEOPLE and len(words) > 1:
        opinion = words[1] in ("don't", "do", "would", "wouldn't", "really", "still", "i'd") and SPEECH & set(
            words[2:4]
        )
        return words[1] in SPEECH or bool(opinion)
    last = words[-2] if len(words) > 1 and words[-1] in ("so", "this", "that", "it") else words[-1]
    return same_sentence and len(words) <= 4 and last in SPEECH


def _is_elsewhere_in_time(clause: str, words: list[str], written_at: datetime) -> bool:
    """Return whether the command is meant for another time. Earlier today counts as now."""
    if len(words) > 6:
        return False
    if _IN_A_WHILE.match(clause):
        return words[0] != "in" or len(words) <= 4
    found = _TIME_AHEAD.match(clause)
    if found is None:
        return False
    return is_later(found["time"], written_at)


def is_later(time: str, written_at: datetime) -> bool:
    """Return whether a time of day is in the future at `written_at`, as opposed to having just passed."""
    at = read_time(time.strip(), written_at=written_at, nearest="next")
    return not isinstance(at, NoTime) and timedelta(minutes=1) < at - written_at < LATER_MAX
