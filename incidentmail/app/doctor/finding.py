"""Define the findings of `doctor`: what was examined, whether it works, and what to do if it does not."""

from __future__ import annotations

from typing import Literal

from incidentmail.core.frozen import Frozen
from incidentmail.errors import IncidentMailError

Level = Literal["ok", "warning", "failure"]
REST = "how mail comes in, senders, the list, DNS, templates and hooks were not examined"
"""Text saying that the checks that need the ledger and the key were skipped."""


class Finding(Frozen, kw_only=True):
    """One line of the output. `check` is the kind of check. `cure` says what to do, and is None only if all is well.

    A failure means that mail cannot be sent, received or recorded; a warning means that this may happen. If something
    could not be examined, a warning says so, or the failure that prevented the check mentions it.
    """

    check: str
    level: Level
    what: str
    cure: str | None = None


def ok(check: str, what: str) -> Finding:
    """Return a finding that something works."""
    return Finding(check=check, level="ok", what=what)


def warning(check: str, what: str, cure: str) -> Finding:
    """Return a finding that something may not work or was not examined."""
    return Finding(check=check, level="warning", what=what, cure=cure)


def failure(check: str, what: str, cure: str) -> Finding:
    """Return a finding that something does not work."""
    return Finding(check=check, level="failure", what=what, cure=cure)


def failed(check: str, error: IncidentMailError, *, cure: str, without: str = "") -> Finding:
    """Return a failure that reports `error`. `without` says what was not examined because of it.

    The cure is the error's hint, or `cure` if the error has no hint.
    """
    rest = f"; {without}" if without else ""
    return Finding(check=check, level="failure", what=f"{error}{rest}", cure=error.hint or cure)
