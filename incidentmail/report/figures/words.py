"""Format figures as text: periods, shares, and the incidents not counted."""

from __future__ import annotations

from datetime import datetime, timedelta

from incidentmail.report.ages import show_length

from .distribution import Distribution, Share
from .statistics import Statistics

FEW_MARK = " *"
"""Follows a figure from fewer than five incidents."""


def period(since: datetime | None, until: datetime | None) -> str:
    """Return a period as text.

    >>> from datetime import UTC
    >>> period(datetime(2026, 1, 1, tzinfo=UTC), None), period(None, None)
    (' declared from 2026-01-01 00:00 UTC on', '')
    """
    if since is None and until is None:
        return ""
    begin = f" from {since:%Y-%m-%d %H:%M} UTC" if since else ""
    if until is None:
        return f" declared{begin} on"
    return f" declared{begin}{' to' if since else ''} before {until:%Y-%m-%d %H:%M} UTC"


def show_share(share: Share, *, few: bool = True) -> str:
    """Return a share as text, with its numbers.

    >>> show_share(Share(part=3, n=4)), show_share(Share(part=0, n=0)), show_share(Share(part=1, n=2), few=False)
    ('75 % (3 of 4) *', '-', '50 % (1 of 2)')
    """
    if not share.n:
        return "-"
    return f"{percent(share)} ({share.part} of {share.n}){FEW_MARK if few and share.is_few else ''}"


def percent(share: Share) -> str:
    """Return a share as a percentage, rounded half up, or `-` if it has no value.

    >>> percent(Share(part=1, n=8)), percent(Share(part=0, n=0))
    ('13 %', '-')
    """
    return f"{(200 * share.part + share.n) // (2 * share.n)} %" if share.n else "-"


def not_counted(found: Statistics) -> str:
    """Return a text that says which incidents in the period are not in the figures, or an empty string."""
    out = found.left_out
    kinds = (
        (out.drills, "drill", "drills"), (out.retracted, "retracted", "retracted"),
        (out.merged, "part of another incident", "parts of other incidents"),
    )  # fmt: skip
    return ", ".join(f"{number} {one if number == 1 else many}" for number, one, many in kinds if number)


def length(found: Distribution, duration: timedelta | None) -> str:
    """Return a duration as text, marked if it comes from fewer than five incidents.

    >>> from .distribution import distribution
    >>> of_two = distribution([timedelta(minutes=20), timedelta(minutes=40)])
    >>> length(of_two, of_two.median)
    '30 min *'
    """
    if duration is None:
        return "-"
    return f"{show_length(duration) if duration else 'at once'}{FEW_MARK if found.is_few else ''}"
