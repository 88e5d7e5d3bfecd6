"""Render the pages that list incidents: the first page, with open and recent incidents, and a page for each year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from incidentmail.core.frozen import Frozen
from incidentmail.report.ages import show_length
from incidentmail.report.html_page import html_page
from incidentmail.report.picture.incident_picture import severity_class
from incidentmail.templating import Templates

from .incident_page import ENDED, page_name
from .record import Listed
from .setting import Setting

RECENT = timedelta(days=30)
"""How long an ended incident is listed on the first page, counted from its declaration."""
RECENT_MAX = 50
CHECK_EVERY = timedelta(minutes=5)
"""How often `serve` rewrites the first page although nothing has changed, so that its time stays current."""
VALID_FOR = 2 * CHECK_EVERY
"""How long after the last rewrite readers can rely on the page, as stated on it."""
FEED = "feed.xml"
INDEX = "index.html"


class Checked(Frozen):
    """When the pages were last compared with the record. If `stopped` is true, the next time may be much later."""

    at: datetime
    stopped: bool = False

    @property
    def valid_until(self) -> datetime:
        return self.at + VALID_FOR


def visible(found: Iterable[Listed], setting: Setting) -> list[Listed]:
    """Return the incidents that have a page, newest first."""
    shown = [one for one in found if not one.hidden and (setting.drills or not one.drill)]
    return sorted(shown, key=lambda one: (one.declared_at, one.id), reverse=True)


def index_page(shown: Sequence[Listed], checked: Checked, setting: Setting, templates: Templates) -> str:
    """Return the first page: open incidents, worst first, then recent ones, and the numbers of incidents."""
    open_ones = sorted((one for one in shown if one.is_open), key=lambda one: (one.severity, one.phase))
    since = checked.at - RECENT
    recent = [one for one in shown if not one.is_open and one.declared_at >= since][:RECENT_MAX]
    return html_page(
        templates,
        "page/index.html.j2",
        {
            **_shared(setting),
            "checked": checked,
            "open": open_ones,
            "recent": recent,
            "counts": _counts(shown, checked.at, setting),
            "years": sorted({one.declared_at.year for one in shown}, reverse=True),
        },
    )


def year_page(year: int, shown: Sequence[Listed], setting: Setting, templates: Templates) -> str:
    """Return the page of all incidents declared in a year, newest first."""
    listed = [one for one in shown if one.declared_at.year == year]
    months: dict[datetime, list[Listed]] = {}
    for one in listed:
        months.setdefault(one.declared_at.replace(day=1, hour=0, minute=0, second=0), []).append(one)
    values = {**_shared(setting), "year": year, "months": list(months.items()), "count": len(listed)}
    return html_page(templates, "page/year.html.j2", values)


def year_name(year: int) -> str:
    return f"{year}.html"


def _shared(setting: Setting) -> dict[str, Any]:
    policy = setting.words.policy
    return {
        "site": setting,
        "page_name": page_name,
        "tone": lambda one: severity_class(one.severity if one.is_open else one.worst, policy),
        "ended": lambda one: ENDED[one.status],
        "length": lambda one: show_length((one.ended_at or one.changed_at) - one.declared_at),
    }


def _counts(shown: Sequence[Listed], now: datetime, setting: Setting) -> list[tuple[str, int, int]]:
    """Return the number of incidents in the last 30 and 365 days, by worst severity. Drills do not count."""
    real = [one for one in shown if not one.drill]
    month = Counter(one.worst for one in real if one.declared_at >= now - timedelta(days=30))
    year = Counter(one.worst for one in real if one.declared_at >= now - timedelta(days=365))
    words = setting.words
    levels = sorted({step.level for step in words.policy.severities} | set(year))
    return [(words.severity_clause(level), month[level], year[level]) for level in levels]
