"""Recognise a severity or phase that a clause asks for or states: `we are at level 1 now`, `wir sind in Phase 2`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from incidentmail.core.text import fold_case
from incidentmail.reply.grammar.lexicon import words
from incidentmail.reply.parsed import About, Context

from .clauses import Clause
from .vocabulary import Word

STRAYS_MAX = {"severity": 5, "phase": 2}
"""The maximum number of unknown words beside a severity or phase. It is lower for `phase`, which is ambiguous."""
BARE_STRAYS_MAX = {"severity": 2, "phase": 0}
"""The maximum number of words after the number if no word of the clause shows a stance."""
BETWEEN_MAX = 3
_STANCE = ("please", "ask", "wish", "this", "we", "me", "now", "opinion", "vote", "raise", "lower", "move")
_IDLE = frozenset({"filler", "now", "is", "time"})
_BETWEEN = frozenset({"filler", "is", "now", "this", "move", "raise", "lower", "please", "wish", "opinion"})
_TO = words("to at auf zu à a au op naar do na para til till al")
_LONE = ("others",)
_ARROW = re.compile(r"^\W{0,3}(?:[-–—=]{1,3}>|[→⇒➜])")
_A = words("a an ein eine einen une un een um uma un'")
_FOR_A = _A | words("for on für pour por voor za")
_MISSPELLED = ("severity", "phase")
_NEAR_MIN = 0.75
_NOT_MEANT = frozenset({"phrase", "chase", "several", "seventy", "phased", "charity", "security"})
_SHORT_FOR_SEV = frozenset({"sve", "svr", "seev", "sevv", "ssev", "sv", "esv", "swv", "sefv"})


_HEARD = {"won": 1, "too": 2, "tree": 3}
"""Words that a program writes for a dictated number. They count only at the end: `Sev won`."""
Step = tuple[About, tuple[str, ...]]


def step(clause: Clause, context: Context) -> Step | None:
    """Return the severity or phase that a clause wants to set, as the fact and the reply that would set it, or None."""
    if clause.takes_back(allowed=frozenset(_LONE)):
        return None
    numbered = list(_numbered(clause))
    if len({(fact, number) for fact, number, _ in numbered}) != 1:
        return _arrow(clause, numbered, context)
    fact, number, at = numbered[0]
    said = [word for word in clause.words[at + 1 :] if word.tags != {"filler"}]
    if any("others" in word.tags for word in (*clause.words[:at], *said[:1])):
        return None
    is_weak = not clause.has("severity", "phase")
    if clause.has(*_STANCE):
        return _offer(fact, number, context) if len(clause.strays) <= STRAYS_MAX["phase" if is_weak else fact] else None
    if clause.words[-1].tags & {"is"}:
        return None  # `phase 2 is when we call the customers`
    rest = [word for word in said if not word.tags & _IDLE]
    if is_weak and clause.strays and at == len(clause.words) - 1 == 1:
        return _offer(fact, number, context)  # `svr 1`
    if (
        is_weak
        or clause.needs_stance
        or not clause.begins_with("severity", "phase")
        or len(rest) > BARE_STRAYS_MAX[fact]
    ):
        return None
    return _offer(fact, number, context)


def _arrow(clause: Clause, numbered: list[tuple[str, int, int]], context: Context) -> Step | None:
    """Return the reply for `sev 3 -> sev 2 pls`, which names the present value before an arrow."""
    if len(numbered) != 2 or numbered[0][0] != numbered[1][0]:
        return None
    (fact, _, begin), (_, number, end) = numbered
    between = clause.text[clause.words[begin].end : clause.words[end].start]
    return _offer(fact, number, context) if _ARROW.search(between) else None


def _offer(fact: str, number: int, context: Context) -> Step | None:
    policy = context.words.policy
    if fact == "severity":
        known = policy.severity(number) is not None and number != context.severity
        return ("severity", (f"sev {number}",)) if known else None
    known = policy.phase(number) is not None and number != context.phase
    return ("phase", (f"phase {number}",)) if known else None


def _numbered(clause: Clause) -> Iterator[tuple[str, int, int]]:
    """Yield each severity or phase in a clause as the fact, its new number, and the index of the number."""
    for at, word in enumerate(clause.words):
        fact = "severity" if word.tags & {"severity", "level"} else "phase" if word.tags & {"phase", "stage"} else None
        found = _number_after(clause.words, at) if fact else None
        if fact and found:
            yield fact, *found
    if clause.has("severity", "level", "phase", "stage"):
        return
    yield from _misspelled(clause)
    if clause.has("vote") or (clause.has("raise", "lower", "move") and clause.has("this", "me", "we")):
        for at in range(1, len(clause.words)):
            number = number_of(clause.words[at])
            if number is not None and _is_value(clause, at):
                yield "severity", number, at


def _is_value(clause: Clause, at: int) -> bool:
    """Return whether the number at index `at` is a severity: `bump this to 1`, `let's go up to one`, `+1 for a two`."""
    before = fold_case(clause.words[at - 1].text).split()[-1]
    if before in _TO and clause.has("raise", "lower") and clause.has("this", "me"):
        return True
    if clause.strays or not all(word.tags & _IDLE for word in clause.words[at + 1 :]):
        return False
    is_named = before in _A or (before in _TO and clause.has("raise", "lower"))
    return is_named or (clause.has("vote") and before in _FOR_A)


def _misspelled(clause: Clause) -> Iterator[tuple[str, int, int]]:
    """Yield the number after a misspelled `severity` or `phase`, if the clause says nothing else: `svr 1 pls`."""
    if len(clause.strays) != 1:
        return
    stray = clause.strays[0]
    at, bare = clause.words.index(stray), stray.text.casefold()
    number = number_of(clause.words[at + 1]) if at + 1 < len(clause.words) else None
    if number is None or bare in _NOT_MEANT or any("is" in word.tags for word in clause.words[at + 2 :]):
        return
    near = get_close_matches(bare, _MISSPELLED, n=1, cutoff=_NEAR_MIN) if len(bare) > 3 else ()
    if near and near[0][0] == bare[0]:
        yield near[0], number, at + 1
    elif bare in _SHORT_FOR_SEV:
        yield "severity", number, at + 1


def _number_after(clause: tuple[Word, ...], at: int) -> tuple[int, int] | None:
    """Return the number that follows the word at index `at`, and the number's index. Or return None.

    In `from 2 to 3`, the second number counts.
    """
    found = None
    last = at
    for index in range(at + 1, len(clause)):
        number = number_of(clause[index])
        if number is None and index == at + 1 == len(clause) - 1:
            number = _HEARD.get(clause[index].text.casefold())
        if index > at + 1 and clause[index].start == clause[index - 1].end:
            return None  # `L2`
        if number is not None and found and fold_case(clause[index - 1].text) not in _TO:
            return None  # `1 and 3`
        if number is not None:
            found, last = (number, index), index
        elif index - last > BETWEEN_MAX or not clause[index].tags & _BETWEEN:
            break
    return found


def number_of(word: Word) -> int | None:
    """Return the small number that a word stands for, or None."""
    if "number" in word.tags:
        return int(word.text)
    return next((int(tag[1]) for tag in word.tags if len(tag) == 2 and tag[0] == "n" and tag[1].isdigit()), None)


def other_step(clause: Clause, context: Context) -> Step | None:
    """Return the fact and replies for a wish without a number: `please escalate`, `moving to the recovery phase`."""
    proposes = clause.has("milder") and clause.has("this")  # `this could come down a notch`
    if clause.takes_back(allowed=frozenset({"doubtful"}) if proposes else frozenset()):
        return None
    policy, strays = context.words.policy, len(clause.strays)
    levels = sorted(one.level for one in policy.severities)
    now = context.severity
    for tag, verb in (("worse", "raise"), ("milder", "lower")):
        has_object = clause.has("this", "severity", "level")
        is_meant = clause.has(verb) and (clause.is_wish or clause.begins_with(verb)) and strays <= has_object
        is_meant = is_meant and not clause.has("time")  # `could we do the upgrade at 17:00?`
        if is_meant or (clause.has(tag) and not strays):
            worse = levels[:2] if now is None else [level for level in reversed(levels) if level < now][:2]
            milder = levels[-2:] if now is None else [level for level in levels if level > now][:2]
            chosen = worse if tag == "worse" else milder
            return "severity", tuple(f"sev {level}" for level in chosen)
    later = sorted(one.number for one in policy.phases if one.number > (context.phase or 0))
    if clause.has("next phase") and strays <= 1:
        return "phase", tuple(f"phase {number}" for number in later[:1])
    if clause.has("phase") and not clause.has("number") and clause.has("move", "we", "wish") and strays == 1:
        return "phase", tuple(f"phase {number}" for number in later)
    return None
