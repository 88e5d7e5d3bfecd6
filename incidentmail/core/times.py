"""Times as people write and read them: shown in UTC and the configured zones, read in the writer's offset."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Literal
from zoneinfo import ZoneInfo

from .text import one_line

# Abbreviations with a single meaning. IST, BST, CST and EST have several, and are refused.
ZONE_OFFSETS_H = {
    "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3,
    "PST": -8, "PDT": -7, "MST": -7, "MDT": -6, "EDT": -4, "JST": 9,
}  # fmt: skip
DISTANCE_MAX = timedelta(days=3660)
"""No incident began ten years ago, and no update is due in ten years: such a year is a typing error."""
_RELATIVE = re.compile(r"(?:in\s+|\+\s*)(\d{1,4})\s*(m|mins?|minutes?|h|hrs?|hours?)", re.I | re.A)
_CLOCK = re.compile(
    r"(?:by\s+|at\s+)?(?:(?P<date>\d{4}-\d\d-\d\d)[T\s]+)?(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d\d)(?::\d\d)?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?P<zone>[A-Z]{1,5}|[+-]\d\d:?\d\d)?\s*(?:\([^()]*\))?\.?",
    re.I | re.A,
)


def show_time(at: datetime, zones: Sequence[str] = (), on: date | None = None) -> str:
    """Return `at` in UTC and each of `zones`; with the date if not `on`, with the weekday if a zone's date differs.

    >>> at = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    >>> show_time(at, ["Europe/Berlin", "America/Los_Angeles"], on=date(2026, 11, 20))
    '23:30 UTC (Sat 00:30 CET, 15:30 PST)'
    >>> show_time(at, on=date(2026, 11, 21))
    '2026-11-20 23:30 UTC'
    """
    at = at.astimezone(UTC)
    shown = at.strftime("%H:%M UTC") if on is None or at.date() == on else at.strftime("%Y-%m-%d %H:%M UTC")
    others = []
    for zone in zones:
        local = at.astimezone(ZoneInfo(zone))
        others.append(local.strftime("%H:%M %Z" if local.date() == at.date() else "%a %H:%M %Z"))
    return f"{shown} ({', '.join(others)})" if others else shown


def show_duration(duration: timedelta) -> str:
    """Return `duration` in the largest unit that fits twice, rounded down; 0 if negative (a clock was set back).

    >>> show_duration(timedelta(days=2)), show_duration(timedelta(minutes=90)), show_duration(timedelta(seconds=-1))
    ('2 days', '90 minutes', '0 seconds')
    """
    seconds = max(0, int(duration.total_seconds()))
    size, unit = next(
        ((size, unit) for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute")) if seconds >= 2 * size),
        (1, "second"),
    )
    return f"{seconds // size} {unit}{'' if seconds // size == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class NoTime:
    """Why a text is no time, and what to write instead."""

    reason: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.reason}; {self.remedy}"


def read_time(text: str, *, written_at: datetime, nearest: Literal["next", "last"]) -> datetime | NoTime:
    """Return the instant that `text` means, in UTC, or why it means none.

    Without a zone it is in the offset of `written_at`; without a date it is the next (or last) occurrence.
    Seconds are dropped, because mails do not show them.

    >>> noon = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    >>> read_time("11:00", written_at=noon, nearest="next").isoformat()
    '2026-11-21T11:00:00+00:00'
    >>> read_time("+15m", written_at=noon, nearest="next").isoformat()
    '2026-11-20T12:15:00+00:00'
    >>> read_time("11:00 IST", written_at=noon, nearest="next")
    NoTime(reason='IST means several zones', remedy='write UTC or an offset such as +01:00')
    """
    text = one_line(text)
    relative = _RELATIVE.fullmatch(text.rstrip("."))
    try:
        at = _after(relative, written_at, nearest) if relative else _on_the_clock(text, written_at, nearest)
        if isinstance(at, datetime) and abs(at - written_at) > DISTANCE_MAX:
            return NoTime("is too far away", "write 15:00 or 2026-11-20 15:00")
        return at if isinstance(at, NoTime) else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return NoTime("is no time that exists", "write 15:00 or 2026-11-20 15:00")


def _after(found: re.Match[str], written_at: datetime, nearest: Literal["next", "last"]) -> datetime:
    unit = timedelta(hours=1) if found[2].lower().startswith("h") else timedelta(minutes=1)
    at = written_at + int(found[1]) * (unit if nearest == "next" else -unit)
    return at.replace(second=0, microsecond=0)


def _on_the_clock(text: str, written_at: datetime, nearest: Literal["next", "last"]) -> datetime | NoTime:
    found = _CLOCK.fullmatch(text)
    if not found or not (found["minute"] or found["half"]):
        return NoTime("is no time", "write 15:00, 15:00 UTC, 2026-11-20 15:00 or +30m")
    zone = _zone(found["zone"], written_at)
    if isinstance(zone, NoTime):
        return zone
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            return NoTime("is no time", "write 15:00 or 3 pm")
        hour = hour % 12 + (12 if found["half"].lower().startswith("p") else 0)
    local = written_at.astimezone(zone)
    day = date.fromisoformat(found["date"]) if found["date"] else local.date()
    at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
    if not found["date"] and nearest == "next" and at < local - timedelta(minutes=1):
        at += timedelta(days=1)
    if not found["date"] and nearest == "last" and at > local + timedelta(minutes=1):
        at -= timedelta(days=1)
    return at


def _zone(text: str | None, written_at: datetime) -> timezone | NoTime:
    if not text:
        return timezone(written_at.utcoffset() or timedelta())
    if text[0] in "+-":
        hours, minutes = int(text[1:3]), int(text[-2:])
        if hours > 14 or minutes > 59:
            return NoTime("has no such offset", "write +01:00")
        return timezone((1 if text[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes))
    if text.upper() in ZONE_OFFSETS_H:
        return timezone(timedelta(hours=ZONE_OFFSETS_H[text.upper()]))
    return NoTime(f"{text} means several zones", "write UTC or an offset such as +01:00")
