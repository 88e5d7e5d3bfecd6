"""Parse lines about the retrospective: `Retro: Monday 14:00 with Ann`, `Retro owner: Bo`, and others."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from typing import Final

from incidentmail.core.facts import json_person, json_time
from incidentmail.core.names.name_lists import join_names
from incidentmail.core.names.person import Person
from incidentmail.core.retro.retro_commands import (
    CallOffRetro,
    MarkRetroHeld,
    NameRetroOwner,
    PlanRetro,
    RetroCommand,
    UnmarkRetro,
    WaiveRetro,
)
from incidentmail.core.text import fold_case
from incidentmail.core.time_forms.no_time import IMPOSSIBLE
from incidentmail.core.time_forms.written_times import NoTime, TooFar, read_time
from incidentmail.reply.grammar.clauses import Found
from incidentmail.reply.grammar.courtesy import is_thanks
from incidentmail.reply.parsed import BadValue, Context, Value

RETRO: Final = frozenset({"retro", "retro_owner"})
"""The facts of the lines that this file parses."""
_PLAN, _OWNER = "Monday 14:00 with NAME <ADDRESS>", "NAME <ADDRESS>"
_SAID: Final[dict[str, RetroCommand]] = {
    "not held": UnmarkRetro(), "not held yet": UnmarkRetro(), "still to be held": UnmarkRetro(),
    "not needed": WaiveRetro(), "none needed": WaiveRetro(), "none": WaiveRetro(), "not necessary": WaiveRetro(),
    "called off": CallOffRetro(), "cancelled": CallOffRetro(), "canceled": CallOffRetro(), "off": CallOffRetro(),
}  # fmt: skip
_HELD = re.compile(r"(?:was\s+|has\s+been\s+)?(?:held|done)(?:[\s,:]+(?:on\s+)?(?P<when>\S.{0,60}))?", re.I | re.A)
_WITH = re.compile(r"[\s,;]\s*with\s+", re.I | re.A)
_WORD = re.compile(
    r"(?:the\s+)?retro(?:spective)?\s+(?P<said>(?:was\s+|has\s+been\s+|is\s+)?(?:held|not\s+held|not\s+needed|called\s+off))"
    r"(?:\s+(?:on\s+)?(?P<when>today|yesterday|\d{4}-\d\d-\d\d))?(?![\w:-])",
    re.I | re.A,
)


def retro_value(
    name: str, key: str, value: str, context: Context, people_of: Callable[[str], Sequence[Person | None]]
) -> Value | BadValue:
    """Return the meaning of a line about the retrospective.

    `people_of` returns the people named in a text, with None for each name that is unclear.
    """
    if name == "retro_owner":
        people = people_of(value)
        if len(people) != 1 or people[0] is None:
            return BadValue(f"'{value}' is no name", f"{key}: {_OWNER}")
        return Value(NameRetroOwner(people[0]), json_person(people[0]))
    said = fold_case(value.rstrip(" .!"))
    if said in _SAID:
        return Value(_SAID[said], said)
    if held := _HELD.fullmatch(value.rstrip(" .!")):
        at = held_at(held["when"] or "", context.written_at)
        if isinstance(at, NoTime):
            return BadValue(f"'{held['when']}' {at}", f"{key}: held {context.written_at:%Y-%m-%d}")
        return Value(MarkRetroHeld(at), f"held {at:%Y-%m-%d}")
    return _plan(key, value, context, people_of)


def _plan(
    key: str, value: str, context: Context, people_of: Callable[[str], Sequence[Person | None]]
) -> Value | BadValue:
    when, *names = _WITH.split(value, maxsplit=1)
    at = read_time(when, written_at=context.written_at, nearest="next")
    behind = f" with {names[0]}" if names else ""
    if isinstance(at, NoTime):
        remedy = f"{at.instead}{behind}" if isinstance(at, TooFar) else _PLAN
        return BadValue(f"'{when}' {at}", f"{key}: {remedy}")
    people: list[Person] = []
    for person in people_of(names[0]) if names else ():
        if person is None:
            return BadValue(f"'{names[0]}' names somebody who is not known", f"{key}: {when} with {_OWNER}")
        people.append(person)
    shown = f"{json_time(at)}{f' with {join_names(people)}' if people else ''}"
    return Value(PlanRetro(at=at, people=tuple(people)), shown)


def held_at(when: str, written_at: datetime) -> datetime | NoTime:
    """Return when a retrospective was held: now for `today` or an empty text, noon for a day without a time.

    >>> from datetime import UTC
    >>> evening = datetime(2026, 12, 4, 18, 0, tzinfo=UTC)
    >>> [held_at(when, evening).isoformat() for when in ("2026-12-03", "yesterday 9:00", "today")]
    ['2026-12-03T12:00:00+00:00', '2026-12-03T09:00:00+00:00', '2026-12-04T18:00:00+00:00']
    """
    when = when.strip(" .!")
    if not when or fold_case(when) in ("today", "now", "just now"):
        return written_at
    day = _day(when, written_at)
    if isinstance(day, NoTime):
        return read_time(when, written_at=written_at, nearest="last")
    is_today = day.astimezone(written_at.tzinfo).date() == written_at.date()
    return written_at if is_today and day > written_at else day


def _day(when: str, written_at: datetime) -> datetime | NoTime:
    """Return noon on a day. A full date is accepted however old; if it is too old, the command is refused later."""
    try:
        noon = datetime.combine(date.fromisoformat(when), time(12), tzinfo=written_at.tzinfo)
        return noon.astimezone(UTC)
    except ValueError:
        return read_time(f"{when} 12:00", written_at=written_at, nearest="last")
    except OverflowError:
        return IMPOSSIBLE


def retro_word(text: str, context: Context) -> tuple[Found, str] | None:
    """Return the command in a reply that begins with a line such as `retro held`, and the text below, or None."""
    found = _WORD.match(text)
    if found is None:
        return None
    line, _, below = text[found.end() :].partition("\n")
    if not is_thanks(line, context.writer.name):
        return None
    below = "" if is_thanks(below, context.writer.name) else below.strip()
    said = fold_case(" ".join(found["said"].split()))
    for filler in ("was ", "has been ", "is "):
        said = said.removeprefix(filler)
    if said != "held":
        return None if found["when"] else (Found(0, "retro", said, _SAID[said], "shorthand"), below)
    at = held_at(found["when"] or "", context.written_at)
    if isinstance(at, NoTime):
        return None
    return Found(0, "retro", f"held {at:%Y-%m-%d}", MarkRetroHeld(at), "shorthand"), below
