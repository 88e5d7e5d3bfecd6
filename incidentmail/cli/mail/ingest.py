"""`incidentmail ingest`: take one message from a pipe."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import BinaryIO

import click

from incidentmail.app.context import AppContext
from incidentmail.app.receiving.apply import accept_mails, apply_next, apply_waiting
from incidentmail.app.sending.flush import flush
from incidentmail.cli.common import context_of, json_option, say
from incidentmail.cli.help import command
from incidentmail.cli.main import TEMPORARY_FAILURE
from incidentmail.cli.reporting import raise_faults, warn_about_faults
from incidentmail.errors import IncidentMailError, UnreadableInputError
from incidentmail.inbound.fields import read_head
from incidentmail.inbound.limits import MESSAGE_BYTES_MAX, WHOLE_HEADER_BYTES_MAX, header_end
from incidentmail.inbound.message import Envelope, canonical_address
from incidentmail.ledger.values import Outcome

from .outcomes_shown import deferred_text, print_outcome

CHUNK_BYTES = 1024 * 1024
OTHERS_S_MAX = 20.0
"""The maximum time in seconds for which a process handles other processes' messages after its own is done."""


@command("ingest", "ingest < mail.eml", "ingest mail.eml")
@click.argument("file", required=False, metavar="[FILE]")
@click.option(
    "--sender", metavar="ADDRESS", help="The envelope sender, where the mail server knows it; '' is the null one."
)
@click.option(
    "--recipient", metavar="ADDRESS", multiple=True, help="An envelope recipient; may be given several times."
)
@json_option
@click.pass_context
def ingest_command(
    ctx: click.Context, file: str | None, sender: str | None, recipient: tuple[str, ...], as_json: bool
) -> int:
    """Take one mail from standard input, or from FILE.

    The exit code is 0 once the mail is stored, whatever it says, and otherwise 75, so that the mail server tries again.
    A damaged ledger accepts no mail. If a mail is over 10 MiB, only its header is stored, and 'inbox' shows it.
    """
    stored = False
    try:
        raw, unread = _raw(file)
        with context_of(ctx) as context:
            context.ledger.check()
            paths = tuple(a for text in recipient or _written_recipients(raw) if (a := canonical_address(text)))
            envelope = Envelope(way="pipe", reverse_path=sender, forward_paths=paths, unfetched=unread)
            (seq,) = accept_mails(context, [(raw, envelope)])
            stored = True
            _work_on(context, seq, as_json=as_json)
    except Exception as error:  # any other exit code would make a mail server bounce the message to the list
        return _report_failure(error, stored=stored)
    return 0


def _written_recipients(raw: bytes) -> tuple[str, ...]:
    """Return the recipient that the mail server wrote in X-Original-To, at the top of the message.

    Every account on the machine can read the options of a running command. Therefore the address of a restricted
    incident, or of a question, should not be passed as an option.
    """
    return tuple(filter(None, [read_head(raw).first("x-original-to").strip()]))


def _raw(file: str | None) -> tuple[bytes, str | None]:
    """Return the message's bytes and None or, if it is too large, its header and why the rest was not read.

    An exit code of 75 would keep a message that is too large in the mail server's queue for days, where nobody would
    see it.
    """
    if file and file != "-":
        try:
            with Path(file).open("rb") as source:
                raw, size = _read(source)
        except OSError as error:
            raise UnreadableInputError(f"{file}: {error.strerror}", hint="name a file that holds one mail") from error
    else:
        raw, size = _read(sys.stdin.buffer) if sys.stdin else (b"", 0)
    if not raw:
        where = file if file and file != "-" else "standard input"
        raise UnreadableInputError(f"there is no mail in {where}", hint="pipe one mail into it, or name its file")
    if size > MESSAGE_BYTES_MAX:
        unread = f"it has {size} bytes, more than {MESSAGE_BYTES_MAX}"
        say(f"incidentmail: warning: only the header is stored: {unread}", err=True)
        say("hint: let the mail server refuse such mail, so that the sender learns of it", err=True)
        return raw[: header_end(raw, 0, WHOLE_HEADER_BYTES_MAX)[1]], unread
    return raw, None


def _read(source: BinaryIO) -> tuple[bytes, int]:
    """Return the message, truncated at the limit, and its full size. Read it to its end, as mail servers expect."""
    raw = source.read(MESSAGE_BYTES_MAX + 1)
    size = len(raw)
    while more := source.read(CHUNK_BYTES):
        size += len(more)
    return raw, size


def _work_on(context: AppContext, seq: int, *, as_json: bool) -> None:
    """Process waiting messages up to number `seq`, announce its changes to the list, and print its outcome."""
    outcome: Outcome | None = None
    while outcome is None:
        apply_next(context)
        with context.ledger.snapshot() as view:
            outcome = view.outcome(seq)
            deferred = next((one for one in view.deferred() if one.seq == seq), None)
        if outcome is None and deferred is not None:
            say(deferred_text(deferred), err=True)
            say("hint: 'incidentmail serve', the next mail or 'incidentmail flush' asks then", err=True)
            return
    flushed = flush(context, early_for=outcome.incident)
    print_outcome(outcome, as_json=as_json)
    warn_about_faults(flushed.made)
    raise_faults(flushed.made)
    if apply_waiting(context, within_s=OTHERS_S_MAX):  # another `ingest` may have given up waiting for this one
        flush(context)


def _report_failure(error: Exception, *, stored: bool) -> int:
    """Print the error and return the exit code: 0 if the message is stored, otherwise 75.

    If the code is 75, the mail server keeps the message and retries.
    """
    hint = f"\nhint: {error.hint}" if isinstance(error, IncidentMailError) and error.hint else ""
    reason = str(error) if isinstance(error, IncidentMailError) else f"{type(error).__name__}: {error}"
    what = (
        "warning: the mail is stored, but not all that follows is done"
        if stored
        else "error: not stored, give it in again"
    )
    try:
        say(f"incidentmail: {what}: {reason}{hint}", err=True)
    except OSError:  # stderr cannot be written, but the exit code is what matters
        return 0 if stored else TEMPORARY_FAILURE
    return 0 if stored else TEMPORARY_FAILURE
