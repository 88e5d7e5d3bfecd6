"""`incidentmail merge`: make an incident a part of another one."""

from __future__ import annotations

import click

from incidentmail.app.actions import RefusedError
from incidentmail.app.choose_incident import choose
from incidentmail.app.merging.other_incidents import finder_in
from incidentmail.cli.common import context_of, incident_names, json_option, laptop_of, secret_option
from incidentmail.cli.elsewhere import of_options, told_elsewhere
from incidentmail.cli.help import command
from incidentmail.cli.incident.carry_out import Confirm, carry_out
from incidentmail.cli.incident.facts import reason_given, reason_option
from incidentmail.cli.preview.questions import dry_run_option, yes_option
from incidentmail.core.commands import Command, GiveUpdate, Refused
from incidentmail.core.teams.merging import merged_now
from incidentmail.core.teams.team_commands import MergeInto
from incidentmail.core.teams.team_words import DUPLICATE_OF


@command("merge", "merge search checkout", "merge 2026-11-20-search-is-down 2026-11-20-checkout --dry-run")
@click.argument("incident", metavar="INCIDENT", shell_complete=incident_names)
@click.argument("into", metavar="INTO", shell_complete=incident_names)
@reason_option
@dry_run_option
@yes_option
@secret_option
@json_option
@click.pass_context
def merge_command(
    ctx: click.Context, incident: str, into: str, message: str | None, dry_run: bool, yes: bool,
    as_json: bool,
) -> int:  # fmt: skip
    """Make an incident part of another one about the same outage, and mail the list in both threads.

    The commander of INTO leads both, and the other commander is offered a role. Roles, open actions and needs move to
    INTO, and replies in either thread count for INTO. The sentence after -m is in the last mail about INCIDENT. 'undo'
    reverses the merge until something else is announced.
    """
    reason = reason_given(message)
    if laptop := laptop_of(ctx):
        from incidentmail.cli.laptop.send import change_by_mail

        commands: list[Command] = [*(GiveUpdate(note.text) for note in reason), MergeInto(into)]
        return change_by_mail(laptop, incident, commands, dry_run=dry_run, as_json=as_json, confirm=not yes)
    text = of_options({"message": message}, first=f"{DUPLICATE_OF}: {into}", incident=incident)
    with told_elsewhere(text, dry_run=dry_run), context_of(ctx, looks_only=dry_run) as context:
        with context.ledger.snapshot() as view:
            whole = choose(view, into)
            if whole.merged_into and merged_now(whole, finder_in(view)).id == choose(view, incident).id:
                already = f"{whole.id} is already a part of {choose(view, incident).id}"
                raise RefusedError(Refused(reason=already, remedy="nothing is left to merge; 'undo' takes them apart"))
        commands = [*reason, MergeInto(whole.id)]
        confirm: Confirm = "never" if yes else "mail"
        return carry_out(context, incident, commands, dry_run=dry_run, as_json=as_json, confirm=confirm)
