"""Parse the day of a time: `tomorrow 9:00`, `9am Monday`, `21 Nov, 9:00`, `2026-11-21T09:00`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

from incidentmail.core.lazy_pattern import lazy_pattern

from .lapse import FLAGS

Nearest = Literal["next", "last"]
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = r"(?:mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:rs?|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
_MONTH = rf"(?P<MONTH>{'|'.join(_MONTHS)})[a-z]{{0,7}}\.?"
_DAY = (
    r"(?P<today>today|tonight|this (?:morning|afternoon|evening))"
    r"|(?P<tomorrow>tomorrow)|(?P<yesterday>yesterday|last night)"
    rf"|(?:on |this )?(?P<which>next |last )?(?P<weekday>{_WEEKDAY})"
    r"|(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
    r"|(?:on )?(?P<day2>\d{1,2})\.(?P<month2>\d{1,2})\.(?P<year2>\d{4})?"
    rf"|(?:on )?(?P<day3>\d{{1,2}})(?:st|nd|rd|th|\.)? {_MONTH.replace('MONTH', 'month3')}(?:,? (?P<year3>\d{{4}}))?"
    rf"|(?:on )?{_MONTH.replace('MONTH', 'month4')} (?P<day4>\d{{1,2}})(?:st|nd|rd|th)?(?:,? (?P<year4>\d{{4}}))?"
)
_DAY_FIRST = lazy_pattern(rf"(?:{_DAY})(?:,? (?:(?:at|by|around|about) )?|T)(?P<rest>.+)", FLAGS)
_DAY_LAST = lazy_pattern(rf"(?P<rest>\S+(?: \S+){{0,2}}?),? (?:{_DAY})", FLAGS)


def day_in(text: str) -> re.Match[str] | None:
    """Return a match for a day at the start or end of `text`, or None. The group `rest` is the text without the day.

    >>> day_in("tomorrow at 9:00")["rest"], day_in("9am on Monday")["rest"], day_in("15:30")
    ('9:00', '9am', None)
    """
    return _DAY_FIRST.fullmatch(text) or _DAY_LAST.fullmatch(text)


def days(found: re.Match[str] | None, today: date, nearest: Nearest) -> Iterator[date]:
    """Yield the days that a text may refer to. If it names no day, there are several."""
    one = timedelta(days=1)
    if found is None:
        yield from (today - one, today, today + one)
    elif found["today"]:
        yield today
    elif found["tomorrow"] or found["yesterday"]:
        yield today + one if found["tomorrow"] else today - one
    elif found["weekday"]:
        wanted, which = _WEEKDAYS.index(found["weekday"][:3].lower()), (found["which"] or "").strip().lower()
        forward = which == "next" or (nearest == "next" and which != "last")
        near = [today + (n if forward else -n) * one for n in range(1 if which else 0, 8)]
        yield from (day for day in near if day.weekday() == wanted)
    else:
        yield from _dates(found, today)


def _dates(found: re.Match[str], today: date) -> Iterator[date]:
    """Yield the date given in a text. Without a year, it is the nearest such date."""
    name = found["month3"] or found["month4"]
    month = _MONTHS.index(name[:3].lower()) + 1 if name else int(found["month"] or found["month2"])
    day = int(found["day"] or found["day2"] or found["day3"] or found["day4"])
    year = found["year"] or found["year2"] or found["year3"] or found["year4"]
    if year:
        yield date(int(year), month, day)
        return
    years = [
        date(today.year + n, month, day) for n in (-1, 0, 1) if (month, day) != (2, 29) or (today.year + n) % 4 == 0
    ]
    yield min(years, key=lambda one: abs(one - today))
