"""Collect what is new for the reader of a brief: what happened since they last wrote, or since the time they gave."""

from __future__ import annotations

from collections.abc import Sequence

from incidentmail.app.context import AppContext
from incidentmail.core.events import Declared, Recorded
from incidentmail.core.text import clip, one_line
from incidentmail.core.times import show_time
from incidentmail.outbound.private_mails import Private
from incidentmail.outbound.private_pages import News
from incidentmail.report.timeline import timeline

LINES_MAX = 15
"""How many lines fit on one screen. `incidentmail timeline` shows all."""
LINE_CHARS_MAX = 200


def news_for(context: AppContext, content: Private, recorded: Sequence[Recorded]) -> News | None:
    """Return what is new for the reader of a brief, or None if they neither wrote in this incident nor gave a time.

    Their own changes are not new to them. A declaration does not count as writing, because people who declare and ask
    later want to know everything.
    """
    own = [one.at for one in recorded if one.by.same_as(content.to) and not isinstance(one.event, Declared)]
    since = content.since or (own[-1] if own else None)
    if since is None:
        return None
    zones, now = context.config.settings.timezones, context.now()
    newer = [one for one in recorded if one.at >= since and not one.by.same_as(content.to)]
    happened = [one for one in timeline(newer, context.words, zones, now) if one.is_news]
    lines = (
        f"{show_time(one.at, zones, now.date())} {one.by.name}{':' if one.is_said else ''} "
        f"{clip(one_line(one.what), LINE_CHARS_MAX)}"
        for one in happened[-LINES_MAX:]
    )
    return News(since=since, lines=tuple(lines))
