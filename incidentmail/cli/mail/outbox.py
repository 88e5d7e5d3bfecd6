"""`incidentmail outbox`: show, retry or drop outgoing mail."""

from __future__ import annotations

import sys
from collections.abc import Collection
from datetime import datetime, timedelta

import click

from incidentmail.app.context import AppContext
from incidentmail.app.sending.deliver import deliver
from incidentmail.app.sending.flush import Made, flush
from incidentmail.cli import shapes
from incidentmail.cli.common import NUMBER_DIGITS_MAX, context_of, json_option, print_json, say
from incidentmail.cli.help import group
from incidentmail.cli.main import TEMPORARY_FAILURE
from incidentmail.cli.reporting import raise_faults, report_mails, text_of, warn_about_faults
from incidentmail.core.record.words_to_remove import is_left_of_mail
from incidentmail.core.text import printable
from incidentmail.core.times import show_time
from incidentmail.errors import UsageError
from incidentmail.ledger.deliveries import Delivery
from incidentmail.ledger.values import OutboxMail, Recipient

from . import hook_calls

PART_CHARS_MIN = 6
"""The minimum length of part of a Message-ID. A shorter one is probably a typo: the REF at its start has 6 letters."""
NOTHING_WAITS = "no mail waits, and none has failed; 'incidentmail outbox --all' lists what was sent"
REFUSALS_SHOWN = timedelta(days=7)
"""The time for which a sent message is listed if it was refused for one of its recipients."""


@group("outbox", "outbox", "outbox --all", "outbox show 2", "outbox retry", invoke_without_command=True)
@click.option("--all", "everything", is_flag=True, help="Also what was sent.")
@click.pass_context
def outbox_command(ctx: click.Context, everything: bool) -> int:
    """Show, retry or drop outgoing mail."""
    if ctx.invoked_subcommand is None:
        result: int = ctx.invoke(outbox_list, everything=everything)
        return result
    if everything:
        raise UsageError("--all belongs to the list of mail", hint="incidentmail outbox --all")
    return 0


@outbox_command.command("list", examples=("outbox list --all",))
@click.option("--all", "everything", is_flag=True, help="Also what was sent.")
@json_option
@click.pass_context
def outbox_list(ctx: click.Context, everything: bool = False, as_json: bool = False) -> int:
    """List mail that waits, has failed or was not returned, and hook calls. With --all, list everything."""
    with context_of(ctx, looks_only=True) as context, context.ledger.snapshot() as view:
        since = context.now() - REFUSALS_SHOWN
        mails = view.outbox() if everything else view.outbox_of_note(refused_since=since)
        calls = view.deliveries() if everything else view.deliveries(("queued", "failed"))
        if not mails and not calls and not as_json:
            click.echo("no mail was made" if everything else NOTHING_WAITS, err=True)
        for mail in mails:
            if as_json:
                print_json(shapes.outbox_line(mail))
                continue
            tried = f", {_tried(mail)}" if mail.attempts else ""
            error = f"\n    {mail.last_error}" if mail.last_error else ""
            missing = "\n    the list has not returned it" if _is_missing(mail) else ""
            delays = "".join(f"\n    {_how(r)}: {r.reply}" for r in mail.recipients if r.delayed_at)
            to = ", ".join(recipient.address for recipient in mail.recipients)
            say(f"{mail.id:4}  {mail.state}{_when(context, mail)}{tried}, to {to}: {mail.subject}")
            say(f"    {mail.message_id}{error}{delays}{missing}")
        if calls:
            hook_calls.list_calls(calls, as_json=as_json)
    return 0


def _when(context: AppContext, mail: OutboxMail) -> str:
    """Return the time at which the last recipient got the message, such as ` 14:25 UTC`, or "" if it was not sent."""
    sent = [recipient.sent_at for recipient in mail.recipients if recipient.sent_at]
    return f" {show_time(max(sent), (), context.now().date())}" if sent and mail.state == "sent" else ""


def _how(recipient: Recipient) -> str:
    """Return the state of a message for one recipient, such as `failed to bo@example.com, it came back`."""
    came_back = recipient.state == "failed" and recipient.sent_at is not None
    more = ", delayed on its way" if recipient.delayed_at else ", it came back" if came_back else ""
    return f"{recipient.state} to {recipient.address}{more}"


def _is_missing(mail: OutboxMail) -> bool:
    """Return whether the list should have returned the message by now but has not."""
    return mail.missed_at is not None and mail.returned_at is None


