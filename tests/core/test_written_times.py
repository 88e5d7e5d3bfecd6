"""Times as people write them, and their meaning on Friday, 20 November 2026, at 14:40 in Berlin.

Each table was written from what people mean, before the parser was.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Literal
from zoneinfo import ZoneInfo

import pytest

from incidentmail.core.time_forms.written_times import NoTime, TooFar, read_time

BERLIN = ZoneInfo("Europe/Berlin")
AT = datetime(2026, 11, 20, 14, 40, tzinfo=BERLIN)

# In Berlin, and on the same day unless a date is given.
NEXT = {
    # After a while.
    "+15m": "14:55", "+ 15 min": "14:55", "+1h": "15:40", "+90m": "16:10", "+1h30": "16:10", "+1h30m": "16:10",
    "in 30 minutes": "15:10", "in 30 min": "15:10", "in 30 mins.": "15:10", "in 30m": "15:10", "30 min": "15:10",
    "30 minutes": "15:10", "30m": "15:10", "45min": "15:25", "in 1 hour": "15:40", "in an hour": "15:40",
    "an hour": "15:40", "in one hour": "15:40", "in two hours": "16:40", "1 hour": "15:40", "2h": "16:40",
    "in half an hour": "15:10", "half an hour": "15:10", "half hour": "15:10", "in a quarter of an hour": "14:55",
    "in an hour and a half": "16:10", "1.5 hours": "16:10", "in 1,5 hours": "16:10", "1h 30m": "16:10",
    "1 hour 30 minutes": "16:10", "1 hour and 30 minutes": "16:10", "in ten minutes": "14:50",
    "in about 20 min": "15:00",
    "30 minutes from now": "15:10", "within 30 minutes": "15:10", "in the next 30 minutes": "15:10",
    "In 30 Minutes": "15:10",
    "~30 min": "15:10", "30 min or so": "15:10",
    # On the clock.
    "15:30": "15:30", "15.30": "15:30", "15h30": "15:30", "15:30h": "15:30", "15:30 h": "15:30", "15h": "15:00",
    "15.30 Uhr": "15:30", "15 Uhr": "15:00", "at 15:30": "15:30", "by 15:30": "15:30", "at 15:30.": "15:30",
    "around 15:30": "15:30", "before 16:00": "16:00", "15:30:00": "15:30", "1530": "15:30",
    "1530h": "15:30", "1530 hrs": "15:30", "15:30 local time": "15:30", "15:30 today": "15:30", "today 15:30": "15:30",
    "today at 15:30": "15:30", "(15:30)": "15:30", "*15:30*": "15:30",
    "3:30": "15:30", "3.30": "15:30", "3pm": "15:00", "3 pm": "15:00", "3:30pm": "15:30", "3:30 pm": "15:30",
    "3.30 pm": "15:30", "3:30 p.m.": "15:30", "330pm": "15:30", "0330pm": "15:30", "3:30 PM": "15:30",
    "4 o'clock": "16:00",
    "half past 3": "15:30", "quarter past 3": "15:15", "quarter to 4": "15:45", "half past three": "15:30",
    "tonight 8pm": "20:00", "11pm": "23:00", "00:30": "21T00:30", "12:30 am": "21T00:30",
    "12am": "21T00:00", "midnight": "21T00:00", "at midnight": "21T00:00", "2am": "21T02:00",
    # In another zone.
    "15:00 UTC": "16:00", "15:00Z": "16:00", "1500Z": "16:00", "1500 UTC": "16:00", "15:00 UTC (16:00 CET)": "16:00",
    "15:00 GMT": "16:00", "16:00 CET": "16:00", "10:30 EDT": "15:30", "9 am PST": "18:00", "15:00 +00:00": "16:00",
    "15:00+0000": "16:00", "16:30 UTC+1": "16:30", "17:30 GMT+2": "16:30", "16:30 MEZ": "16:30",
    # On another day.
    "tomorrow 9:00": "21T09:00", "tomorrow at 9:00": "21T09:00", "tomorrow 9am": "21T09:00", "9am tomorrow": "21T09:00",
    "tomorrow, 09:00": "21T09:00", "09:00 tomorrow": "21T09:00", "tomorrow noon": "21T12:00",
    "tomorrow at noon": "21T12:00",
    "Monday 9am": "23T09:00", "on Monday at 9am": "23T09:00", "Mon 09:00": "23T09:00", "9am Monday": "23T09:00",
    "9:00 on Monday": "23T09:00", "next Monday 9:00": "23T09:00", "Friday 16:00": "16:00", "Fri 10:00": "27T10:00",
    "2026-11-21 03:30": "21T03:30", "2026-11-21T03:30": "21T03:30", "2026-11-21T02:30Z": "21T03:30",
    "2026-11-20T17:00:00+02:00": "16:00", "21 Nov 9:00": "21T09:00", "21 November 2026 09:00": "21T09:00",
    "Nov 21, 9am": "21T09:00", "21.11. 9:00": "21T09:00", "21.11.2026 9:00": "21T09:00",
}  # fmt: skip

# What happened: the latest such time in the past.
LAST = {
    "14:07": "14:07", "2:07": "14:07", "2.07 pm": "14:07", "207pm": "14:07", "1407": "14:07", "14:07 UTC": "19T15:07",
    "13:07 UTC": "14:07", "13:07Z": "14:07", "15:10": "19T15:10", "9:15": "09:15", "12:30": "12:30", "noon": "12:00",
    "midnight": "00:00", "at noon": "12:00", "now": "14:40", "just now": "14:40", "10 minutes ago": "14:30",
    "10 min ago": "14:30", "an hour ago": "13:40", "half an hour ago": "14:10", "about 20 minutes ago": "14:20",
    "2h ago": "12:40", "-15m": "14:25", "yesterday 23:10": "19T23:10", "23:10 yesterday": "19T23:10",
    "last night 23:10": "19T23:10", "Thursday 9am": "19T09:00", "on Thursday at 9:00": "19T09:00", "Fri 9:00": "09:00",
    "last Friday 9:00": "13T09:00", "2026-11-18T09:05:59Z": "18T10:05", "18 Nov 10:05": "18T10:05",
    "since 14:07": "14:07", "ca. 14:07": "14:07", "around 2pm": "14:00", "this morning 9:15": "09:15",
    "+15m": "14:25",
}  # fmt: skip

NO_TIMES = [
    "", " ", "soon", "later", "asap", "tbd", "?", "when fixed", "15", "3", "in 15", "30", "in a bit", "in a while",
    "end of day",
    "EOD", "25:00", "12:60", "24:30", "13 pm", "0 pm", "2560", "99:99", "15:00 IST", "15:00 EST", "15:00 BST",
    "15:00 or 16:00", "15:00-16:00", "between 3 and 4", "11/20 3pm", "2026-02-30 15:00", "32 Nov 9:00", "15:00 +15:00",
    "15:00 XYZ", "tomorrow", "Monday", "tomorrow morning", "next week", "version 1.30.2", "10.0.0.1",
    "0001-01-01 00:00",
    "9999-12-31 23:59 -05:00", "1026-11-20 14:00", "+99999m", "٣:٠٠", "in -5 minutes", "5 customers", "15:30 customers",
    "every 30 minutes", "30 minutes late", "in 30 minutes maybe", "not before 15:00", "1:2:3:4", "pm", "UTC", "+", "h",
    "a hour ago tomorrow", "12 2026 14:00",
]  # fmt: skip


def shown(at: datetime) -> str:
    local = at.astimezone(BERLIN)
    return local.strftime("%H:%M" if local.date() == AT.date() else "%dT%H:%M")


@pytest.mark.parametrize("text", NEXT)
def test_what_is_promised_is_the_nearest_such_time_in_the_future(text: str) -> None:
    at = read_time(text, written_at=AT, nearest="next")
    assert (shown(at) if isinstance(at, datetime) else None) == NEXT[text], at


@pytest.mark.parametrize("text", LAST)
def test_what_happened_is_the_latest_such_time_in_the_past(text: str) -> None:
    at = read_time(text, written_at=AT, nearest="last")
    assert isinstance(at, datetime), at
    assert shown(at) == LAST[text]


@pytest.mark.parametrize("text", NO_TIMES)
def test_what_is_no_time_is_told_to_be_none(text: str) -> None:
    directions: tuple[Literal["next"], Literal["last"]] = ("next", "last")
    for nearest in directions:
        found = read_time(text, written_at=AT, nearest=nearest)
        assert isinstance(found, NoTime) and not isinstance(found, TooFar), (nearest, found)
        assert found.remedy


# Nobody promises news in thirteen hours by the clock alone: it is a slip, or it was meant otherwise.
@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("03:30", "2026-11-21 03:30 +01:00"),
        ("14:30", "2026-11-21 14:30 +01:00"),
        ("14:00 UTC", None),
        ("13:00 UTC", "2026-11-21 14:00 +01:00"),
        ("noon", "2026-11-21 12:00 +01:00"),
        ("12:30", "2026-11-21 12:30 +01:00"),
        ("12:30 pm", "2026-11-21 12:30 +01:00"),
        ("9:00", "2026-11-21 09:00 +01:00"),
        ("11:00", "2026-11-21 11:00 +01:00"),
        ("9am", "2026-11-21 09:00 +01:00"),
        ("+13h", "2026-11-21 03:40 +01:00"),
        ("+12h", None),
        ("in 300 hours", "2026-12-03 02:40 +01:00"),
    ],
)
def test_a_promise_more_than_twelve_hours_ahead_is_asked_about_with_its_date(text: str, instead: str | None) -> None:
    found = read_time(text, written_at=AT, nearest="next")
    if instead is None:
        assert isinstance(found, datetime)
        return
    assert isinstance(found, TooFar)
    assert found.instead == instead
    dated = read_time(instead, written_at=AT, nearest="next")
    assert dated == found.at


def test_times_without_a_zone_are_in_that_of_the_writer_also_when_its_clocks_change() -> None:
    saturday = datetime(2026, 10, 24, 14, 40, tzinfo=BERLIN)
    at = read_time("tomorrow 14:40", written_at=saturday, nearest="next")
    assert at == datetime(2026, 10, 25, 13, 40, tzinfo=UTC)
    fixed = saturday.astimezone(timezone(timedelta(hours=2)))
    assert read_time("tomorrow 14:40", written_at=fixed, nearest="next") == datetime(2026, 10, 25, 12, 40, tzinfo=UTC)
    sunday = datetime(2026, 10, 25, 1, 0, tzinfo=BERLIN)
    assert read_time("+4h", written_at=sunday, nearest="next") == datetime(2026, 10, 25, 3, 0, tzinfo=UTC)
    assert read_time("+24h", written_at=saturday, nearest="last") == datetime(2026, 10, 23, 12, 40, tzinfo=UTC)
