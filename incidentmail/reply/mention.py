"""Prose that plainly names another state: `I think this is severity 1 by now`. It changes nothing; its writer is told.

A question, a negation, a condition, another time or an alternative does not name a state, and neither does a sentence
that mentions two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from incidentmail.core.policy import Policy
from incidentmail.core.text import fold_case, one_line
from incidentmail.reply.grammar.patterns import FLAGS, HEDGES

SENTENCES_MAX = 12
"""People who want to change the state say so early; further down, a state is only part of a report."""
_STATE = re.compile(
    r"(?<![\w-])(?:(?P<severity>sev(?:erity)?)|(?P<phase>phase))\s*[-#]?\s*(?P<number>\d{1,3})(?![\w.-]*\w)", FLAGS
)
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.](?=\d)[^.!?\n]*)*[.!?]*")
# If a sentence has one of these words, the state that it names may not be the present one.
_UNCERTAIN_WORDS = (HEDGES - {"think", "guess", "then"}) | frozenset({
    "no", "never", "isn't", "isn’t", "wasn't", "wasn’t", "don't", "don’t", "had", "been", "used", "from", "since",
    "last", "like", "than", "instead", "every", "any", "each", "other", "another", "why", "what", "who", "how", "which",
    "whether", "want", "wants", "need", "needs", "consider", "considering", "can", "cannot", "shouldn't", "next",
    "even", "call", "says", "said", "say", "asks", "asked", "stay", "stays", "below", "above", "against", "according",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mention:
    """A state that a sentence of prose names: the fact, its number, and the sentence."""

    fact: Literal["severity", "phase"]
    number: int
    sentence: str


def mention(prose: str, *, severity: int, phase: int, policy: Policy) -> Mention | None:
    """Return the one other state that `prose` plainly names, or None if it names none or several.

    >>> mention("I think this is severity 1 by now.", severity=2, phase=1, policy=Policy()).number
    1
    >>> mention("Should we go to severity 1?", severity=2, phase=1, policy=Policy()) is None
    True
    """
    found: list[Mention] = []
    for sentence in _SENTENCE.findall(prose)[:SENTENCES_MAX]:
        states = list(_STATE.finditer(sentence))
        if not states:
            continue
        words = {fold_case(word) for word in re.findall(r"[\w'’]+", sentence)}
        if sentence.rstrip().endswith("?") or words & _UNCERTAIN_WORDS or '"' in sentence or len(states) > 1:
            return None
        fact: Literal["severity", "phase"] = "severity" if states[0]["severity"] else "phase"
        found.append(Mention(fact, int(states[0]["number"]), one_line(sentence)))
    if len({(one.fact, one.number) for one in found}) != 1:
        return None
    one = found[0]
    known = policy.severity(one.number) if one.fact == "severity" else policy.phase(one.number)
    same = one.number == (severity if one.fact == "severity" else phase)
    return None if same or known is None else one
