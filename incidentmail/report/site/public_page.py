"""Render the public pages: the status, a page per year, a page to show if the status is stale, and a feed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from incidentmail.report.html_page import html_page
from incidentmail.templating import Templates

from .atom import Entry, Feed, atom, tag_uri
from .feeds import absolute
from .index_pages import CHECK_EVERY, FEED, INDEX, VALID_FOR, Checked, year_name
from .public_status import PublicIncident, PublicStatement, public_status
from .record import Listed
from .setting import Setting

STALE = "stale.html"
"""A page that the web server can show instead if the status is older than it should be (docs/pages.md)."""
PAST = timedelta(days=14)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def public_pages(
    listed: Iterable[Listed], checked: Checked, setting: Setting, templates: Templates, *, key: bytes
) -> dict[str, str]:
    """Return a mapping from file names to public files, in the order in which to write them.

    The first page comes last, because it links to the others.
    """
    status = public_status(listed, checked.at, setting, key=key)
    years = sorted({one.begin.year for one in status.incidents}, reverse=True)
    shared = {"site": setting, "said": said, "page_of": lambda one: f"{year_name(one.begin.year)}#i-{one.name}"}
    pages = {}
    for year in years:
        found = [one for one in status.incidents if one.begin.year == year]
        values = {**shared, "year": year, "incidents": found}
        pages[year_name(year)] = html_page(templates, "page/public_year.html.j2", values)
    pages[STALE] = html_page(templates, "page/stale.html.j2", {**shared, "valid_min": VALID_FOR // _MINUTE})
    pages[FEED] = _feed(status.incidents, setting)
    values = {
        **shared,
        "status": status,
        "checked": checked,
        "every_min": CHECK_EVERY // _MINUTE,
        "past": [one for one in status.incidents if not one.is_current and _last(one) >= checked.at - PAST],
        "years": years,
        "components": _components(status.current, setting),
    }
    pages[INDEX] = html_page(templates, "page/public.html.j2", values)
    return pages


_MINUTE = timedelta(minutes=1)


def said(statement: PublicStatement) -> str:
    """Return the text for a statement: its words, or a sentence that says that the words no longer apply."""
    if statement.is_over:
        return "This is over."
    return "What was announced here before was withdrawn." if statement.words is None else statement.words


def _last(one: PublicIncident) -> datetime:
    return one.statements[0].at


def _components(current: Iterable[PublicIncident], setting: Setting) -> list[tuple[str, PublicIncident | None]]:
    """Return each component with the oldest current problem that mentions it, or None."""
    oldest_first = sorted(current, key=lambda one: one.begin)
    return [(name, next((one for one in oldest_first if name in one.components), None)) for name in setting.components]


def _feed(incidents: Iterable[PublicIncident], setting: Setting) -> str:
    feed = Feed(
        id=tag_uri(setting.domain, _EPOCH, "incidentmail/status"),
        title=setting.public_title,
        author=setting.public_title,
        link=absolute(setting.public_url, INDEX),
        itself=absolute(setting.public_url, FEED) if setting.public_url else None,
        updated=_EPOCH,
    )
    entries = [
        Entry(
            id=tag_uri(setting.domain, one.begin, f"incidentmail/status/{one.name}/{statement.number}"),
            at=statement.at,
            title=f"{one.title}: {'over' if statement.is_over else 'announcement'}",
            link=absolute(setting.public_url, f"{year_name(one.begin.year)}#i-{one.name}"),
            paragraphs=(said(statement),),
        )
        for one in incidents
        for statement in one.statements
    ]
    return atom(feed, entries)
