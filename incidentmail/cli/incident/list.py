"""`incidentmail list`: the open incidents."""

from __future__ import annotations

import click

from incidentmail.cli.common import context_of, json_option, print_json, say
from incidentmail.core.words import DRILL_PREFIX, RESTRICTED_PREFIX


@click.command("list")
@click.option("--all", "everything", is_flag=True, help="Closed, retracted and late phases too.")
@json_option
@click.pass_context
def list_command(ctx: click.Context, everything: bool, as_json: bool) -> int:
    """List the open incidents, the newest first."""
    with context_of(ctx, looks_only=True) as context, context.ledger.snapshot() as view:
        found = view.incidents(everything=everything)
        if as_json:
            from incidentmail.cli import shapes

            print_json([shapes.brief(incident, context.words.policy) for incident in found])
            return 0
        if not found:
            click.echo("no open incident" if not everything else "no incident", err=True)
        for incident in found:
            status = "" if incident.is_open else f" ({incident.status})"
            marks = (DRILL_PREFIX if incident.drill else "") + (RESTRICTED_PREFIX if incident.restricted else "")
            say(
                f"{incident.id}{status}\n    severity {incident.severity}, phase {incident.phase},"
                f" {incident.commander.name}: {marks}{incident.description}"
            )
    return 0
