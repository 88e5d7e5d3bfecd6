"""Format times for people, in UTC and the configured zones. time_forms/ parses the times that people write."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta


def show_time(at: datetime, zones: Sequence[str] = (), on: date | None = None) -> str:
    """Return `at` in UTC and in each of `zones`.

    The date is added if it differs from `on`, and the weekday if the date in a zone differs from the date in UTC.

    >>> at = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    >>> show_time(at, ["Europe/Berlin", "America/Los_Angeles"], on=date(2026, 11, 20))
    '23:30 UTC (Sat 00:30 CET, 15:30 PST)'
    >>> show_time(at, on=date(2026, 11, 21))
    '2026-11-20 23:30 UTC'
    """
    at = at.astimezone(UTC)
    shown = at.strftime("%H:%M UTC") if on is None or at.date() == on else at.strftime("%Y-%m-%d %H:%M UTC")
    if not zones:
        return shown
    from zoneinfo import ZoneInfo  # slow to load, and most organisations configure no zone

    others = []
    for zone in zones:
        local = at.astimezone(ZoneInfo(zone))
        others.append(local.strftime("%H:%M %Z" if local.date() == at.date() else "%a %H:%M %Z"))
    return f"{shown} ({', '.join(others)})"


def show_duration(duration: timedelta) -> str:
    """Return `duration` in the largest unit whose number is at least two, rounded down.

    A negative duration, which occurs if a clock was set back, is shown as 0.

    >>> show_duration(timedelta(days=2)), show_duration(timedelta(minutes=90)), show_duration(timedelta(seconds=-1))
    ('2 days', '90 minutes', '0 seconds')
    """
    seconds = max(0, int(duration.total_seconds()))
    size, unit = next(
        ((size, unit) for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")) if seconds >= 2 * size),
        (1, "second"),
    )
    return f"{seconds // size} {unit}{'' if seconds // size == 1 else 's'}"
