"""Describe for `status` the hook calls that are waiting, and those that hooks refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from incidentmail.core.text import counted
from incidentmail.core.times import show_duration
from incidentmail.ledger.deliveries import HookFigures

UNTRIED_AT_MOST = timedelta(minutes=1)
"""Calls are made at once, so a call that waits longer than this without being tried is stuck."""
LIST = "'incidentmail outbox list' shows them"


def hook_lines(figures: Sequence[HookFigures], names: Sequence[str], now: datetime) -> Iterator[str]:
    """Yield a line for each problem with hooks. `names` are the hooks in the configuration."""
    for one in figures:
        waiting = counted(one.queued, "call")
        if one.queued and one.hook not in names:
            wait = "waits" if one.queued == 1 else "wait"
            yield (
                f"{waiting} {wait} for the hook {one.hook}, which is not in the configuration: name it there again, or "
                "give them up with 'incidentmail outbox drop'"
            )
        elif one.tried_since is not None:
            since = show_duration(now - one.tried_since)
            yield f"the hook {one.hook} has not taken {waiting} for {since}: {one.last_error}; {LIST}"
        elif one.queued_since is not None and now - one.queued_since > UNTRIED_AT_MOST:
            since = show_duration(now - one.queued_since)
            yield f"the hook {one.hook} was not called yet, {waiting} for {since}; 'incidentmail serve' calls it"
        if one.failed:
            failed = counted(one.failed, "call")
            yield f"{failed} to the hook {one.hook} failed for good within a day: {one.last_error}; {LIST}"
