"""`incidentmail merge`: make an incident a part of another one."""

from __future__ import annotations

import click

from incidentmail.app.choose_incident import choose
from incidentmail.cli.common import context_of, incident_names, json_option, laptop_of
from incidentmail.cli.elsewhere import of_options, told_elsewhere
from incidentmail.cli.help import command, option
from incidentmail.cli.incident.carry_out import carry_out
from incidentmail.core.teams.team_commands import MergeInto
from incidentmail.core.teams.team_words import DUPLICATE_OF


@command("merge", "merge search checkout", "merge 2026-11-20-search-is-down 2026-11-20-checkout --dry-run")
@click.argument("incident", metavar="INCIDENT", shell_complete=incident_names)
@click.argument("into", metavar="INTO", shell_complete=incident_names)
@option("--dry-run", is_flag=True, help="Print the mail and do nothing.")
@json_option
@click.pass_context
def merge_command(ctx: click.Context, incident: str, into: str, dry_run: bool, as_json: bool) -> int:
    """Make an incident a part of another one about the same outage.

    The commander of INTO leads both, and the other commander is offered a role. Roles, open actions and needs move,
    both threads are told, and replies in either thread count for INTO. 'undo' takes it back until something else is
    announced.
    """
    if laptop := laptop_of(ctx):
        from incidentmail.cli.laptop.send import change_by_mail

        return change_by_mail(laptop, incident, [MergeInto(into)], dry_run=dry_run, as_json=as_json)
    text = of_options({}, first=f"{DUPLICATE_OF}: {into}", incident=incident)
    with told_elsewhere(text, dry_run=dry_run), context_of(ctx, looks_only=dry_run) as context:
        with context.ledger.snapshot() as view:
            whole = choose(view, into)
        return carry_out(context, incident, [MergeInto(whole.id)], dry_run=dry_run, as_json=as_json)
