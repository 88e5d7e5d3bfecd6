"""Render Atom feeds (RFC 4287), with one entry per update and ids that never change."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from markupsafe import Markup

from incidentmail.core.facts import json_time
from incidentmail.core.frozen import Frozen

NAMESPACE = "http://www.w3.org/2005/Atom"
ENTRIES_MAX = 40
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that an XML document cannot contain, even escaped (XML 1.0 section 2.2)."""


class Entry(Frozen, kw_only=True):
    """An entry of a feed: its id, its time, its title, the page it links to, and its paragraphs."""

    id: str
    at: datetime
    title: str
    link: str
    paragraphs: tuple[str, ...]


class Feed(Frozen, kw_only=True):
    """The properties of a feed. Its `id` and the ids of entries are URIs. `link` points to the first page."""

    id: str
    title: str
    author: str
    link: str
    itself: str | None
    updated: datetime


def tag_uri(domain: str, on: datetime, specific: str) -> str:
    """Return a permanent URI for `specific` that does not depend on the URL of the pages (RFC 4151).

    >>> from datetime import UTC
    >>> tag_uri("example.com", datetime(2026, 11, 20, tzinfo=UTC), "incidents/x/3")
    'tag:example.com,2026-11-20:incidents/x/3'
    """
    return f"tag:{domain},{on:%Y-%m-%d}:{specific}"


def atom(feed: Feed, entries: Sequence[Entry]) -> str:
    """Return the feed with its newest entries, newest first."""
    newest = sorted(entries, key=lambda one: (one.at, one.id), reverse=True)[:ENTRIES_MAX]
    root = Element("feed", xmlns=NAMESPACE)
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    _text(root, "updated", json_time(newest[0].at if newest else feed.updated) or "")
    _text(SubElement(root, "author"), "name", feed.author)
    SubElement(root, "link", rel="alternate", type="text/html", href=feed.link)
    if feed.itself is not None:
        SubElement(root, "link", rel="self", type="application/atom+xml", href=feed.itself)
    for entry in newest:
        element = SubElement(root, "entry")
        _text(element, "id", entry.id)
        _text(element, "title", entry.title)
        _text(element, "updated", json_time(entry.at) or "")
        _text(element, "published", json_time(entry.at) or "")
        SubElement(element, "link", rel="alternate", type="text/html", href=entry.link)
        html = Markup("").join(Markup("<p>{}</p>").format(text) for text in entry.paragraphs)
        _text(element, "content", html, type="html")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}\n'


def _text(parent: Element, tag: str, text: str, **attributes: str) -> None:
    SubElement(parent, tag, attributes).text = _NOT_XML.sub("", str(text))
