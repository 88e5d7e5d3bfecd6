"""Find a severity or phase that prose assigns to this incident: `I think this is severity 1 by now`.

The sentence changes nothing, but its writer is asked. Questions, denials, conditions, other times, reported speech and
alternatives do not count. Neither do long texts, because they discuss the incident.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from incidentmail.core.text import fold_case
from incidentmail.reply.grammar.lexicon import words
from incidentmail.reply.grammar.patterns import FLAGS, NUMBER_WORDS
from incidentmail.reply.grammar.taking_back import WORD
from incidentmail.reply.parsed import Context

NUMBER = rf"(?:\d{{1,3}}|{'|'.join(NUMBER_WORDS)})"
_FOREIGN = {
    "severity": re.compile(
        r"(?:schweregrad|stufe|dringlichkeit|gravité|sévérité|niveau(?: de gravité)?|severidad|gravedad|nivel"
        r"|severidade"
        r"|gravidade|nível|ernst(?:graad)?|poziom|ważność|krytyczność|level)\s*[:=-]?\s*(?P<number>\d)(?![\w-])",
        re.I,
    ),
    "phase": re.compile(r"(?:fase|faza|fazę|fazy|stage|étape)\s*[:=-]?\s*(?P<number>\d)(?![\w-])", re.I),
}
SENTENCES_MAX = 4
TEXT_CHARS_MAX = 700
SENTENCE_WORDS_MAX = 25
_STATE = re.compile(
    rf"(?<![\w-])(?:(?P<severity>sev(?:erity)?)|(?P<phase>phase))\.?\s*[-#=:]?\s*(?P<number>{NUMBER})(?![\w.-]*\w)",
    FLAGS,
)
_NEXT_WORD = re.compile(r"\s*([\w'’-]+)")
_KINDS = words(
    """
    customer customers user users ticket tickets incident incidents bug bugs alert alerts case cases issue
    issues of means process criteria definition support response page pages rules policy call calls template
    review reviews threshold events outages would was were is needs requires has had
    """
)
_CUES = words(
    """
    this it it's we we're i i'd i'm let's lets should must need needs make making raise raised raising bump
    bumped set go going call calling now please guess imo imho treat consider propose suggest suggesting
    proposing escalate escalated downgrade downgraded lower lowered upgrade upgraded declare declared that's
    definitely clearly probably maybe sounds feels looks qualifies are we've moved moving entering have think
    say certainly surely obviously same
    """
)
_ELSEWHERE = words(
    """
    was were had been used yesterday ago if until unless before after when he she they their his her said says
    asked asks told wrote not no never isn't wasn't don't doesn't didn't won't wouldn't shouldn't can't cannot
    haven't why what who how which whether than every any each another other would could might except unlike
    because last ever always usually often sometimes remember means mean according below above stay stays stayed
    still keep keeps remain remains since tomorrow tonight later soon will once instead from joke joked imagine
    nearly almost next people nobody everybody someone somebody anyone lucky even want wants against or but then
    similar earlier previous previously per page wiki runbook
    """
)
_REQUEST = re.compile(
    r"(?:please|pls|(?:can|could|would|will)\s+(?:we|you|someone|somebody|i))\s+(?:please\s+)?(?:raise|bump"
    r"|make|set|go|move|lower|downgrade"
    r"|upgrade|escalate|change|declare|call)\b",
    FLAGS,
)
_LAST_CLAUSE = re.compile(r",\s+|;\s+|\s[-–—]{1,2}\s|\s+(?=so\s+(?:this|it|that|we)\b)", FLAGS)
_AND_MORE = re.compile(r"\s+and\s+", FLAGS)
"""The point at which a dictated sentence continues after the value that it states."""
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.](?=\d)[^.!?\n]*)*[.!?]*")


@dataclass(frozen=True, slots=True)
class Stated:
    """A severity or phase stated by a sentence, and the sentence itself."""

    fact: str
    number: int
    sentence: str


def stated(text: str, context: Context) -> Iterator[Stated]:
    """Yield each new severity or phase that one of the first sentences assigns to this incident."""
    if len(text) > TEXT_CHARS_MAX:
        return
    for sentence in _SENTENCE.findall(text)[:SENTENCES_MAX]:
        found = list(_STATE.finditer(sentence))
        if len(found) > 1:
            return
        fact = number = None
        if found and not _is_meant(sentence, found[0]) and not sentence.rstrip().endswith("?"):
            sentence = _LAST_CLAUSE.split(sentence)[-1]
            found = list(_STATE.finditer(sentence))
            more = _AND_MORE.search(sentence, found[0].end()) if found else None
            if more:
                sentence = sentence[: more.start()]
        if found and _is_meant(sentence, found[0]):
            fact = "severity" if found[0]["severity"] else "phase"
            word = fold_case(found[0]["number"])
            number = NUMBER_WORDS[word] if word in NUMBER_WORDS else int(word)
        elif not found and (foreign := _foreign(sentence)):
            fact, number = foreign
        if fact is None or number is None:
            continue
        policy = context.words.policy
        known = policy.severity(number) if fact == "severity" else policy.phase(number)
        present = context.severity if fact == "severity" else context.phase
        if known is not None and number != present:
            yield Stated(fact, number, sentence.strip())


def _is_meant(sentence: str, found: re.Match[str]) -> bool:
    """Return whether a sentence says that this incident has, or should have, the severity or phase in `found`."""
    words = [fold_case(word).replace("’", "'") for word in WORD.findall(sentence)]
    if len(words) > SENTENCE_WORDS_MAX or '"' in sentence or "“" in sentence:
        return False
    following = _NEXT_WORD.match(sentence, found.end())
    if following and fold_case(following[1]) in _KINDS:
        return False
    if _REQUEST.search(sentence) and not set(words) & {"if", "when", "not", "said", "says", "asked"}:
        return True
    if sentence.rstrip().endswith("?"):
        return False
    return bool(set(words) & _CUES) and not set(words) & _ELSEWHERE


def _foreign(sentence: str) -> tuple[str, int] | None:
    """Return the severity or phase in a short sentence in another language, or None."""
    if len(sentence.split()) > 8 or sentence.rstrip().endswith("?"):
        return None
    for fact, pattern in _FOREIGN.items():
        found = pattern.search(sentence)
        if found:
            return fact, int(found["number"])
    return None
