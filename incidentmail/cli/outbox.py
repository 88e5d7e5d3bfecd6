"""The mail going out: show, retry or drop it."""

from __future__ import annotations

import click

from incidentmail.app.announce import announce
from incidentmail.app.deliver import deliver
from incidentmail.app.office import Office
from incidentmail.errors import UsageError
from incidentmail.ledger.port import OutboxMail

from . import shapes
from .common import NOT_SENT, json_option, office_of, print_json, say, tell_mails


@click.group("outbox", invoke_without_command=True)
@click.pass_context
def outbox_command(ctx: click.Context) -> int:
    """Show, retry or drop the mail going out."""
    if ctx.invoked_subcommand is None:
        result: int = ctx.invoke(outbox_list)
        return result
    return 0


@outbox_command.command("list")
@click.option("--all", "everything", is_flag=True, help="Also what was sent.")
@json_option
@click.pass_context
def outbox_list(ctx: click.Context, everything: bool = False, as_json: bool = False) -> int:
    """List what waits, what failed and what the list has not returned; with --all everything."""
    with office_of(ctx) as office, office.ledger.reading() as view:
        for mail in view.outbox():
            if mail.state == "sent" and not everything and not _is_missing(mail):
                continue
            if as_json:
                print_json(shapes.outbox_line(mail))
                continue
            tried = f", tried {mail.attempts} times" if mail.attempts else ""
            error = f"\n    {mail.last_error}" if mail.last_error else ""
            missing = "\n    the list has not returned it" if _is_missing(mail) else ""
            say(f"{mail.state}{tried}: {mail.subject}\n    {mail.message_id}{error}{missing}")
    return 0


def _is_missing(mail: OutboxMail) -> bool:
    """Whether it was missed, and still has not come back."""
    return mail.missed_at is not None and mail.returned_at is None


@outbox_command.command("show")
@click.argument("message_id")
@click.pass_context
def outbox_show(ctx: click.Context, message_id: str) -> int:
    """Print a mail as it goes over the wire."""
    with office_of(ctx) as office:
        click.echo(_find(office, message_id).raw.replace(b"\r\n", b"\n"), nl=False)
    return 0


@outbox_command.command("retry")
@click.pass_context
def outbox_retry(ctx: click.Context) -> int:
    """Try everything that waits, and everything that failed, now."""
    with office_of(ctx) as office:
        with office.ledger.transaction() as tx:
            tx.requeue_failed(at=office.now())
        if not office.config.settings.mail.mute:
            announce(office, early=True)
        mails = tuple(deliver(office, early=True))
        if not mails:
            with office.ledger.reading() as view:
                taken = len(view.outbox(("queued",)))
            if taken:
                click.echo(
                    f"{taken} being sent by another process; if that was killed, try again in 5 minutes", err=True
                )
                return NOT_SENT
            click.echo("nothing waits", err=True)
        return tell_mails(office, mails, quiet=False)


@outbox_command.command("drop")
@click.argument("message_id")
@click.pass_context
def outbox_drop(ctx: click.Context, message_id: str) -> int:
    """Give up on a mail that waits: it will not be sent. It stays on record as failed."""
    with office_of(ctx) as office:
        mail = _find(office, message_id)
        with office.ledger.transaction() as tx:
            if not tx.drop(mail.id, at=office.now()):
                raise UsageError(f"{message_id} does not wait: it is {mail.state}, or being sent now")
        say(f"dropped: {mail.subject}")
    return 0


def _find(office: Office, message_id: str) -> OutboxMail:
    wanted = message_id.strip("<>")
    with office.ledger.reading() as view:
        found = [mail for mail in view.outbox() if wanted in mail.message_id]
    if len(found) != 1:
        raise UsageError(
            f"{message_id} names {len(found)} mails", hint="'incidentmail outbox list --all' shows the ids"
        )
    return found[0]
