"""Render the feed of the organisation's pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from incidentmail.core.words import DRILL_PREFIX

from .atom import Entry, Feed, atom, tag_uri
from .incident_page import page_name
from .index_pages import FEED, INDEX
from .record import Listed
from .setting import Setting

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of an empty feed, which needs one that never changes."""


def incident_feed(shown: Sequence[Listed], setting: Setting) -> str:
    """Return the feed with one entry for each update of the incidents that have a page."""
    feed = Feed(
        id=tag_uri(setting.domain, _EPOCH, "incidentmail/incidents"),
        title=setting.title,
        author=setting.title,
        link=absolute(setting.url, INDEX),
        itself=absolute(setting.url, FEED) if setting.url else None,
        updated=_EPOCH,
    )
    return atom(feed, [entry for one in shown for entry in _entries(one, setting)])


def absolute(url: str | None, name: str) -> str:
    """Return the URL of the file `name`, or a relative link if `url` is unknown."""
    return f"{url.rstrip('/')}/{name}" if url else name


def _entries(one: Listed, setting: Setting) -> list[Entry]:
    drill = DRILL_PREFIX if one.drill else ""
    return [
        Entry(
            id=tag_uri(setting.domain, one.declared_at, f"incidentmail/{one.id}/{news.number}"),
            at=news.at,
            title=f"{drill}{news.title}",
            link=absolute(setting.url, page_name(one.id)),
            paragraphs=news.lines,
        )
        for news in one.news
    ]
