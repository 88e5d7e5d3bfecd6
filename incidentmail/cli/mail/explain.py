"""`incidentmail explain`: show how each line of a message was parsed, and the commands found in it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from incidentmail.app.context import AppContext, one_worker
from incidentmail.app.mail_reader import MailReader
from incidentmail.app.receiving.check_signatures import examined, untold
from incidentmail.app.receiving.recognise import Recognised, recognise
from incidentmail.app.receiving.stored_mail import with_earlier
from incidentmail.cli.common import context_of, json_option, laptop_of, print_json, say
from incidentmail.cli.help import command
from incidentmail.core.frozen import replace as with_fields
from incidentmail.errors import DnsUnavailableError, UnreadableInputError, UsageError
from incidentmail.inbound.message import Envelope, Message
from incidentmail.reply.read_mail import Reading

from .explained import shape, show, show_effect

if TYPE_CHECKING:
    from incidentmail.app.rehearsal import Rehearsed


@command("explain", "explain reply.eml", "explain --text reply.txt")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--text", "kind", flag_value="text", help="Each file is the bare body of a text/plain reply.")
@click.option("--html", "kind", flag_value="html", help="Each file is the bare body of a text/html reply.")
@click.option("--as", "sender", metavar="PERSON", help="As if this person had sent it: an address, or a known name.")
@click.option("--incident", "answered", metavar="ID", help="As if it answered the newest mail of this incident.")
@json_option
@click.pass_context
def explain_command(
    ctx: click.Context, files: tuple[str, ...], kind: str | None, sender: str | None, answered: str | None,
    as_json: bool,
) -> int:  # fmt: skip
    """Show how a mail would be read and why, and what it would do if it arrived now; changes nothing.

    Without FILE, the mail is read from standard input. The command works without a configuration too, but then nothing
    matches. With --incident, a body without a header counts as written by you unless --as names somebody else.
    """
    with _context_if_any(ctx) as context:
        if context is None and (sender or answered):
            raise UsageError("without a configuration nobody and no incident is known", hint="name it with --config")
        pool = context.pool if context else one_worker()
        reader = MailReader(pool, None)  # without a roster, the body of a stranger's mail is parsed, too
        for file in files or ("-",):
            raw = _bytes(file)
            if kind is not None:
                raw = _as_mail(raw, kind)
                sender = sender or (context.config.me().address if context and answered else None)
            reading = reader.read(raw, Envelope(way="pipe"))
            as_reply = kind is not None and answered is None
            mail, would = _explained(raw, reading, context, as_reply=as_reply, sender=sender, answered=answered)
            if as_json:
                print_json(shape(file, mail, would, context))
                continue
            if len(files) > 1:
                say(f"== {file}")
            show(mail, context)
            if would is not None:
                show_effect(would)
        pool.close()
    return 0


@contextmanager
def _context_if_any(ctx: click.Context) -> Iterator[AppContext | None]:
    """Yield the app context, or None if there is no configuration or the ledger is on another machine.

    A faulty configuration is still an error.
    """
    from incidentmail.config.file import find_config

    if find_config(ctx.find_root().obj.get("config")) is None or laptop_of(ctx) is not None:
        yield None
        return
    with context_of(ctx, looks_only=True) as context:
        yield context


def _as_mail(body: bytes, kind: str) -> bytes:
    subtype = "plain" if kind == "text" else "html"
    return f"Content-Type: text/{subtype}; charset=utf-8\nFrom: The writer <writer@localhost>\n\n".encode() + body


def _explained(
    raw: bytes, reading: Reading, context: AppContext | None, *, as_reply: bool, sender: str | None,
    answered: str | None,
) -> tuple[Recognised, Rehearsed | None]:  # fmt: skip
    """Return the recognised mail and the effects that it would have.

    The effects are None if there is no configuration, or if the input is only a body without a header.
    """
    if context is None:
        received_at = reading.message.date or datetime(1970, 1, 1, 12, tzinfo=UTC)  # noon, as most times are near it
        return recognise(reading, None, None, received_at=received_at, as_reply=as_reply), None
    from incidentmail.app.rehearsal import rehearse, supposing

    with context.ledger.snapshot() as view:
        received_at = reading.message.date or context.now()
        reading = replace(reading, message=_examined(context, reading.message, raw))
        supposed = supposing(context, view, reading, sender=sender, answered=answered)
        mail = with_earlier(
            context.reader,
            lambda: recognise(supposed, context, view, received_at=received_at, as_reply=as_reply, is_shown=True),
        )
        return mail, None if as_reply else with_earlier(context.reader, lambda: rehearse(context, view, raw, supposed))


def _examined(context: AppContext, message: Message, raw: bytes) -> Message:
    """Check the signatures of the message now.

    Return the message with the result, or with a note that DNS did not answer.
    """
    try:
        return examined(context, message, raw, at=context.now())
    except DnsUnavailableError as error:
        return with_fields(message, evidence=untold(error))


def _bytes(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise UnreadableInputError(f"{file}: {error.strerror}", hint="name files that hold one mail each") from error
