"""Recognise proposals without a plain value: `can we make this a P2?`, `is this really just a 3?`, `back to fixing`."""

from __future__ import annotations

import re

from incidentmail.core.text import fold_case
from incidentmail.reply.grammar.numbers import configured
from incidentmail.reply.parsed import Context

from .clauses import Clause
from .steps import Step, number_of

PRIORITY_STRAYS_MAX = 3
"""The maximum number of unknown words beside a priority. Two of them are the priority itself."""
_PRIORITY = re.compile(
    r"(?<![\w-])(?:p\s?|(?:prio|priority|priorität|priorité|prioridade?|priorità)\s)(\d)(?![\w-])", re.I
)
_BEFORE_PRIORITY = re.compile(
    r"(?:^\W*|\b(?:an?|to|as|at|is|this|it|be|now|sofort|eine?n?|une?|uma?|een|auf|en|zu|à|prio\w*|for|für)\s+)$", re.I
)
_SUGGESTS = ("please", "ask", "ask not", "wish", "raise", "lower", "this", "move", "opinion", "vote")
_PHASES = ("search phase", "fix phase", "watch phase")
_MOVES = ("move", "we", "please", "ask", "ask not", "wish", "expected")
_INTO = re.compile(
    r"(?:^back|\b(?:to|in|into|onto|zur|zum|ins?|im|die|der|en|à|la|mode|phase|a|al|alla|fase|em|para|na|naar|do|w|fazie|fazy|till|i))"
    r"(?:\s(?:to|the|la|l'|de|de\sla|die|der|a|o))?\s?$",
    re.I,
)
_BEHIND = frozenset({"filler", "now", "please", "opinion", "is", "phase", "stage", "wish", "this"})
_SEPARATED = frozenset({"über", "over"})
"""The last word of verbs such as `übergehen`."""
_IS = frozenset(
    {
        "is",
        "isn't",
        "ist",
        "est",
        "es",
        "é",
        "czy",
        "è",
        "är",
        "this",
        "it",
        "that",
        "c",
        "we",
        "are",
        "wir",
        "can",
        "why",
        "any",
    }
)
_OF_SEVERITY = frozenset({"severity", "level"})
_A = frozenset({"a", "an", "ein", "eine", "einen", "un", "une", "een", "um", "uma", "en"})


def proposal(clause: Clause, context: Context) -> Step | None:
    """Return the fact and the replies that a clause proposes without naming their value plainly, or None."""
    if found := _questioned(clause, context):
        return found
    if not clause.has(*_SUGGESTS, *_MOVES, "overstated", "understated") or clause.takes_back():
        return None
    return (
        _priority(clause, context)
        or _named_phase(clause, context)
        or (_severity(clause, context) if clause.has("severity") else None)
        or _named_severity(clause, context)
    )


def _priority(clause: Clause, context: Context) -> Step | None:
    """Return the replies for a priority, which may mean a severity or a phase, beside words that suggest it."""
    found = _PRIORITY.search(clause.text)
    if found is None or not clause.has(*_SUGGESTS):
        return None
    if _BEFORE_PRIORITY.search(clause.text[: found.start()]) is None:
        return None  # `can somebody check P2 on the rack?`
    if len(clause.strays) > PRIORITY_STRAYS_MAX or clause.words[-1].start > found.end() + 20:
        return None
    number, policy = int(found[1]), context.words.policy
    if meant := configured(found[0], policy):
        fact, value = meant
        shown = f"sev {value}" if fact == "severity" else f"phase {value}"
        return None if value == getattr(context, fact) else (fact, (shown,))
    offers = [f"sev {number}"] if policy.severity(number) else []
    offers += [f"phase {number}"] if policy.phase(number) else []
    return ("severity", tuple(offers)) if offers else None


