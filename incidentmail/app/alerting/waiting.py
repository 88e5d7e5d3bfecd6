"""Describe the alerts that wait for an answer, for `status`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from incidentmail.core.alerts.asking import EACH
from incidentmail.core.alerts.proposal import AlertProposal
from incidentmail.core.text import clip
from incidentmail.core.times import show_duration

LINES_MAX = 5
TITLE_CHARS_MAX = 80


def alert_lines(waiting: Sequence[AlertProposal], now: datetime, *, long: bool) -> Iterator[str]:
    """Yield a line for each of the newest alerts that wait for an answer, and one line for the rest.

    If `long` is true, include only alerts that the first person asked has had time to answer; otherwise include only
    newer ones.
    """
    some = [one for one in waiting if (now - one.opened_at >= EACH) == long]
    for one in some[:LINES_MAX]:
        names = ", ".join(asked.person.name for asked in one.asked) or "nobody yet"
        title = clip(one.title, TITLE_CHARS_MAX)
        yield (
            f"alert {one.number} has waited for an answer for {show_duration(now - one.opened_at)} (asked: {names}): "
            f"{title}; see 'incidentmail alert'"
        )
    if len(some) > LINES_MAX:
        yield f"{len(some) - LINES_MAX} more alerts wait as long; see 'incidentmail alert'"
