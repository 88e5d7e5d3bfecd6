"""Recognise informal promises of the next update, and reports of finished items: `nxt upd 5am`, `2 and 5 done`."""

from __future__ import annotations

import re

from incidentmail.reply.grammar.clauses import dated_promise
from incidentmail.reply.grammar.read_commands import read
from incidentmail.reply.parsed import Context, NewLine

from .clauses import Clause
from .steps import number_of
from .vocabulary import Word

ASK_FOR_TIME = ("next +30m",)
STRAYS_MAX = 3
_MINUTES = re.compile(r"m|min.*", re.I)
_HOURS = re.compile(r"hrs?|hours?|stunden?|timme|timmar|ore", re.I)
_IDLE = frozenset(
    {"filler", "number", "number done", "item", "and", "is", "this", "me", "now", "n1", "n2", "n3", "n4", "n5"}
)
_ALLOWED = frozenset({"later", "others"})
_ROUGHLY = frozenset({"around", "about", "roughly"})
_SPELLED = frozenset({"n1", "n2", "n3", "n4", "n5"})
_THEN = frozenset({"then", "dann", "alors", "entonces", "então", "dan", "wtedy", "allora", "då"})
ITEMS_MAX = 3


def next_update(clause: Clause, context: Context, before: Clause | None) -> tuple[str, ...] | None:
    """Return the replies that promise an update at the time that a clause or the one before it names, or None."""
    at = clause.first("next update")
    only_tells = at is None
    at = clause.first("tell") if at is None else at
    if at is None or clause.takes_back(allowed=_ALLOWED):
        return None
    if only_tells and at and "number" in clause.words[at - 1].tags:
        return None  # `give the bank 10 more min`
    behind = clause.words[at + 1 :]
    time = next((index for index, word in enumerate(behind) if _tells_time(behind, index, word)), None)
    strays = sum(word.text.casefold() not in _ROUGHLY for word in clause.strays)
    if time is None:
        if only_tells and not strays and before and not before.takes_back() and _is_then(clause):
            named = before.first("time", "number")
            return None if named is None else _at(before.words, named, context)
        promises = clause.has("me", "we", "wish", "ask") or (not strays and clause.words[at:] == clause.words[-1:])
        return ASK_FOR_TIME if promises and not only_tells and strays <= STRAYS_MAX else None
    if strays > (0 if only_tells else STRAYS_MAX):
        return None
    return _at(behind, time, context)


def _tells_time(words: tuple[Word, ...], at: int, word: Word) -> bool:
    """Return whether a word is a time or number. A number as a word, as in `at four`, counts at the end."""
    is_spelled = not word.tags.isdisjoint(_SPELLED) and at > 0 and at == len(words) - 1
    return is_spelled or not word.tags.isdisjoint(("time", "number"))


def _is_then(clause: Clause) -> bool:
    """Return whether a clause refers to a time named before: `Give us half an hour. I'll mail everyone then.`"""
    return clause.has("me", "we") and any(word.text.casefold() in _THEN for word in clause.words)


def _at(words: tuple[Word, ...], at: int, context: Context) -> tuple[str, ...]:
    """Return an acceptable reply with the time that begins at index `at`, or `ASK_FOR_TIME` if there is none."""
    number, unit = words[at].text, words[at + 1].text if at + 1 < len(words) else ""
    before = words[at - 1].text.casefold() if at else ""
    if "number" not in words[at].tags:
        written = [words[at].text, f"{words[at].text} {unit}"]
    elif _MINUTES.fullmatch(unit) or (not unit and before == "in"):
        written = [f"in {number} minutes"]
    elif _HOURS.fullmatch(unit) or (unit == "h" and before == "in"):
        written = [f"in {number} hours"]
    else:
        half = unit if unit.casefold() in ("am", "pm") else ":00"
        written = [f"{number}{half}", number]
    for time in written:
        offer = f"next {time.strip()}"
        if len(read([NewLine(1, offer)], context).commands) == 1:
            return (offer,)
        if dated := dated_promise(offer, context):
            return (dated,)
    return ASK_FOR_TIME


def only_done(clause: Clause, context: Context) -> tuple[str, ...] | None:
    """Return the replies that `done!!` may mean if the writer has no task: the end of the incident, or an item."""
    words = [word for word in clause.words if word.tags != {"filler"}]
    is_alone = len(words) == 1 and "number done" in words[0].tags and not words[0].tags & {"solved", "ended"}
    return ("close", "done 1") if is_alone and not context.owned_items and not clause.is_question else None


def finished(clause: Clause) -> tuple[str, ...] | None:
    """Return the replies that would mark as done the items in a clause such as `2 and 5 done`, or None."""
    is_list = (
        clause.begins_with("number", "number done", "item") and clause.has("number done") and "%" not in clause.text
    )
    if not is_list or clause.takes_back() or any(not word.tags & _IDLE for word in clause.words):
        return None
    numbers = [number_of(word) for word in clause.words if "number" in word.tags]
    return tuple(f"done {number}" for number in numbers[:ITEMS_MAX]) or None
