"""Parse a duration: `in 30 minutes`, `+1h30`, `half an hour`, `10 min ago`."""

from __future__ import annotations

import re
from datetime import timedelta

from incidentmail.core.lazy_pattern import lazy_pattern

FLAGS = re.I | re.A
NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "ninety": 90,
}  # fmt: skip
_TENS = {word: number for word, number in NUMBERS.items() if number in (20, 30, 40, 50)}
_ONES = {word: number for word, number in NUMBERS.items() if number < 10 and word not in ("a", "an")}
BARE_H_MAX, BARE_H30_MAX = 12, 3
"""The largest `Nh` and `Nh30` that are durations. Larger ones are times of day, as written in France."""
_MINUTE = timedelta(minutes=1)
_UNITS = {"m": _MINUTE, "h": timedelta(hours=1), "d": timedelta(days=1)}
_NUMBER = rf"(?:\d{{1,4}}|(?:{'|'.join(_TENS)})[ -](?:{'|'.join(_ONES)})|{'|'.join(NUMBERS)})"
_UNIT = r"(?:m|min|mins|minutes?|h|hr|hrs|hours?|d|days?)\b\.?"
_WHILE = lazy_pattern(
    rf"(?:(?P<ahead>\+|(?:in|within)(?: the next| about| around)?)\s*|(?P<minus>-)\s?)?"
    rf"(?:(?P<part>three quarters of an|(?:a )?quarter of an|half an?|half) hour"
    rf"|(?P<count>{_NUMBER}(?:[.,]\d)?) ?(?P<unit>[a-z]+\.?)"
    rf"(?:,? ?(?:and )?(?P<more>\d{{1,2}}|a half)(?: ?(?P<finer>{_UNIT}))?)?)"
    r"(?: or so)?(?P<after> from now| ago)?",
    FLAGS,
)


def lapse_of(text: str) -> timedelta | None:
    """Return the duration in `text`, or None. `10 min ago` is negative.

    Without `in` or a sign, `15h` and `9h30` are times of day, but `2h` and `1h30` are durations.

    >>> str(lapse_of("in 30 minutes")), str(lapse_of("an hour and a half")), lapse_of("15h30")
    ('0:30:00', '1:30:00', None)
    >>> str(lapse_of("in forty-five minutes")), str(lapse_of("in three quarters of an hour"))
    ('0:45:00', '0:45:00')
    """
    found = _WHILE.fullmatch(text)
    if found is None:
        return None
    is_past = found["minus"] or (found["after"] or "").strip().lower() == "ago"
    if found["part"]:
        part = found["part"].lower()
        lapse = timedelta(minutes=45 if "quarters" in part else 15 if "quarter" in part else 30)
        return -lapse if is_past else lapse
    unit = found["unit"].lower()
    if not re.fullmatch(_UNIT, unit, FLAGS):
        return None
    size, more = _UNITS[unit[0]], (found["more"] or "").lower()
    count = _count(found["count"].lower())
    is_marked = bool(found["ahead"] or found["minus"] or found["after"] or unit.startswith("hour"))
    if not is_marked and unit[0] == "h" and count > (BARE_H30_MAX if more and not found["finer"] else BARE_H_MAX):
        return None
    lapse = count * size
    if more == "a half":
        lapse += size / 2
    elif more:
        finer = _UNITS[found["finer"][0].lower()] if found["finer"] else _MINUTE
        if finer >= size:
            return None
        lapse += int(more) * finer
    return -lapse if is_past else lapse


def _count(text: str) -> float:
    """Return a number in digits or in words, such as `1.5` or `forty-five`."""
    tens, mark, ones = text.replace("-", " ").partition(" ")
    if mark:
        return _TENS[tens] + _ONES[ones]
    return NUMBERS.get(text) or float(text.replace(",", "."))
