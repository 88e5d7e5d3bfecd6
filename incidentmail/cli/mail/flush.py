"""`incidentmail flush`: carry out what is due, for installations without `serve`."""

from __future__ import annotations

import click

from incidentmail.app.context import AppContext
from incidentmail.app.sending.flush import Flushed, flush
from incidentmail.cli import shapes
from incidentmail.cli.common import context_of, json_option, print_json, say
from incidentmail.cli.help import command
from incidentmail.cli.reporting import raise_faults, report_mails, warn_about_faults
from incidentmail.core.text import counted


@command("flush", "flush")
@json_option
@click.pass_context
def flush_command(ctx: click.Context, as_json: bool) -> int:
    """Do what is due: expire proposals, look for mail that the list has not returned, make and send mail.

    For installations where nothing runs all the time: call it every minute. With --json a line for each mail that was
    tried.
    """
    with context_of(ctx) as context:
        flushed = flush(context)
        warn_about_faults(flushed.made)
        for mail in flushed.tried if as_json else ():
            print_json(shapes.outbox_line(mail))
        code = report_mails(context, flushed.tried, quiet=as_json)
        if not as_json:
            _sum_up(context, flushed)
        raise_faults(flushed.made)
        return code


def _sum_up(context: AppContext, flushed: Flushed) -> None:
    """Print the results that are not about single messages."""
    made = flushed.made
    expired = sum(one.count for one in made.expired)
    if expired:
        say(f"{counted(expired, 'proposal')} expired")
    if context.is_muted:
        say("muted: no mail is made or sent; see 'incidentmail status'")
    elif not (expired or flushed.tried or made.message_ids or made.faults):
        with context.ledger.snapshot() as view:
            waiting = view.outbox(("queued",))
        if waiting:
            soonest = min(mail.next_attempt_at for mail in waiting)
            say(f"nothing is due; {counted(len(waiting), 'mail')} will be tried again, first at {soonest:%H:%M:%S} UTC")
        else:
            say("nothing is due")
