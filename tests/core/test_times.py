"""Times as they are shown and read: in UTC and any zone, and never further away than people mean."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentmail.core.facts import json_time
from incidentmail.core.time_forms.written_times import DISTANCE_MAX, PROMISE_MAX, NoTime, read_time
from incidentmail.core.times import show_time

DAY = datetime(2026, 11, 20, tzinfo=UTC)
NOON = DAY + timedelta(hours=12)
PARIS = timezone(timedelta(hours=1))
minutes = st.integers(min_value=0, max_value=1439).map(lambda minute: DAY + timedelta(minutes=minute))


@given(minutes, minutes)
def test_a_time_shown_is_read_back_within_its_day(one: datetime, other: datetime) -> None:
    earlier, later = sorted((one, other))
    if later - earlier <= PROMISE_MAX:
        assert read_time(show_time(later, on=DAY.date()), written_at=earlier, nearest="next") == later
    if later - earlier < timedelta(hours=23, minutes=59):  # else it is a minute ahead as well, as clocks may be
        assert read_time(show_time(earlier, on=DAY.date()), written_at=later, nearest="last") == earlier


@given(minutes, st.integers(min_value=-3000, max_value=3000), st.sampled_from(["Europe/Berlin", "Asia/Kolkata"]))
def test_a_time_shown_with_its_date_is_read_back_from_any_day(at: datetime, days: int, zone: str) -> None:
    written = show_time(at, [zone], on=date(2026, 11, 19))
    assert read_time(f"by {written}.", written_at=at + timedelta(days=days), nearest="next") == at


@pytest.mark.parametrize(
    ("text", "nearest", "expected"),
    [
        ("13:00", "next", "2026-11-20T12:00:00Z"),  # in the writer's own offset
        ("13:00 UTC", "next", "2026-11-20T13:00:00Z"),
        ("15:00 +02:00", "next", "2026-11-20T13:00:00Z"),
        ("1 pm", "next", "2026-11-20T12:00:00Z"),
        ("12 am", "next", "2026-11-20T23:00:00Z"),
        ("14.30 CET", "last", "2026-11-19T13:30:00Z"),
        ("13h00", "last", "2026-11-20T12:00:00Z"),
        ("2026-11-18T09:05:59Z", "last", "2026-11-18T09:05:00Z"),
        ("+15m", "next", "2026-11-20T12:15:00Z"),
        ("in 2 hours", "next", "2026-11-20T14:00:00Z"),
        ("+15m", "last", "2026-11-20T11:45:00Z"),
    ],
)
def test_a_time_means_what_its_writer_means(text: str, nearest: Literal["next", "last"], expected: str) -> None:
    at = read_time(text, written_at=NOON.astimezone(PARIS), nearest=nearest)
    assert isinstance(at, datetime), at
    assert json_time(at) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "15",
        "25:00",
        "12:60",
        "13 pm",
        "15:00 IST",
        "15:00 EST",
        "2026-02-30 15:00",
        "15:00 +15:00",
        "0001-01-01 00:00",
        "9999-12-31 23:59 -05:00",
        "1026-11-20 14:00",
        "+99999m",
        "٣:٠٠",
    ],
)
def test_what_is_no_time_is_said_to_be_none(text: str) -> None:
    assert isinstance(read_time(text, written_at=NOON, nearest="next"), NoTime)


@given(st.text(max_size=30) | st.from_regex(r"\d{4}-\d\d-\d\d \d\d:\d\d( [+-]\d\d:\d\d)?", fullmatch=True))
def test_anything_is_a_time_near_enough_or_told_to_be_none(text: str) -> None:
    at = read_time(text, written_at=NOON, nearest="last")
    assert isinstance(at, NoTime) or abs(at - NOON) <= DISTANCE_MAX


@pytest.mark.parametrize("written_at", [datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=PARIS)])
@pytest.mark.parametrize("text", ["+9999h", "23:59", "00:00", "23:59 -0800", "00:00 +14:00"])
def test_a_mail_dated_at_either_end_of_time_raises_nothing(written_at: datetime, text: str) -> None:
    directions: tuple[Literal["next"], Literal["last"]] = ("next", "last")
    for nearest in directions:
        at = read_time(text, written_at=written_at, nearest=nearest)
        assert isinstance(at, NoTime) or abs(at - written_at) <= DISTANCE_MAX


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_time_stored_as_json_is_read_back(at: datetime) -> None:
    stored = json_time(at)
    assert stored is not None
    assert len(stored) == 20
    assert datetime.fromisoformat(stored) == at.replace(microsecond=0)


def test_a_time_is_stored_in_utc_whatever_its_zone() -> None:
    assert json_time(NOON.astimezone(PARIS)) == "2026-11-20T12:00:00Z"
    with pytest.raises(ValueError, match="zone"):
        json_time(NOON.replace(tzinfo=None))
