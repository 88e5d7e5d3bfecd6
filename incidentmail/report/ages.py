"""Say in a few words how long ago something happened, or how long it took."""

from __future__ import annotations

from datetime import datetime, timedelta

from incidentmail.core.times import show_duration

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def show_length(duration: timedelta) -> str:
    """Return a duration in words, to the minute.

    >>> show_length(timedelta(minutes=72)), show_length(timedelta(days=2, hours=3)), show_length(timedelta(seconds=20))
    ('1 h 12 min', '2 days 3 h', 'less than a minute')
    """
    if duration < _MINUTE:
        return "less than a minute"
    days, rest = divmod(duration, _DAY)
    hours, minutes = divmod(rest, _HOUR)
    parts = (f"{days} day{'' if days == 1 else 's'}", f"{hours} h", f"{minutes // _MINUTE} min")
    shown = [part for part, number in zip(parts, (days, hours, minutes // _MINUTE), strict=True) if number]
    return " ".join(shown[:2])


def show_ago(at: datetime, now: datetime) -> str:
    """Return how long ago `at` was, such as `12 minutes ago`, or `just now` for less than a minute."""
    return "just now" if now - at < _MINUTE else f"{show_duration(now - at)} ago"
