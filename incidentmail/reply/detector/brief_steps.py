"""Recognise a very short reply that names a severity or phase by number, whatever its other words are."""

from __future__ import annotations

import re

from incidentmail.reply.grammar.numbers import PRIORITY, configured
from incidentmail.reply.parsed import Context

from .clauses import Clause, clauses_of
from .wishes import Wish

WORDS_MAX = 8
PHASE_WORDS_MAX = 6
"""The maximum number of words in a reply that names a phase. It is lower because `phase` has other meanings."""
_DISCUSSES = frozenset({"denied", "past", "often", "others", "later"})
"""The tags of words that show that a short reply is about something else. Reported speech and doubt do not count."""
_OF_THIS = frozenset({"this", "we", "me", "now", "please", "opinion"})
PRIORITY_STRAYS_MAX = 3
_HEDGES = frozenset({"might", "might be", "could be", "könnte", "könnte sein", "peut être"})
_QUOTED = re.compile('["“”„«»]')
_STATED = re.compile(
    r"(?<![\w-])(?P<fact>sev(?:erity|\.)?|schweregrad|severidad|severidade|severità|sévérité|phase|fase|faza|vaihe)"
    r"[ \t]{0,3}[-#:]?[ \t]{0,3}(?P<number>\d)(?![\w-]|[.,:]\d)",
    re.I | re.A,
)
_WORD = re.compile(r"\w+")


def brief_step(text: str, context: Context) -> Wish | None:
    """Return the wish of a short reply that names one severity or phase other than the present one, or None."""
    count = len(_WORD.findall(text))
    if count > WORDS_MAX or _QUOTED.search(text):
        return None
    clauses = list(clauses_of(text))
    if priority := _priority(text, clauses, context):
        return priority
    found = {("s" if one["fact"][0].lower() == "s" else "p", int(one["number"])) for one in _STATED.finditer(text)}
    naming = [clause for clause in clauses if _STATED.search(clause.text)]
    if len(found) != 1 or not naming or _discusses(naming):
        return None
    fact, number = found.pop()
    policy = context.words.policy
    if fact == "s" and policy.severity(number) and number != context.severity:
        return Wish("severity", (f"sev {number}",), text)
    if fact == "p" and policy.phase(number) and number != context.phase and count <= PHASE_WORDS_MAX:
        return Wish("phase", (f"phase {number}",), text)
    return None


def _discusses(clauses: list[Clause]) -> bool:
    return any(clause.has(*_DISCUSSES) or "condition" in clause.words[0].tags or _doubts(clause) for clause in clauses)


def _doubts(clause: Clause) -> bool:
    """Return whether a clause is hypothetical: `is this sev 1 by the book?`, `sev 1 would be too much`."""
    doubts = [word for word in clause.words if "doubtful" in word.tags and word.text.casefold() not in _HEDGES]
    return bool(doubts) and not clause.asks


def _priority(text: str, clauses: list[Clause], context: Context) -> Wish | None:
    """Return the wish of a reply that begins with a priority: `P1 in my view`, `P1 this is huge`.

    A priority may mean a severity or a phase. Return None if there are too many unknown words: none are allowed, or
    three if the next word shows that the priority is this incident's. `P1 tickets first` is about something else.
    """
    found = PRIORITY.match(text.lstrip())
    if found is None or not clauses or configured(found[0], context.words.policy) or _discusses(clauses[:1]):
        return None
    strays = [stray for clause in clauses for stray in clause.strays[1 if clause is clauses[0] else 0 :]]
    after = next((word for word in clauses[0].words if word.start >= found.end()), None)
    about_this = after is not None and not after.tags.isdisjoint(_OF_THIS)
    if len(strays) > (PRIORITY_STRAYS_MAX if about_this else 0):
        return None
    number, policy = int(found["number"]), context.words.policy
    offers = [f"sev {number}"] if policy.severity(number) else []
    offers += [f"phase {number}"] if policy.phase(number) else []
    return Wish("severity", tuple(offers), text) if offers else None
