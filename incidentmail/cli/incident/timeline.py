"""`incidentmail timeline`: show what happened in an incident, in order. `log` shows every entry."""

from __future__ import annotations

import click

from incidentmail.app.choose_incident import choose
from incidentmail.cli.common import context_of, incident_argument, json_option, print_json, time
from incidentmail.cli.help import command, option
from incidentmail.cli.screen.output import show, width_of_screen
from incidentmail.report.timeline import timeline

from .parts import Page, happened


@command("timeline", "timeline", "timeline checkout --since 14:00")
@incident_argument
@option("--since", metavar="TIME", help="Only what happened from then on: 14:00, or 2h.")
@json_option
@click.pass_context
def timeline_command(ctx: click.Context, incident: str | None, since: str | None, as_json: bool) -> int:
    """Show what happened in an incident, in order."""
    with context_of(ctx, looks_only=True) as context, context.ledger.snapshot() as view:
        found, page = choose(view, incident), Page.of(context, width_of_screen())
        start = time(context, since, "--since", "last") if since else found.declared_at
        entries = (entry.recorded for name in (found.id, *found.merged_from) for entry in view.entries(name))
        recorded = sorted(entries, key=lambda one: one.at)
        shown = [one for one in timeline(recorded, page.words, page.zones, page.now) if one.at >= start]
        if as_json:
            from incidentmail.cli import shapes

            for one in shown:
                print_json(shapes.happened(one))
        else:
            show(happened(page, shown, ago=False))
            if not shown:
                click.echo("nothing has happened since", err=True)
    return 0
