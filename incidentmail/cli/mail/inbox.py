"""`incidentmail inbox`: show incoming mail, and assign filed mail to an incident."""

from __future__ import annotations

import click

from incidentmail.app.receiving.assign import assign
from incidentmail.app.sending.flush import flush
from incidentmail.cli.common import context_of, json_option, number_of, say
from incidentmail.cli.help import group
from incidentmail.cli.reporting import raise_faults, warn_about_faults
from incidentmail.core.text import counted

from .needs_a_look import InboxFilter, is_of_a_stranger
from .outcomes_shown import deferred_text, print_outcome


@group("inbox", "inbox", "inbox --all", "inbox assign 7 checkout", invoke_without_command=True)
@click.option("--all", "everything", is_flag=True, help="Also what was applied, noted, automatic or a duplicate.")
@json_option
@click.pass_context
def inbox_command(ctx: click.Context, everything: bool, as_json: bool) -> int:
    """Show the mail that came in and what became of it: only what needs a look, or everything with --all."""
    if ctx.invoked_subcommand is not None:
        return 0
    with context_of(ctx, looks_only=True) as context, context.ledger.snapshot() as view:
        shown, strangers, chosen = False, 0, InboxFilter(view)
        for outcome in view.outcomes():
            if everything or chosen.needs_a_look(outcome):
                print_outcome(outcome, as_json=as_json)
                shown = True
            elif is_of_a_stranger(outcome):
                strangers += 1
        deferred = view.deferred()
        for one in deferred if not as_json else ():
            say(deferred_text(one))
        waiting = view.pending() - len(deferred)
        if waiting and not as_json:
            click.echo(f"{waiting} more wait to be read; 'incidentmail serve' reads them", err=True)
        elif not (shown or deferred or as_json):
            click.echo("no mail has come in" if everything else "no mail needs a look", err=True)
        if strangers and not as_json:
            of = counted(strangers, "mail")
            click.echo(f"{of} of strangers, about no incident of ours; 'incidentmail inbox --all' shows them", err=True)
    return 0


@inbox_command.command("assign", examples=("inbox assign 7 checkout",))
@click.argument("number", metavar="N")
@click.argument("incident")
@json_option
@click.pass_context
def inbox_assign(ctx: click.Context, number: str, incident: str, as_json: bool) -> int:
    """Read filed or set-aside mail N again as an answer to INCIDENT.

    You vouch only for the incident: the author still needs enough trust to change it. Later answers to the mail are
    also assigned to INCIDENT.
    """
    seq = number_of(number, "the number of a mail", hint="'incidentmail inbox' shows them")
    with context_of(ctx) as context:
        outcome = assign(context, seq, incident)
        made = flush(context, early_for=outcome.incident).made
        print_outcome(outcome, as_json=as_json)
        warn_about_faults(made)
        raise_faults(made)
    return 0
