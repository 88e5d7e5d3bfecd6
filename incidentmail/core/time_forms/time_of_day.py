"""Parse a time of day and its zone: `15:30`, `3.30 pm`, `15h30`, `1530`, `half past 3`, `noon`, `15:00 UTC`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from incidentmail.core.frozen import Frozen
from incidentmail.core.lazy_pattern import lazy_pattern

from .lapse import FLAGS, NUMBERS
from .no_time import UNREADABLE, NoTime

# Abbreviations with a single meaning. Others, such as IST, BST, CST and EST, are refused.
ZONE_OFFSETS_H = {
    "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2, "EET": 2, "EEST": 3,
    "PST": -8, "PDT": -7, "MST": -7, "MDT": -6, "EDT": -4, "JST": 9,
}  # fmt: skip
HOUR_WORDS = rf"(?:\d{{1,2}}|{'|'.join(NUMBERS)})"
_CLOCK = lazy_pattern(
    r"(?:(?P<hour>\d{1,2})(?:(?P<dot>[:.h])(?P<minute>\d\d)(?::\d\d(?:\.\d{1,9})?)?)?|(?P<digits>\d{3,4}))"
    r"(?: ?(?P<half>[ap])\.?m\b\.?| ?(?P<mark>h|hrs?|uhr|o['’]?clock)\b)?(?: ?(?P<zone>[a-z].{0,12}|[+-]\d\d:?\d\d))?",
    FLAGS,
)
_SPOKEN = lazy_pattern(
    rf"(?P<part>half|(?:a )?quarter|five|ten|twenty|\d{{1,2}}) (?P<way>past|to) (?P<hour>{HOUR_WORDS})"
    r"(?: ?(?P<half>[ap])\.?m\b\.?)?",
    FLAGS,
)
_WORD_HOUR = lazy_pattern(
    rf"(?P<hour>{'|'.join(word for word, number in NUMBERS.items() if number <= 12 and len(word) > 2)})"
    r"(?: ?(?P<half>[ap])\.?m\b\.?| o['’]?clock)",
    FLAGS,
)
_NAMED = lazy_pattern(r"(?:12 )?(?P<noon>noon|midday)|(?:12 )?midnight", FLAGS)
_ZONE = lazy_pattern(r"(?P<name>[a-z]{1,5})?(?: ?(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d\d))?)?", FLAGS)
_LOCAL = lazy_pattern(r"(?:local(?: time)?|my time|here)", FLAGS)
_SEVERAL = frozenset({"IST", "BST", "CST", "EST", "AST", "ADT", "CDT", "SST", "GST", "ECT", "ACT", "WST"})


class Clock(Frozen, kw_only=True):
    """A time of day with one possible hour, or with both hours that a twelve-hour clock allows."""

    hours: tuple[int, ...]
    minute: int
    zone: tzinfo
    is_midnight: bool = False


def clock_in(text: str, written_at: datetime) -> Clock | NoTime:
    own = written_at.tzinfo or UTC
    if found := _NAMED.fullmatch(text):
        return Clock(hours=(12 if found["noon"] else 0,), minute=0, zone=own, is_midnight=not found["noon"])
    if found := _SPOKEN.fullmatch(text):
        hour, minute = _hour(found["hour"]), _minutes(found["part"].lower())
        if found["way"].lower() == "to":
            hour, minute = (hour or 12) - 1, 60 - minute
        return Clock(hours=_hours(hour, found["half"], both=True), minute=minute, zone=own)
    if found := _WORD_HOUR.fullmatch(text):
        return Clock(hours=_hours(_hour(found["hour"]), found["half"], both=True), minute=0, zone=own)
    found = _CLOCK.fullmatch(text)
    if not found or not (found["minute"] or found["half"] or found["mark"] or len(found["digits"] or "") == 4):
        return UNREADABLE
    zone = _zone(found["zone"], own)
    if isinstance(zone, NoTime):
        return zone
    if found["hour"]:
        hour, minute = int(found["hour"]), int(found["minute"] or 0)
    else:
        hour, minute = divmod(int(found["digits"]), 100)
    if hour == 24 and not minute:
        hour = 0
    return Clock(hours=_hours(hour, found["half"], both=_is_on_a_dial(found)), minute=minute, zone=zone)


def _is_on_a_dial(found: re.Match[str]) -> bool:
    """Return whether a time can be on a twelve-hour clock: `3:30`, but not `03:30`, `1530`, `3h30` or `3:30 UTC`."""
    mark, zone = (found["mark"] or "o'clock").lower(), (found["zone"] or "").upper()
    in_utc = zone.startswith(("UTC", "GMT", "+", "-")) or zone == "Z"
    is_plain = bool(found["hour"]) and not found["hour"].startswith("0") and found["dot"] != "h"
    return is_plain and mark.startswith("o") and not in_utc


def _minutes(part: str) -> int:
    """Return the minutes before or after the hour. Raise ValueError if they are an hour or more."""
    if part.isdecimal() and int(part) > 59:
        raise ValueError(part)
    return 30 if part == "half" else 15 if part.endswith("quarter") else _hour(part)


def _hour(text: str) -> int:
    return NUMBERS.get(text.lower()) or int(text)


def _hours(hour: int, half: str | None, *, both: bool) -> tuple[int, ...]:
    """Return the hour of the day, or both possible hours on a twelve-hour clock.

    Raise ValueError for an invalid hour.
    """
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(hour)
        return (hour % 12 + (12 if half.lower() == "p" else 0),)
    return (hour, hour + 12) if both and 1 <= hour <= 11 else (hour,)


def _zone(text: str | None, own: tzinfo) -> tzinfo | NoTime:
    if not text or _LOCAL.fullmatch(text):
        return own
    found = _ZONE.fullmatch(text)
    if found is None:
        return UNREADABLE
    name = (found["name"] or "UTC").upper()
    if name not in ZONE_OFFSETS_H:
        means = f"{name} means several zones" if name in _SEVERAL else f"'{name}' is no zone that is known here"
        return NoTime(means, "write UTC or an offset such as +01:00")
    offset = timedelta(hours=ZONE_OFFSETS_H[name])
    if found["sign"]:
        hours, minutes = int(found["hours"]), int(found["minutes"] or 0)
        if hours > 14 or minutes > 59 or name not in ("UTC", "GMT"):
            return NoTime("has no such offset", "write +01:00")
        offset = (1 if found["sign"] == "+" else -1) * timedelta(hours=hours, minutes=minutes)
    return timezone(offset)
