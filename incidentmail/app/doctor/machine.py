"""Examine the clock and the time zones of this machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from incidentmail.core.times import show_duration

from .finding import Finding, failure, ok

CLOCK, ZONES = "clock", "zones"
SKEW_MAX = timedelta(minutes=2)
"""A larger difference from the clocks of other servers is reported."""


def clock(
    now: datetime, recorded_at: datetime | None, stamps: Sequence[tuple[datetime, datetime]]
) -> Iterator[Finding]:
    """Yield findings on whether the clock is right.

    `recorded_at` is the time of the newest entry. `stamps` holds two times for each of the newest mails: when, by its
    own account, another server passed the mail on, and when the mail was accepted here.
    """
    cure = "let the machine set its clock from the network (timedatectl set-ntp true)"
    ahead = max((said - here for said, here in stamps), default=timedelta())
    if recorded_at is not None and recorded_at - now > SKEW_MAX:
        late = show_duration(recorded_at - now)
        yield failure(CLOCK, f"it is {late} before the newest entry of the ledger", cure)
    elif ahead > SKEW_MAX:
        yield failure(CLOCK, f"it was {show_duration(ahead)} behind the mail server when the newest mail came in", cure)
    else:
        yield ok(CLOCK, f"{now:%Y-%m-%d %H:%M} UTC")


def zones(now: datetime, names: Sequence[str]) -> Iterator[Finding]:
    """Yield the current time in each zone that mails use, so that the operator can compare it with a clock."""
    shown = [f"{name} {now.astimezone(ZoneInfo(name)):%H:%M}" for name in names]
    yield ok(ZONES, ", ".join(shown) if shown else "mails show UTC only")
