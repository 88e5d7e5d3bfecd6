"""`incidentmail restrict`: announce an incident only to the restricted list from now on."""

from __future__ import annotations

import click

from incidentmail.cli.common import context_of, incident_argument, json_option, laptop_of
from incidentmail.cli.elsewhere import of_options, told_elsewhere
from incidentmail.cli.help import command
from incidentmail.cli.incident.carry_out import Confirm, carry_out
from incidentmail.cli.preview.questions import dry_run_option, yes_option
from incidentmail.core.teams.team_commands import Restrict


@command("restrict", "restrict", "restrict checkout")
@incident_argument
@dry_run_option
@yes_option
@json_option
@click.pass_context
def restrict_command(ctx: click.Context, incident: str | None, dry_run: bool, yes: bool, as_json: bool) -> int:
    """Announce an incident only to the restricted list from now on; both lists are mailed once.

    Only people with a part in the incident can ask for a summary. The main list is told severity, phase and commander.
    This cannot be undone.
    """
    if laptop := laptop_of(ctx):
        from incidentmail.cli.laptop.send import change_by_mail

        then = "from then on only the restricted list hears of it"
        return change_by_mail(
            laptop,
            incident,
            [Restrict()],
            dry_run=dry_run,
            as_json=as_json,
            to_list=False,
            next_step=then,
            confirm=not yes,
        )
    text = of_options({}, first="Restricted: yes", incident=incident)
    with told_elsewhere(text, dry_run=dry_run), context_of(ctx, looks_only=dry_run) as context:
        confirm: Confirm = "never" if yes else "mail"
        return carry_out(context, incident, [Restrict()], dry_run=dry_run, as_json=as_json, confirm=confirm)
