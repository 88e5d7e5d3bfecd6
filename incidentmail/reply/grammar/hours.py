"""Parse lines about hours and deadlines: `Next commander: Ann at 22:00`, `break 30m`, `back`."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from incidentmail.core.commands import EndBreak, MarkNotified, PlanHandover, StateAware, TakeBreak
from incidentmail.core.facts import json_person, json_time
from incidentmail.core.names.person import Person
from incidentmail.core.text import fold_case
from incidentmail.core.time_forms.written_times import Nearest, NoTime, TooFar, read_time
from incidentmail.reply.parsed import BadValue, Context, Value

from .clauses import Found
from .courtesy import is_thanks

HOURS = frozenset({"next_commander", "aware_at", "notified"})
NOBODY = frozenset({"nobody", "none", "no one", "not planned"})
_LINE = "Ann Lee at 22:00"
_AT = re.compile(r"\s(?:at|from|@)\s", re.I | re.A)
_BREAK = re.compile(
    r"(?:(?:I\s+am\s+|I['’]m\s+)?(?:taking|having)\s+a\s+)?break(?:\s+(?:for|of))?\s+(?P<count>\d{1,3})\s?"
    r"(?P<unit>m|min|mins|minutes?|h|hours?)\b",
    re.I | re.A,
)
_BACK = re.compile(r"(?:I\s+am\s+|I['’]m\s+)?back(?:\s+(?:now|again|at\s+work))?(?![\w-])", re.I | re.A)


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
    if isinstance(at, NoTime):
        return _no_time(f"{key}: {written} at", then, at)
    person = person_of(written)
    if person is None:
        return BadValue(f"'{written}' is no name", f"{key}: {_LINE}")
    return Value(PlanHandover(person, at), json_person(person))


def break_word(text: str, context: Context) -> Found | None:
    """Return the command if the whole reply is `break` with a duration (`break 30m`) or `back`, otherwise None."""
    if not context.is_open:
        return None
    found = _BREAK.match(text)
    if found and is_thanks(text[found.end() :], context.writer.name):
        unit = "hours" if found["unit"].lower().startswith("h") else "minutes"
        until = context.written_at + timedelta(**{unit: int(found["count"])})
        return Found(0, "break", json_time(until), TakeBreak(until), "shorthand")
    found = _BACK.match(text)
    if found and is_thanks(text[found.end() :], context.writer.name):
        return Found(0, "back", None, EndBreak(), "shorthand")
    return None


def _time(text: str, context: Context, *, nearest: Nearest) -> datetime | NoTime:
    return read_time(text, written_at=context.written_at, nearest=nearest)


def _no_time(line: str, value: str, found: NoTime) -> BadValue:
    remedy = found.instead if isinstance(found, TooFar) else "TIME"
    joined = f"{line} {remedy}" if line.endswith(" at") else f"{line}: {remedy}"
    return BadValue(f"'{value}' {found}", joined)
