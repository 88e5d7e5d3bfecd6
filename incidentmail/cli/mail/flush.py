"""`incidentmail flush`: carry out what is due, for installations without `serve`."""

from __future__ import annotations

import click

from incidentmail.app.context import AppContext
from incidentmail.app.sending.flush import Flushed, flush
from incidentmail.app.serve_lock import is_running
from incidentmail.cli import shapes
from incidentmail.cli.common import context_of, json_option, print_json, say
from incidentmail.cli.help import command
from incidentmail.cli.reporting import raise_faults, report_mails, warn_about_faults, warn_about_templates
from incidentmail.core.text import counted
from incidentmail.errors import PagesError, RenderError

from . import hook_calls

READS_S_MAX = 40.0
"""The maximum time in seconds that one call spends on parsing mail. The next call, a minute later, continues."""


@command("flush", "flush")
@json_option
@click.pass_context
def flush_command(ctx: click.Context, as_json: bool) -> int:
    """Do what is due: read waiting mail, expire proposals, notice missing copies, write and send mail.

    Call it every minute if nothing runs all the time. With --json, print one line per mail that was tried.
    """
    with context_of(ctx) as context:
        read = _read_waiting(context)
        flushed = flush(context, reminds=True)
        warn_about_faults(flushed.made)
        for mail in flushed.tried if as_json else ():
            print_json(shapes.outbox_line(mail))
        for call in flushed.called if as_json else ():
            print_json(hook_calls.line_json(call))
        code = report_mails(context, flushed.tried, quiet=as_json)
        code = hook_calls.report_calls(flushed.called, quiet=as_json) if code == 0 and flushed.called else code
        _publish(context)
        if not as_json:
            _sum_up(context, flushed, read=read)
        raise_faults(flushed.made)
        return code


def _publish(context: AppContext) -> None:
    """Write the web pages if any are configured, `serve` is not running, and the record has changed.

    A failure only causes a warning, because the mail has been sent. `status` shows it until the pages can be written.
    """
    if not context.config.settings.publish.folders or is_running(context.config.ledger_path):
        return
    from incidentmail.app.publishing.publish import publish_if_due

    try:
        publish_if_due(context)
        warn_about_templates(context)
    except (PagesError, RenderError) as error:
        say(f"incidentmail: warning: {error}", err=True)
        say(f"hint: {error.hint}", err=True)


def _read_waiting(context: AppContext) -> int:
    """Process accepted mail that is still waiting, and return the number of messages.

    If `serve` is running, leave the mail to it. Mail is waiting if `ingest` was stopped, if another process takes very
    long to parse mail, or if DNS has to be queried again.
    """
    with context.ledger.snapshot() as view:
        waits = view.next_pending(now=context.now()) is not None
    if not waits or is_running(context.config.ledger_path):
        return 0
    from incidentmail.app.receiving.apply import apply_waiting  # imported here because it is rarely needed

    return len(apply_waiting(context, within_s=READS_S_MAX))


def _sum_up(context: AppContext, flushed: Flushed, *, read: int) -> None:
    """Print the results that do not concern single messages."""
    if read:
        say(f"{counted(read, 'mail')} {'was' if read == 1 else 'were'} read")
    made = flushed.made
    expired = sum(one.count for one in made.expired)
    if expired:
        say(f"{counted(expired, 'proposal')} expired")
    if context.is_muted:
        say("muted: no mail is made or sent; see 'incidentmail status'")
    elif not (read or expired or flushed.tried or flushed.called or made.message_ids or made.faults):
        with context.ledger.snapshot() as view:
            waiting = view.outbox(("queued",))
        if waiting:
            soonest = min(mail.next_attempt_at for mail in waiting)
            say(f"nothing is due; {counted(len(waiting), 'mail')} will be tried again, first at {soonest:%H:%M:%S} UTC")
        else:
            say("nothing is due")
