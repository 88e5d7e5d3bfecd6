"""Define the results for text that is not a time, and for a time that its author has to confirm."""

from __future__ import annotations

from datetime import datetime

from incidentmail.core.frozen import Frozen


class NoTime(Frozen):
    """The reason why a text is not a time, and how to write one."""

    reason: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.reason}; {self.remedy}"


class TooFar(NoTime):
    """A promised time so far ahead that its author has to confirm it.

    `at` is the time, and `instead` is a text that gives it with its date.
    """

    at: datetime
    instead: str


UNREADABLE = NoTime("is no time", "write 15:00, 15:00 UTC, 2026-11-20 15:00 or +30m")
IMPOSSIBLE = NoTime("is no time that exists", "write 15:00 or 2026-11-20 15:00")