def _named_phase(clause: Clause, context: Context) -> Step | None:
    """Return the reply for a phase that is named by what is done in it: `shouldn't we be in monitoring by now?`."""
    at = clause.first(*_PHASES)
    if at is None or clause.has("severity", "number"):
        return None
    before = clause.text[: clause.words[at].start].strip()
    is_begun = before.casefold() in ("back to", "zurück zur", "retour à la", "de vuelta a")
    if not _INTO.search(before) or not (is_begun or clause.has(*_MOVES)):
        return None
    behind = [word for word in clause.words[at + 1 :] if word.text.casefold() not in _SEPARATED]
    if sum(word not in behind for word in clause.words[at + 1 :]) < clause.strays_beside(*_PHASES):
        return None
    if not all(word.tags & _BEHIND for word in behind):
        return None
    numbers = sorted(phase.number for phase in context.words.policy.phases)[-3:]
    chosen = dict(zip(_PHASES[-len(numbers) :], numbers, strict=True))
    number = next((chosen[tag] for tag in _PHASES if tag in clause.words[at].tags and tag in chosen), None)
    return ("phase", (f"phase {number}",)) if number is not None and number != context.phase else None


def _severity(clause: Clause, context: Context) -> Step | None:
    """Return the replies for a severity that is to be changed, or that is called too high: `severity is too low`."""
    if any(number_of(word) is not None for word in clause.words):
        return None
    worse, milder = _around(context.severity, context)
    if clause.has("overstated", "understated"):
        is_all = not clause.strays_beside("overstated", "understated")
        return ("severity", milder if clause.has("overstated") else worse) if is_all else None
    is_undone = clause.has("undo", "cancel", "wrong")
    if clause.is_wish and not is_undone and clause.has("amend", "move") and not clause.strays_beside("amend"):
        return "severity", (*worse[:1], *milder[:1])
    return None


def unfinished(clause: Clause, context: Context) -> Step | None:
    """Return the replies for a text that only names the severity, as in `severity to`, or None."""
    is_only = clause.words[0].tags & _OF_SEVERITY and all(
        word.tags & (_OF_SEVERITY | {"filler"}) for word in clause.words
    )
    if not is_only or clause.is_question or not clause.has("severity") or len(clause.words) > 3:
        return None
    worse, milder = _around(context.severity, context)
    return "severity", (*worse[:1], *milder[:1])


def _named_severity(clause: Clause, context: Context) -> Step | None:
    """Return the reply for the name of a severity: `set to critical`, `shouldn't this be critical?`."""
    is_asked = clause.is_wish and clause.has("this", "expected")
    if not (is_asked or clause.begins_with("move", "raise", "lower") or clause.has("opinion")):
        return None
    strays = fold_case(" ".join(word.text for word in clause.strays))
    for level in context.words.policy.severities if strays else ():
        if level.name and strays == fold_case(level.name) and level.level != context.severity:
            return "severity", (f"sev {level.level}",)
    return None


def _questioned(clause: Clause, context: Context) -> Step | None:
    """Return the replies for a severity in doubt: `is this really just a 3?` is asked by somebody who thinks not."""
    if not clause.is_question or not clause.has("merely", "greatly") or clause.strays_beside("merely", "greatly"):
        return None
    if fold_case(clause.words[0].text).split()[0] not in _IS or clause.has("past", "later", "often", "others"):
        return None
    for at in range(1, len(clause.words)):
        number = number_of(clause.words[at])
        before = clause.words[at - 1]
        is_named = before.tags & _OF_SEVERITY or fold_case(before.text).split()[-1] in _A or "merely" in before.tags
        if number is not None and is_named and all(word.tags & _BEHIND for word in clause.words[at + 1 :]):
            worse, milder = _around(number, context)
            offers = worse if clause.has("merely") else (*worse[:1], *milder[:1])
            return ("severity", offers) if offers else None
    return None


def _around(number: int | None, context: Context) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the replies that set the two next worse, and the two next milder severities, without the present one."""
    levels = sorted(one.level for one in context.words.policy.severities if one.level != context.severity)
    worse = levels[:2] if number is None else [level for level in reversed(levels) if level < number][:2]
    milder = levels[-2:] if number is None else [level for level in levels if level > number][:2]
    return tuple(f"sev {level}" for level in worse), tuple(f"sev {level}" for level in milder)
