"""Parse lines about hours and deadlines: `Next commander: Ann at 22:00`, `break 30m`, `back`."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from incidentmail.core.commands import EndBreak, MarkNotified, PlanHandover, StateAware, TakeBreak
from incidentmail.core.facts import json_person, json_time
from incidentmail.core.names.person import Person
from incidentmail.core.text import fold_case, one_line
from incidentmail.core.time_forms.lapse import lapse_of
from incidentmail.core.time_forms.written_times import Nearest, NoTime, TooFar, read_time
from incidentmail.reply.parsed import BadValue, Context, Value

from .clauses import Found
from .courtesy import is_thanks
from .taking_back import takes_back

HOURS = frozenset({"next_commander", "aware_at", "notified"})
NOBODY = frozenset({"nobody", "none", "no one", "not planned"})
_LINE = "Ann Lee at 22:00"
_REASON = re.compile(r"\s*[,;]\s+|\.\s+|\s+[-–—]{1,2}\s+|\s+(?=\()")
_AT = re.compile(r"\s(?:at|from|@)\s", re.I | re.A)
_BREAK = re.compile(
    r"(?:(?:I\s+am\s+|I['’]?m\s+)?(?:taking|having)\s+a\s+)?break(?:\s+(?:for|of))?\s+(?P<time>(?:about\s+)?"
    r"(?:\d{1,3}\s?(?:mins?|minutes?|hours?|hrs?|m|h)|half\s+an\s+hour|(?:a\s+)?quarter\s+of\s+an\s+hour"
    r"|[a-z]{2,8}(?:[\s-][a-z]{3,5})?\s(?:mins?|minutes?|hours?)|an?\s+hour(?:\s+and\s+a\s+half)?))\b",
    re.I | re.A,
)
_BREAK_FOR = re.compile(
    r"[,;.!\s–—-]+(?:to|need|brb|for|getting|get|because|got|have|must|gotta|coffee|tea|lunch|food|dinner|breakfast|sleep"
    r"|phone|walk|kids?|toilet|smoke|cu|bbl|afk)\b[^?\d]{0,60}",
    re.I | re.A,
)
"""The reason of a break, with or without a comma before it."""
_BACK = re.compile(r"(?:I\s+am\s+|I['’]?m\s+)?back(?:\s+(?:now|again|at\s+work|online|here))?(?![\w-])", re.I | re.A)
_EVERYBODY = re.compile(r"[ \t,]{1,3}(?:guys|folks|everyone|everybody|all|team)(?![\w'’-])", re.I | re.A)


def hours_value(
    name: str, key: str, value: str, context: Context, person_of: Callable[[str], Person | None]
) -> Value | BadValue:
    """Return the meaning of a line about hours or deadlines. `person_of` looks up a person by name."""
    if name == "notified":
        return Value(MarkNotified(value), value)
    if name == "aware_at":
        aware = _time(value, context, nearest="last")
        return (
            Value(StateAware(aware), json_time(aware)) if isinstance(aware, datetime) else _no_time(key, value, aware)
        )
    if fold_case(value.rstrip(".")) in NOBODY:
        return Value(PlanHandover(), None)
    marks = list(_AT.finditer(value))
    written, then = (value[: marks[-1].start()], value[marks[-1].end() :]) if marks else (value, "")
    at: datetime | NoTime | None = _time(then, context, nearest="next") if then else None
    reason = ""
    behind = _REASON.search(then)
    if isinstance(at, NoTime) and behind and not takes_back(then, behind.end(), written_at=context.written_at):
        at, reason = _time(then[: behind.start()], context, nearest="next"), then[behind.end() :]
    if isinstance(at, NoTime):
        return _no_time(f"{key}: {written} at", then, at)
    person = person_of(written)
    if person is None:
        return BadValue(f"'{written}' is no name", f"{key}: {_LINE}")
    return Value(PlanHandover(person, at), json_person(person), reason=reason)


def break_word(text: str, context: Context) -> Found | None:
    """Return the command if the whole reply is `break` with a duration (`break 30m`) or `back`, otherwise None."""
    if not context.is_open:
        return None
    found = _BREAK.match(text)
    lapse = lapse_of(one_line(found["time"]).removeprefix("about ")) if found else None
    if found and lapse and _is_all(text[found.end() :], context):
        until = context.written_at + lapse
        return Found(0, "break", json_time(until), TakeBreak(until), "shorthand")
    found = _BACK.match(text)
    if found and _is_all(text[found.end() :], context, may_have_reason=False):
        return Found(0, "back", None, EndBreak(), "shorthand")
    return None


def _is_all(rest: str, context: Context, *, may_have_reason: bool = True) -> bool:
    """Return whether the text behind a word is only thanks, a word to everybody or the reason of a break."""
    everybody = _EVERYBODY.match(rest)
    rest = rest[everybody.end() :] if everybody else rest
    if is_thanks(rest, context.writer.name):
        return True
    return may_have_reason and _BREAK_FOR.fullmatch(rest) is not None


def _time(text: str, context: Context, *, nearest: Nearest) -> datetime | NoTime:
    return read_time(text, written_at=context.written_at, nearest=nearest)


def _no_time(line: str, value: str, found: NoTime) -> BadValue:
    remedy = found.instead if isinstance(found, TooFar) else "TIME"
    joined = f"{line} {remedy}" if line.endswith(" at") else f"{line}: {remedy}"
    return BadValue(f"'{value}' {found}", joined)
