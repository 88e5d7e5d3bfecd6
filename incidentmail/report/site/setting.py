"""Define the settings shared by all pages of a site: the organisation's words, its time zones, and URLs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from markupsafe import Markup, escape

from incidentmail.core.facts import json_time
from incidentmail.core.frozen import Frozen
from incidentmail.core.hosts import clickable
from incidentmail.core.times import show_time
from incidentmail.core.words import Words

PLACE = "{message_id}"
"""The placeholder for a mail's Message-ID in the URL of the list's archive."""


class Setting(Frozen, kw_only=True):
    """The organisation's settings for its pages.

    `url` and `public_url` are the URLs of the pages. If a URL is None, links are relative. `domain` is the domain of
    the tool's address. `components` maps the name of each component to the words that refer to it in words for
    customers. `drills` is false if drills are left out.
    """

    words: Words
    zones: Sequence[str] = ()
    title: str = "Incidents"
    public_title: str = "Status"
    archive: str | None = None
    url: str | None = None
    public_url: str | None = None
    domain: str = "example.com"
    components: dict[str, tuple[str, ...]]
    drills: bool = True

    def archived(self, message_id: str) -> str | None:
        """Return the URL of a message in the list's archive, or None if there is no archive."""
        bare = message_id.strip("<>")
        return self.archive.replace(PLACE, quote(bare, safe="")) if self.archive else None

    def time(self, at: datetime, on: datetime | None = None) -> Markup:
        """Return a time as HTML, in UTC and the configured zones. On the day of `on`, omit the date."""
        shown = show_time(at, self.zones, on.date() if on is not None else None)
        text = shown if on is not None else f"{at.day} {at:%b %Y}, {show_time(at, self.zones, at.date())}"
        return Markup(f'<time datetime="{json_time(at)}">{escape(text)}</time>')

    def linked(self, text: str) -> Markup:
        """Return `text` as HTML in which links to the organisation's hosts are clickable."""
        hosts, parts, done = self.words.policy.venue_hosts, [], 0
        for start, end in clickable(text, hosts) if hosts else ():
            link = Markup('<a href="{0}" rel="noopener noreferrer">{0}</a>').format(text[start:end])
            parts += [escape(text[done:start]), link]
            done = end
        return Markup("").join((*parts, escape(text[done:])))
