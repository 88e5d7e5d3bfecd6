"""`incidentmail log`: everything that happened, entry by entry."""

from __future__ import annotations

import time

import click

from incidentmail.app.choose_incident import choose
from incidentmail.cli.common import context_of, incident_argument, json_option, print_json
from incidentmail.cli.help import command, option
from incidentmail.cli.screen.layout import Line, Span, wrapped
from incidentmail.cli.screen.output import show, width_of_screen
from incidentmail.core.facts import json_time
from incidentmail.ledger.values import Entry
from incidentmail.report.timeline import timeline

from .parts import Page

POLL_S = 1.0


@command("log", "log", "log checkout --follow", "log --all --json")
@incident_argument
@option("--all", "everything", is_flag=True, help="The whole ledger, every incident.")
@option("--follow", is_flag=True, help="Stay, and print what comes.")
@json_option
@click.pass_context
def log_command(ctx: click.Context, incident: str | None, everything: bool, follow: bool, as_json: bool) -> int:
    """Show everything that happened, entry by entry."""
    with context_of(ctx, looks_only=True) as context:
        after, name = 0, None
        page = Page.of(context, width_of_screen())
        news = context.ledger.news() if follow else None
        if not everything:
            with context.ledger.snapshot() as view:
                name = choose(view, incident).id
        while True:
            with context.ledger.snapshot() as view:
                for entry in view.entries(name, after=after):
                    cause = view.message_ids([entry.caused_by.seq]) if entry.caused_by else {}
                    if as_json:
                        from incidentmail.cli import shapes

                        print_json(shapes.log_line(entry, cause))
                    else:
                        show(_lines(page, entry, everything=everything))
                    after = entry.seq
            if not follow:
                return 0
            if news is None:
                time.sleep(POLL_S)
            else:
                news.wait(POLL_S)


def _lines(page: Page, entry: Entry, *, everything: bool) -> list[Line]:
    """Return an entry as lines: its number in the ledger, its time, author and content, and the mail that caused it."""
    recorded = entry.recorded
    (one,) = timeline([recorded], page.words, page.zones, page.now)
    lead = f"{entry.seq:5}  {json_time(recorded.at)}  "
    said = [Span(one.by.name, "strong"), Span(f"{':' if one.is_said else ''} {one.what}")]
    said += [Span(f" [mail {entry.caused_by.seq}]", "faint")] if entry.caused_by else []
    said += [Span(f" [{recorded.incident}]", "faint")] if everything else []
    return wrapped(said, page.width, first=(Span(lead, "faint"),), indent=7)