@outbox_command.command(
    "show",
    examples=(
        "outbox show 2",
        "outbox show 2 --raw",
    ),
)
@click.argument("mail_id", metavar="NUMBER|MESSAGE_ID")
@click.option("--raw", is_flag=True, help="As it goes over the wire, and nothing else.")
@json_option
@click.pass_context
def outbox_show(ctx: click.Context, mail_id: str, raw: bool, as_json: bool) -> int:
    """Print a mail, with what the relay said about each recipient. A number such as h3 means a hook call."""
    with context_of(ctx, looks_only=True) as context:
        if (call := hook_calls.number_of(mail_id)) is not None:
            hook_calls.show_call(context, call, as_json=as_json, raw=raw)
            return 0
        mail = _find(context, mail_id)
        wire = mail.raw.replace(b"\r\n", b"\n")
        if as_json:
            print_json(shapes.outbox_mail(mail, wire.decode("utf-8", "replace")))
        elif raw:
            click.echo(wire, nl=False)
        else:
            _print(mail, wire)
    return 0


def _print(mail: OutboxMail, wire: bytes) -> None:
    say(f"{mail.id:4}  {mail.state}, {_tried(mail)}")
    for recipient in mail.recipients:
        reply = f": {recipient.reply}" if recipient.reply else ""
        say(f"      {_how(recipient)}{reply}")
        if recipient.said:
            say(f"        a mail says about that, and anybody may have written it: {recipient.said}")
    say()
    for line in wire.partition(b"\n\n")[0].decode("utf-8", "replace").split("\n"):
        say(line)
    say()
    for line in text_of(mail).splitlines():
        say(line)


@outbox_command.command(
    "retry",
    examples=(
        "outbox retry",
        "outbox retry 2",
    ),
)
@click.argument("mail_ids", nargs=-1, metavar="[NUMBER|MESSAGE_ID]...")
@click.pass_context
def outbox_retry(ctx: click.Context, mail_ids: tuple[str, ...]) -> int:
    """Immediately retry everything that is waiting or has failed.

    With arguments, retry only the given mails or hook calls, including dropped ones.
    """
    calls = [number for one in mail_ids if (number := hook_calls.number_of(one)) is not None]
    with context_of(ctx) as context:
        if calls and len(calls) < len(mail_ids):
            raise UsageError("mails and calls to hooks are retried separately", hint="name mails only, or calls only")
        if calls:
            return hook_calls.retry_calls(context, calls)
        only = [_sendable(_find(context, mail_id)).id for mail_id in mail_ids] or None
        with context.ledger.transaction() as tx:
            tx.requeue_failed(at=context.now(), only=only)
            if only is None:
                tx.requeue_deliveries(at=context.now())
        called: tuple[Delivery, ...] = ()
        if only is None:
            flushed = flush(context, early=True, retry=True, is_asked=True)
            mails, made, called = flushed.tried, flushed.made, flushed.called
        else:
            mails, made = tuple(deliver(context, early=True, only=only)), Made()
        warn_about_faults(made)
        if not mails and not called:
            with context.ledger.snapshot() as view:
                taken = sum(only is None or mail.id in only for mail in view.outbox(("queued",)))
            if taken:
                click.echo(
                    f"{taken} being sent by another process; if that was killed, try again in 5 minutes", err=True
                )
                return TEMPORARY_FAILURE
        sent_before = _sent_before(context, only or (), mails)
        for mail in sent_before:
            say(f"{_sent_line(context, mail)}; nothing waits", err=True)
        if sent_before:
            say(_SEND_AGAIN.format(number=sent_before[0].id), err=True)
        elif not mails and not called:
            click.echo("nothing waits", err=True)
        code = report_mails(context, mails, quiet=False)
        of_hooks = hook_calls.report_calls(called)
        raise_faults(made)
        return code or of_hooks


def _sendable(mail: OutboxMail) -> OutboxMail:
    """Return the message. Raise UsageError if its text was redacted."""
    if is_left_of_mail(mail.raw, mail.message_id):
        raise UsageError(
            f"mail {mail.id} was redacted, so there is nothing left to send",
            hint="'incidentmail update --no-change' mails the list how things are now",
        )
    return mail


_SEND_AGAIN = (
    "hint: no command sends a mail twice; 'incidentmail update --no-change' mails the list how things are now, and "
    "'incidentmail outbox show {number} --raw' prints the mail as it was sent, to pass it on"
)


