"""`incidentmail promote`: take over from an installation that has stopped."""

from __future__ import annotations

import click

from incidentmail.cli.common import context_of, json_option, print_json, say
from incidentmail.cli.help import command
from incidentmail.cli.screen.output import is_terminal
from incidentmail.core.text import counted

QUESTION = "Has the other installation stopped? If both go on, people get contradictory mail"


@command("promote", "promote", "promote --restored")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.option("--restored", is_flag=True, help="This ledger was put back: use no number twice.")
@json_option
@click.pass_context
def promote_command(ctx: click.Context, yes: bool, restored: bool, as_json: bool) -> int:
    """Make this standby the installation that leads, and mail the list about it.

    Do this only if the other one has stopped. The worst open incident gets an update that says so. If the other one
    comes back, it reads that mail and stops sending. What people wrote since its last mail is read again and acted on.
    """
    from incidentmail.app.promote import promote
    from incidentmail.app.sending.flush import flush

    if not (yes or restored) and is_terminal() and not click.confirm(QUESTION, default=False):
        return 1
    with context_of(ctx) as context:
        done = promote(context, is_restored=restored)
        if not context.is_muted:
            flush(context, early=True)
        standby = context.config.settings.ledger.standby
    if as_json:
        print_json({
            "epoch": done.epoch, "incidents": list(done.incidents), "told": done.told,
            "read_again": [{"seq": one.seq, "outcome": one.outcome} for one in done.read_again],
        })  # fmt: skip
        return 0
    say(f"this installation leads {counted(len(done.incidents), 'incident')} now (promotion {done.epoch})")
    for outcome in done.read_again:
        say(f"mail {outcome.seq} was read again: {outcome.outcome}{f' ({outcome.reason})' if outcome.reason else ''}")
    if done.told:
        say(f"an update of {done.told} tells the list; when the other installation reads it, it falls silent")
    if standby:
        say("[ledger] standby has no effect here while this installation leads")
    return 0
