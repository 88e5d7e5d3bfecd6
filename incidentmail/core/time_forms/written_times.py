"""Parse times as people write them, in the author's time zone. The other modules of this package define the formats."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from incidentmail.core.lazy_pattern import lazy_pattern
from incidentmail.core.text import one_line

from .day import Nearest, day_in, days
from .lapse import FLAGS, NUMBERS, lapse_of
from .no_time import IMPOSSIBLE, UNREADABLE, NoTime, TooFar
from .time_of_day import clock_in

__all__ = ["DISTANCE_MAX", "PROMISE_MAX", "Nearest", "NoTime", "TooFar", "read_time"]

DISTANCE_MAX = timedelta(days=3660)
"""The maximum distance of a time from now. A year ten years away is a typing error."""
PROMISE_MAX = timedelta(hours=12)
"""How far ahead a time without a date can be. A later time is a mistake or means something else."""
DIAL_WITHIN = timedelta(hours=6)
"""How near the afternoon must be for `3:30` to mean it. Otherwise it means the night, and may need confirmation."""
WRITTEN_CHARS_MAX = 80
_FIRST_HOURS = {"morning": 1, "afternoon": 1, "evening": 4, "tonight": 6}
"""From which hour on a bare hour is in that part of the day, up to eleven."""
_MINUTE = timedelta(minutes=1)
_LEAD = lazy_pattern(
    r"(?:due|at|by|before|until|till|around|about|since|roughly|approx\.?|ca\.?|no later than|~|@)\s*(?!$)", FLAGS
)


def read_time(text: str, *, written_at: datetime, nearest: Nearest) -> datetime | NoTime:
    """Return the instant given by `text`, in UTC, or the reason why it is not a time.

    Return `TooFar` if the author has to confirm the time.

    If `text` names no zone, the zone of `written_at` is used. If it names no date, the result is the next (or last)
    such time, so `3:30` can be in the afternoon. Seconds are dropped, because mails do not show them.

    >>> noon = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    >>> read_time("3:30", written_at=noon, nearest="next").isoformat()
    '2026-11-20T15:30:00+00:00'
    >>> read_time("in half an hour", written_at=noon, nearest="next").isoformat()
    '2026-11-20T12:30:00+00:00'
    >>> read_time("03:00", written_at=noon, nearest="next").instead
    '2026-11-21 03:00 UTC'
    >>> read_time("11:00 IST", written_at=noon, nearest="next")
    NoTime(reason='IST means several zones', remedy='write UTC or an offset such as +01:00')
    """
    text = _bare(text)
    if not text or len(text) > WRITTEN_CHARS_MAX:
        return UNREADABLE
    try:
        found, is_dated = _read(text, written_at, nearest)
        if isinstance(found, NoTime):
            return found
        at = found.astimezone(UTC).replace(second=0, microsecond=0)
        if abs(at - written_at) > DISTANCE_MAX:
            return NoTime("is too far away", "write 15:00 or 2026-11-20 15:00")
        if nearest == "next" and not is_dated and at - written_at > PROMISE_MAX:
            return _too_far(at, written_at)
        return at
    except (ValueError, OverflowError):
        return IMPOSSIBLE


def _bare(text: str) -> str:
    """Return a text without emphasis, trailing brackets, or a leading `at` or `by`."""
    text = one_line(text[: 2 * WRITTEN_CHARS_MAX]).strip(" *_\"'!")
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1]
    if text.endswith(")") and "(" in text:
        text = text[: text.rindex("(")]
    text = text.strip().removesuffix(".").strip()
    for _ in range(3):
        found = _LEAD.match(text)
        text = text[found.end() :] if found else text
    return text


def _too_far(at: datetime, written_at: datetime) -> TooFar:
    local = at.astimezone(written_at.tzinfo)
    zone = local.isoformat()[-len("+00:00") :] if local.utcoffset() else "UTC"
    instead = f"{local:%Y-%m-%d %H:%M} {zone}"
    hours = int(PROMISE_MAX.total_seconds() // 3600)
    return TooFar(f"is more than {hours} hours ahead", f"if you mean {instead}, write the date too", at, instead)


def _in_part_of_day(hour: str, day: str | None) -> str | None:
    """Return a bare hour as a time of day if the words beside it say which half of the day is meant.

    >>> _in_part_of_day("ten", "tonight"), _in_part_of_day("3", "this afternoon"), _in_part_of_day("2", "tonight")
    ('10 pm', '3 pm', None)
    """
    number = NUMBERS.get(hour.lower()) or (int(hour) if hour.isdecimal() and len(hour) <= 2 else 0)
    part = (day or "").lower().rpartition(" ")[2]
    first = _FIRST_HOURS.get(part)
    if first is None or not first <= number <= 11:
        return None
    return f"{number} {'am' if part == 'morning' else 'pm'}"


def _read(text: str, written_at: datetime, nearest: Nearest) -> tuple[datetime | NoTime, bool]:
    """Return the time, or the reason why there is none, and whether the text names the day."""
    lapse = lapse_of(text)
    if lapse is not None:
        if nearest == "next" and lapse < timedelta():
            return NoTime("is past", "say when it comes, such as +30m"), False
        return written_at.astimezone(UTC) + (lapse if nearest == "next" else -abs(lapse)), False
    if nearest == "last" and text.lower() in ("now", "just now"):
        return written_at, True
    found = day_in(text)
    rest = _bare(found["rest"]) if found else text
    clock = clock_in((found and _in_part_of_day(rest, found["today"])) or rest, written_at)
    if isinstance(clock, NoTime):
        return clock, False
    on = list(days(found, written_at.astimezone(clock.zone).date(), nearest))
    is_dated = bool(found and not found["today"])
    on = [day + timedelta(days=clock.is_midnight and found is not None) for day in on]

    def times(hour: int) -> list[datetime]:
        return [datetime(day.year, day.month, day.day, hour, clock.minute, tzinfo=clock.zone) for day in on]

    if clock.is_midnight and is_dated:
        return NoTime("may be the midnight before or after", "write 00:00 and the date"), True
    said = times(clock.hours[0])
    dial = () if is_dated else (at for hour in clock.hours[1:] for at in times(hour))
    all_times = [*said, *(at for at in dial if abs(at - written_at) <= DIAL_WITHIN)]
    if nearest == "next":
        future = [at for at in all_times if at >= written_at - _MINUTE]
        return (min(future) if future else max(said)), is_dated
    past = [at for at in all_times if at <= written_at + _MINUTE]
    return (max(past) if past else min(said)), is_dated
