"""Find the wishes in the first clauses of a reply. A wish is a clause with a topic and a stance, not taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from incidentmail.core.text import fold_case
from incidentmail.reply.parsed import About, Context

from .clauses import Clause, clauses_of
from .people import TAKE, command, role
from .promises import finished, next_update, only_done
from .proposals import proposal, unfinished
from .steps import other_step, step
from .volunteers import added, volunteer, wants_relief

Offers = Callable[[Context], tuple[str, ...]]


class Wish(NamedTuple):
    """What a clause asks for, and the replies that would carry it out."""

    about: About
    offers: tuple[str, ...]
    text: str


class Kind(NamedTuple):
    """A kind of wish that is recognised by its tags.

    People ask for an action (`please close this`), but only mention a state (`all good again`). A state therefore
    counts only in a clause without unknown words, or with at most one if `allowed` tags are given.
    """

    tags: tuple[str, ...]
    about: About
    offers: Offers
    is_action: bool = True
    allowed: frozenset[str] = frozenset()
    holds: Callable[[Context], bool] = lambda context: True


def _always(*offers: str) -> Offers:
    return lambda context: offers


def _ending(context: Context) -> tuple[str, ...]:
    late = sorted(step.number for step in context.words.policy.phases)[-2:]
    return (*(f"phase {number}" for number in late if context.phase is None or number > context.phase), "close")


def _reopening(context: Context) -> tuple[str, ...]:
    """Return the reply that reopens an incident, or that returns it to phase 1 if it is known to be in a later phase.

    Somebody who asks to reopen an open incident has probably read that it is nearly over.
    """
    if not context.is_open or context.severity is None or not context.phase or context.phase < 2:
        return ("reopen",)
    return ("phase 1",)


def _undo(context: Context) -> tuple[str, ...]:
    return (f"undo {max(context.updates, 1)}",)


def _cancel(context: Context) -> tuple[str, ...]:
    return (*_undo(context), "retract")


def _expert(context: Context) -> tuple[str, ...]:
    return (f"{context.words.key('roles.subject_matter_experts')}: +me",)


def _has_updates(context: Context) -> bool:
    return context.updates > 0 or context.severity is None  # unknown


_PAST = frozenset({"past"})
KINDS = (
    Kind(("leave",), "list", _always()),
    Kind(("adding",), "role", _always("joining")),
    Kind(("reopen",), "reopen", _reopening),
    Kind(("back",), "reopen", _always("reopen"), is_action=False, holds=lambda context: not context.is_open),
    Kind(("close",), "end", _always("close")),
    Kind(("false",), "end", _always("retract"), is_action=False, allowed=_PAST),
    Kind(("retract",), "end", _always("retract")),
    Kind(("cancel", "whole"), "end", _always("retract")),
    Kind(("undo",), "undo", _undo, holds=_has_updates),
    Kind(("cancel",), "undo", _cancel, holds=_has_updates),
    Kind(("wrong",), "undo", _undo, is_action=False, allowed=_PAST | {"doubtful"}, holds=_has_updates),
    Kind(("expected", "number done"), "end", _ending, is_action=False),
    Kind(("no change",), "update", _always("no change"), is_action=False),
    Kind(("solved",), "end", _ending, is_action=False),
    Kind(("help",), "role", _expert, is_action=False),
)
STRAYS_MAX = 3
"""The maximum number of unknown words in a polite wish that names its object: `please close this quickly`."""


def wishes(text: str, context: Context) -> Iterator[Wish]:
    """Yield the wishes in the first clauses of a short reply, at most one for each clause."""
    clauses = list(clauses_of(text))
    if len(clauses) == 1 and (offers := only_done(clauses[0], context)):
        yield Wish("item", offers, clauses[0].text)
        return
    if len(clauses) == 1 and (found := unfinished(clauses[0], context)):
        yield Wish(*found, clauses[0].text)
        return
    for at, clause in enumerate(clauses):
        if wish := _wish(clause, context, clauses[:at]):
            yield wish


def _wish(clause: Clause, context: Context, earlier: Sequence[Clause]) -> Wish | None:
    before = earlier[-1] if earlier else None
    if clause.has("unsay") and not clause.is_question and _has_updates(context):
        return Wish("undo", _undo(context), clause.text)
    if found := step(clause, context) or proposal(clause, context):
        return Wish(*found, clause.text)
    if items := finished(clause):
        return Wish("item", items, clause.text)
    if offers := role(clause, context):
        return Wish("role", offers, clause.text)
    if offers := command(clause, context, before):
        return Wish("command", offers, clause.text)
    if offers := volunteer(clause, earlier, context):
        return Wish("command" if offers == TAKE else "role", offers, clause.text)
    if offers := added(clause, context):
        return Wish("role", offers, clause.text)
    if wants_relief(clause, context):
        return Wish("command", (), clause.text)
    if offers := next_update(clause, context, before):
        return Wish("time", offers, clause.text)
    for kind in KINDS:
        if _is_meant(clause, kind) and kind.holds(context):
            return Wish(kind.about, kind.offers(context), clause.text)
    if found := other_step(clause, context) or _named_step(clause, context):
        return Wish(*found, clause.text)
    return None


def _is_meant(clause: Clause, kind: Kind) -> bool:
    if not all(map(clause.has, kind.tags)) or _is_taken_back(clause, kind):
        return False
    strays = clause.strays_beside(*kind.tags)
    if kind.about == "end" and clause.has("ended") and clause.has("time", "others") and not clause.is_wish:
        return False  # `closed it at 23:00`
    if not kind.is_action:
        about_a_part = clause.has("level", "stage", "phase", "lead", "number")  # `level 2 works again`
        may_stray = kind.allowed and clause.has("this")
        is_stated = not clause.is_question or clause.has("expected")
        return strays <= (1 if may_stray else 0) and not about_a_part and is_stated
    if clause.is_question and len(clause.words) == 1 and kind.about == "reopen":
        return True  # `Reopen? The north is dark again.`
    has_object = clause.has("this", "whole", "list")
    if clause.is_wish:
        return strays <= (STRAYS_MAX if has_object else 0)
    return strays == 0


def _is_taken_back(clause: Clause, kind: Kind) -> bool:
    only_asks = clause.is_question and len(clause.words) == 1 and kind.about == "reopen"
    return not only_asks and clause.takes_back(allowed=kind.allowed)


def _named_step(clause: Clause, context: Context) -> tuple[About, tuple[str, ...]] | None:
    """Return the fact and reply for a clause that only names a severity or phase: `critical!`, `resolving`."""
    if clause.is_question:
        return None
    policy, folded = context.words.policy, fold_case(clause.text).strip(" .!*_~")
    for level in policy.severities:
        if level.name and folded == fold_case(level.name) and level.level != context.severity:
            return "severity", (f"sev {level.level}",)
    for phase in policy.phases:
        if phase.name and folded == fold_case(phase.name) and phase.number != context.phase:
            return "phase", (f"phase {phase.number}",)
    return None
