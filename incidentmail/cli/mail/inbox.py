"""`incidentmail inbox`: show incoming mail, and assign filed mail to an incident."""

from __future__ import annotations

import click

from incidentmail.app.needs_a_look import InboxFilter
from incidentmail.app.receiving.assign import assign
from incidentmail.app.sending.flush import flush
from incidentmail.cli import shapes
from incidentmail.cli.common import (
    NUMBER_DIGITS_MAX,
    context_of,
    deferred_text,
    inbox_text,
    json_option,
    print_json,
    raise_faults,
    say,
    warn_about_faults,
)


@click.group("inbox", invoke_without_command=True)
@click.option("--all", "everything", is_flag=True, help="Also what was applied, noted, automatic or a duplicate.")
@json_option
@click.pass_context
def inbox_command(ctx: click.Context, everything: bool, as_json: bool) -> int:
    """Show the mail that came in and what became of it: what needs a look, or with --all everything."""
    if ctx.invoked_subcommand is not None:
        return 0
    with context_of(ctx, looks_only=True) as context, context.ledger.snapshot() as view:
        chosen = InboxFilter(view)
        for outcome in view.outcomes():
            if not everything and not chosen.needs_a_look(outcome):
                continue
            if as_json:
                print_json(shapes.inbox_line(outcome))
            else:
                say(inbox_text(outcome))
        deferred = view.deferred()
        for one in deferred if not as_json else ():
            say(deferred_text(one))
        waiting = view.pending() - len(deferred)
        if waiting and not as_json:
            click.echo(f"{waiting} more wait to be read; 'incidentmail serve' reads them", err=True)
    return 0


@inbox_command.command("assign")
@click.argument("seq", type=click.IntRange(0, 10**NUMBER_DIGITS_MAX))
@click.argument("incident")
@json_option
@click.pass_context
def inbox_assign(ctx: click.Context, seq: int, incident: str, as_json: bool) -> int:
    """Read filed mail number SEQ again, as an answer to INCIDENT.

    Its author still needs the trust that a change takes: only the incident is vouched for. Answers to it follow.
    """
    with context_of(ctx) as context:
        outcome = assign(context, seq, incident)
        made = flush(context, early_for=outcome.incident).made
        if as_json:
            print_json(shapes.inbox_line(outcome))
        else:
            say(inbox_text(outcome))
        warn_about_faults(made)
        raise_faults(made)
    return 0