def _sent_before(context: AppContext, only: Collection[int], tried: Collection[OutboxMail]) -> list[OutboxMail]:
    """Return the messages in `only` that every recipient had already received."""
    with context.ledger.snapshot() as view:
        named = [view.outbox_numbered(number) for number in only if all(mail.id != number for mail in tried)]
    return [mail for mail in named if mail is not None and mail.state == "sent"]


def _sent_line(context: AppContext, mail: OutboxMail) -> str:
    """Return a line that says to whom a message was sent, when, and whether the list returned it."""
    dates = [recipient.sent_at for recipient in mail.recipients if recipient.sent_at is not None]
    to = ", ".join(recipient.address for recipient in mail.recipients)
    said = f"mail {mail.id} was sent to {to}" + (f" at {_time(context, max(dates))}" if dates else "")
    return f"{said}, and came back from the list at {_time(context, mail.returned_at)}" if mail.returned_at else said


def _time(context: AppContext, at: datetime) -> str:
    return show_time(at, context.config.settings.timezones, context.now().date())


@outbox_command.command("drop", examples=("outbox drop 2",))
@click.argument("mail_id", metavar="NUMBER|MESSAGE_ID")
@click.pass_context
def outbox_drop(ctx: click.Context, mail_id: str) -> int:
    """Give up on a waiting mail: it will not be sent. It stays on record as failed."""
    with context_of(ctx) as context:
        if (call := hook_calls.number_of(mail_id)) is not None:
            hook_calls.drop_call(context, call)
            return 0
        mail = _find(context, mail_id)
        to = ", ".join(recipient.address for recipient in mail.recipients if recipient.state != "sent")
        if mail.state == "queued" and not _is_agreed(f"Give up on mail {mail.id} to {to}: {mail.subject}?"):
            say("nothing was dropped", err=True)
            return 1
        with context.ledger.transaction() as tx:
            dropped = tx.drop(mail.id, at=context.now())
        if not dropped:
            raise _cannot_drop(mail)
        say(f"dropped mail {mail.id} to {to}: {mail.subject}")
    return 0


def _is_agreed(question: str) -> bool:
    """Return whether the person at the terminal agrees, or True for a program, which has already decided."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return True
    answer = click.prompt(printable(f"{question} (y: drop it; Enter: keep it) "), default="", show_default=False,
                          prompt_suffix="", err=True)  # fmt: skip
    return str(answer).strip().casefold() in ("y", "yes")


def _cannot_drop(mail: OutboxMail) -> UsageError:
    """Return an error giving the reason why a message cannot be dropped.

    Only waiting messages can be dropped, and only while no process is sending them.
    """
    if mail.is_dropped:
        return UsageError(f"mail {mail.id} was dropped before", hint=f"'incidentmail outbox retry {mail.id}' sends it")
    if mail.state == "failed":
        return UsageError(
            f"mail {mail.id} has failed for good, so nothing sends it by itself",
            hint="only 'outbox retry' tries it again",
        )
    if mail.state == "sent":
        return UsageError(f"mail {mail.id} was sent", hint="'incidentmail outbox list' shows what waits")
    return UsageError(f"mail {mail.id} is being sent now", hint="see in 5 minutes with 'incidentmail outbox list'")


def _find(context: AppContext, which: str) -> OutboxMail:
    """Return the message whose number is `which`, or else the one whose Message-ID contains `which`.

    Digits are always treated as a number. Raise UsageError if there is no such message, or more than one.
    """
    wanted = which.strip().strip("<>")
    hint = "'incidentmail outbox list' shows them; with --all also those that were sent"
    with context.ledger.snapshot() as view:
        if wanted.isdecimal():
            numbered = view.outbox_numbered(int(wanted)) if len(wanted) <= NUMBER_DIGITS_MAX else None
            found, missing = [numbered] if numbered else [], f"no mail has the number {wanted}"
        else:
            is_whole = len(wanted) >= PART_CHARS_MIN
            found = view.outbox_named(wanted) if is_whole else []
            missing = f"no Message-ID has '{wanted}' in it" if is_whole else f"'{wanted}' is not the number of a mail"
    if not found:
        raise UsageError(missing, hint=hint)
    if len(found) > 1:
        numbers = ", ".join(str(mail.id) for mail in found)
        raise UsageError(f"'{wanted}' may be several mails", hint=f"say which by its number; one of: {numbers}")
    return found[0]


def _tried(mail: OutboxMail) -> str:
    return {0: "not tried yet", 1: "tried once"}.get(mail.attempts, f"tried {mail.attempts} times")
