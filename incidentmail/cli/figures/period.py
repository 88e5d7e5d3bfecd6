"""Parse the values of `--since` and `--until`: a day, a month, a quarter, a year, or an age."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from incidentmail.cli.common import time
from incidentmail.cli.terminal import Terminal
from incidentmail.errors import UsageError

_UNIT = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(\d{2})(?:-(\d{2}))?))?", re.I | re.A)
FORMS = "2026, 2026-Q4, 2026-11, 2026-11-20, or 90d"
QUARTER_MONTHS, YEAR_MONTHS = 3, 12


def begin_of(context: Terminal, text: str | None) -> datetime | None:
    """Return the beginning of the period given by `--since`. Raise UsageError if it is not a time."""
    if text is None:
        return None
    unit = _unit(text, "--since")
    return unit[0] if unit else time(context, text, "--since", "last")


def end_of(context: Terminal, text: str | None) -> datetime | None:
    """Return the first moment after the day, month or other period given by `--until`."""
    if text is None:
        return None
    unit = _unit(text, "--until")
    return unit[1] if unit else time(context, text, "--until", "last")


def check_order(since: datetime | None, until: datetime | None) -> None:
    """Raise UsageError if the period is empty."""
    if since and until and since >= until:
        raise UsageError("--since is not before --until", hint="--since 2026-01 --until 2026-06 is half a year")


def _unit(text: str, option: str) -> tuple[datetime, datetime] | None:
    """Return the start and end of a day, month, quarter or year in UTC, or None if `text` is none of these."""
    found = _UNIT.fullmatch(text.strip())
    if not found:
        return None
    year, quarter, month, day = (int(part) if part else None for part in found.groups())
    try:
        assert year is not None  # the pattern does not match without it
        if day and month:
            begin = datetime(year, month, day, tzinfo=UTC)
            return begin, begin + timedelta(days=1)
        first = (quarter - 1) * QUARTER_MONTHS + 1 if quarter else month or 1
        months = QUARTER_MONTHS if quarter else 1 if month else YEAR_MONTHS
        years, index = divmod(first - 1 + months, YEAR_MONTHS)
        return datetime(year, first, 1, tzinfo=UTC), datetime(year + years, index + 1, 1, tzinfo=UTC)
    except ValueError as error:
        raise UsageError(f"{option} '{text}' is no date", hint=f"write {FORMS}") from error
