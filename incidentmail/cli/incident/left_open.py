"""Say what would stay open if an incident ended now, before its end is mailed."""

from __future__ import annotations

from collections.abc import Iterable

from incidentmail.app.context import AppContext
from incidentmail.cli.screen.layout import Line, Span, wrapped
from incidentmail.core.commands import Command, SetStatus
from incidentmail.core.model import Incident, Status
from incidentmail.core.text import counted
from incidentmail.core.tracking.tracked_items import TO_DO, open_items

from .parts import Page, item_lines, needed, section

TITLE = "If it ends now, this stays open"


def would_end(commands: Iterable[Command]) -> bool:
    return any(isinstance(command, SetStatus) and command.status is not Status.OPEN for command in commands)


def left_open_lines(context: AppContext, incident: Incident, width: int) -> list[Line]:
    """Return the open actions and needs, and the roles that the severity requires and nobody holds, with a heading."""
    page = Page.of(context, width)
    lines = item_lines(page, open_items(incident.items, *TO_DO))
    for title in needed(page, incident):
        lines += wrapped(Span(f"{title}: nobody", "warn"), width, first=(Span("  "),), indent=4)
    return section(TITLE, lines)


def left_open_doubts(incident: Incident) -> list[str]:
    """Return the same as a warning for somebody who is not asked: how much is left to do, which its owners are told."""
    left = open_items(incident.items, *TO_DO)
    if not left:
        return []
    numbers = ", ".join(f"{item.kind} {item.number}" for item in left)
    told = "" if all(item.owner and item.owner.address for item in left) else " if their address is known"
    return [f"{counted(len(left), 'thing')} not done yet ({numbers}); the owners are told{told}"]
