"""`incidentmail explain`: show how each line of a message was read, and the commands found in it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from incidentmail.app.context import AppContext, one_worker
from incidentmail.app.mail_reader import MailReader
from incidentmail.app.receiving.check_signatures import examined, untold
from incidentmail.app.receiving.recognise import Recognised, recognise
from incidentmail.cli.common import context_of, in_words, json_option, print_json, say
from incidentmail.core.frozen import JsonValue
from incidentmail.core.text import printable
from incidentmail.errors import DnsUnavailableError, UnreadableInputError
from incidentmail.inbound.message import Envelope, Message
from incidentmail.reply.parsed import Read


@click.command("explain")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--text", "kind", flag_value="text", help="Each file is the bare body of a text/plain reply.")
@click.option("--html", "kind", flag_value="html", help="Each file is the bare body of a text/html reply.")
@json_option
@click.pass_context
def explain_command(ctx: click.Context, files: tuple[str, ...], kind: str | None, as_json: bool) -> int:
    """Show how a mail would be read, and why; changes nothing.

    Without a FILE the mail is read from standard input. Works without a configuration too; then nothing matches.
    """
    with _context_if_any(ctx) as context:
        pool = context.pool if context else one_worker()
        reader = MailReader(pool, None)  # everything is shown, whoever wrote it
        for file in files or ("-",):
            mail = _recognised(_bytes(file), context, reader, kind)
            if as_json:
                print_json(_shape(file, mail))
            else:
                _print(file, mail, many=len(files) > 1)
        pool.close()
    return 0


@contextmanager
def _context_if_any(ctx: click.Context) -> Iterator[AppContext | None]:
    """Open the app context if there is a configuration, otherwise give None.

    A wrong configuration is still an error.
    """
    from incidentmail.config.load import find_config

    if find_config(ctx.find_root().obj.get("config")) is None:
        yield None
        return
    with context_of(ctx, looks_only=True) as context:
        yield context


def _recognised(raw: bytes, context: AppContext | None, reader: MailReader, kind: str | None) -> Recognised:
    if kind is not None:
        subtype = "plain" if kind == "text" else "html"
        raw = f"Content-Type: text/{subtype}; charset=utf-8\nFrom: The writer <writer@localhost>\n\n".encode() + raw
    reading = reader.read(raw, Envelope(way="pipe"))
    if context is None:
        received_at = reading.message.date or datetime(1970, 1, 1, 12, tzinfo=UTC)  # noon, as most times are near it
        return recognise(reading, None, None, received_at=received_at, as_reply=kind is not None)
    with context.ledger.snapshot() as view:
        received_at = reading.message.date or context.now()
        reading = replace(reading, message=_examined(context, reading.message, raw))
        return recognise(reading, context, view, received_at=received_at, as_reply=kind is not None)


def _examined(context: AppContext, message: Message, raw: bytes) -> Message:
    """Return the message with its signatures checked now, or a note that DNS did not answer."""
    try:
        return examined(context, message, raw, at=context.now())
    except DnsUnavailableError as error:
        return replace(message, evidence=untold(error))


def _bytes(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise UnreadableInputError(f"{file}: {error.strerror}", hint="name files that hold one mail each") from error


def _shape(file: str, mail: Recognised) -> JsonValue:
    read = mail.understood.read if mail.understood else Read()
    return {
        "file": file,
        "disposition": mail.disposition,
        "rule": mail.rule,
        "incident": mail.incident.id if mail.incident else None,
        "matched_by": mail.matched_by,
        "trust": mail.trust.value if mail.trust else None,
        "new_text": mail.understood.extraction.new_text if mail.understood else "",
        "commands": [{"name": c.name, "value": c.value, "form": c.form, "line": c.line} for c in read.commands],
        "problems": [{"line": p.line, "reason": p.reason, "remedy": p.remedy} for p in read.problems],
        "asks": [{"line": a.line, "about": a.about, "offers": list(a.offers)} for a in read.asks],
    }


def _print(file: str, mail: Recognised, *, many: bool) -> None:
    """Print, for people, the verdict, each line and whether it was kept, the commands and the problems."""
    if many:
        say(f"== {file}")
    why = f", by {mail.rule}" if mail.rule else ""
    where = f" of {mail.incident.id}" if mail.incident else ""
    trust = f"; its writer counts as {mail.trust}" if mail.trust else ""
    click.secho(printable(f"{mail.disposition}{where}{why}{trust}"), bold=True)
    if mail.belief is None and mail.message.from_problem:
        say(f"  it is filed: its From cannot be read: {mail.message.from_problem}")
    if mail.belief is not None:
        say(f"  {mail.belief.trust} by {mail.belief.rule}: {mail.belief.why}")
    if mail.own is not None:
        holds = (
            "its proof holds"
            if mail.own.announcement
            else "its proof does not hold: it was altered, or another key made it"
        )
        say(f"  one of our own mails; {holds}")
    if mail.understood is None:
        return
    for kept in mail.understood.extraction.lines:
        text = printable(kept.line.text)
        if kept.kept:
            click.echo(f"  {kept.line.number:4} | {text}")
        else:
            click.secho(f"  {kept.line.number:4} - {text}   ({kept.why})", dim=True)
    for command in mail.understood.read.commands:
        value = "no change" if command.value is None else in_words(command.value)
        click.secho(printable(f"  line {command.line}: {command.name} {value} ({command.form})"), fg="green")
    for problem in mail.understood.read.problems:
        click.secho(printable(f"  line {problem.line}: {problem.reason}; write: {problem.remedy}"), fg="yellow")
    for ask in mail.understood.read.asks:
        offered = f"; offered: {', '.join(ask.offers)}" if ask.offers else ""
        said = f"  line {ask.line}: seems to be about {ask.about} ({ask.why}): its writer is asked{offered}"
        click.secho(printable(said), fg="yellow")
    if mail.understood.read.wants_brief:
        click.echo("  asks for all that was told so far; changes nothing")
    elif not mail.understood.read.commands:
        click.echo("  no command: kept as a note" if mail.incident else "  no command")
