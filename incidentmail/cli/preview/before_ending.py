"""Before an incident ends, show what the list has read last and what stays open."""

from __future__ import annotations

from collections.abc import Iterator

from incidentmail.app.context import AppContext
from incidentmail.cli.incident.parts import LOOKED_THROUGH_MAX, Page, happened, item_lines, needed, section
from incidentmail.cli.screen.layout import Line, Span, wrapped
from incidentmail.core.events import NoteAdded, UpdateGiven
from incidentmail.core.model import Incident
from incidentmail.core.tracking.tracked_items import TO_DO, open_items
from incidentmail.ledger.values import Entry
from incidentmail.ledger.view import LedgerView
from incidentmail.report.timeline import timeline

LAST_SHOWN = 5


def ending_lines(context: AppContext, view: LedgerView, incident: Incident, width: int) -> list[Line]:
    """Return lines with what the list has read last, the open actions and needs, and the roles that nobody holds."""
    page = Page.of(context, width)
    told = [entry.recorded for entry in view.newest_entries(incident.id, limit=LOOKED_THROUGH_MAX) if _is_read(entry)]
    last = list(timeline(told[-LAST_SHOWN:], page.words, page.zones, page.now))
    return [
        *section("The list has read; does the end answer it?", happened(page, last)),
        *section("If it ends now, this stays open", item_lines(page, open_items(incident.items, *TO_DO))),
        *_unfilled(page, incident),
    ]


def _is_read(entry: Entry) -> bool:
    """Return whether an entry contains a sentence that the list has read, from an update or a reply."""
    match entry.recorded.event:
        case UpdateGiven(text=text):
            return bool(text)
        case NoteAdded(rides=rides):
            return rides or entry.caused_by is not None
        case _:
            return False


def _unfilled(page: Page, incident: Incident) -> Iterator[Line]:
    titles = needed(page, incident)
    if titles:
        yield ()
        yield from wrapped(Span(f"Roles that nobody held: {', '.join(titles)}", "faint"), page.width, indent=2)
