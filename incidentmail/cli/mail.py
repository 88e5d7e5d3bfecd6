"""Mail in and out from the command line: ingest, inbox, outbox."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from incidentmail.app.announce import announce
from incidentmail.app.deliver import deliver
from incidentmail.app.judge import BACKLOG
from incidentmail.app.office import Office
from incidentmail.app.private import announce_privately
from incidentmail.app.proposals import expire_due
from incidentmail.app.receive import accept, apply_next
from incidentmail.errors import IncidentMailError, UnreadableInputError, UsageError
from incidentmail.inbound.limits import MESSAGE_BYTES_MAX
from incidentmail.inbound.message import Envelope, canonical_address
from incidentmail.ledger.port import Deferred, OutboxMail, Outcome

from . import shapes
from .common import NOT_SENT, json_option, office_of, print_json, say, tell_mails

TEMPORARY_FAILURE = 75


@click.command("ingest")
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

    Exits 0 once the mail is stored, whatever it says; else 75, so that the mail server tries again.
    """
    stored = False
    try:
        raw = _raw(file)
        with office_of(ctx) as office:
            paths = tuple(a for text in recipient if (a := canonical_address(text)))
            (seq,) = accept(office, [(raw, Envelope(way="pipe", reverse_path=sender, forward_paths=paths))])
            stored = True
            _work_on(office, seq, as_json=as_json)
    except Exception as error:  # any other exit code would make a mail server bounce the mail to the list
        return _tell_failure(error, stored=stored)
    return 0


def _raw(file: str | None) -> bytes:
    if file and file != "-":
        with Path(file).open("rb") as source:
            raw = source.read(MESSAGE_BYTES_MAX + 1)
    else:
        raw = sys.stdin.buffer.read(MESSAGE_BYTES_MAX + 1) if sys.stdin else b""
    if not raw:
        raise UnreadableInputError("there is no mail on standard input", hint="pipe one mail into it")
    if len(raw) > MESSAGE_BYTES_MAX:
        raise UnreadableInputError(f"the mail has more than {MESSAGE_BYTES_MAX} bytes")
    return raw


def _work_on(office: Office, seq: int, *, as_json: bool) -> None:
    """Reads the mail, in its turn; tells the list what it changed; then says what became of it."""
    outcome: Outcome | None = None
    while outcome is None:
        apply_next(office)
        with office.ledger.reading() as view:
            outcome = view.outcome(seq)
            waits = next((one for one in view.deferred() if one.seq == seq), None)
        if outcome is None and waits is not None:
            say(_deferred_text(waits), err=True)
            return
    expire_due(office)
    if not office.config.settings.mail.mute:
        made = announce(office, incident_id=outcome.incident, early=True) if outcome.incident else []
        made += announce_privately(office)
        if outcome.incident or made:
            deliver(office)
    if as_json:
        print_json(shapes.inbox_line(outcome))
    else:
        say(_inbox_text(outcome))


def _tell_failure(error: Exception, *, stored: bool) -> int:
    """Once the mail is ours, what fails is our own trouble; before that, the mail server must keep it."""
    hint = f"\nhint: {error.hint}" if isinstance(error, IncidentMailError) and error.hint else ""
    reason = str(error) if isinstance(error, IncidentMailError) else f"{type(error).__name__}: {error}"
    what = (
        "warning: the mail is stored, but not all that follows is done"
        if stored
        else "error: not stored, give it in again"
    )
    try:
        say(f"incidentmail: {what}: {reason}{hint}", err=True)
    except OSError:  # nobody can hear it; the exit code says what counts
        return 0 if stored else TEMPORARY_FAILURE
    return 0 if stored else TEMPORARY_FAILURE


@click.command("inbox")
@click.option("--all", "everything", is_flag=True, help="Also what was applied, noted, automatic or a duplicate.")
@json_option
@click.pass_context
def inbox_command(ctx: click.Context, everything: bool, as_json: bool) -> int:
    """Show the mail that came in and what became of it: what needs a look, or with --all everything."""
    with office_of(ctx) as office, office.ledger.reading() as view:
        for outcome in view.outcomes():
            if not everything and not _needs_a_look(outcome):
                continue
            if as_json:
                print_json(shapes.inbox_line(outcome))
            else:
                say(_inbox_text(outcome))
        deferred = view.deferred()
        for one in deferred if not as_json else ():
            say(_deferred_text(one))
        waiting = view.pending() - len(deferred)
        if waiting and not as_json:
            click.echo(f"{waiting} more wait to be read; 'incidentmail serve' reads them", err=True)
    return 0


def _needs_a_look(outcome: Outcome) -> bool:
    if outcome.disposition == "own" or outcome.rule == BACKLOG:
        return False
    return outcome.outcome in ("refused", "held", "quarantined", "filed") or bool(
        outcome.reason and outcome.outcome == "applied"
    )


def _deferred_text(waits: Deferred) -> str:
    return f"{waits.seq:5}  waits: {waits.reason}; it is asked again at {waits.until:%H:%M:%S} UTC"


def _inbox_text(outcome: Outcome) -> str:
    where = f" to {outcome.incident}" if outcome.incident else ""
    rule = f" by {outcome.rule}" if outcome.rule else ""
    reason = f"\n       {outcome.reason}" if outcome.reason else ""
    trust = f", {outcome.trust} by {outcome.trust_rule}" if outcome.trust and outcome.trust_rule else ""
    what = f"{outcome.outcome}: {outcome.disposition}{where}{rule}"
    return f"{outcome.seq:5}  {what}, from {outcome.header_from or 'nobody'}{trust}: {outcome.subject}{reason}"


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
    """List what waits and what failed; with --all what was sent too."""
    with office_of(ctx) as office, office.ledger.reading() as view:
        for mail in view.outbox(("queued", "sent", "failed") if everything else ("queued", "failed")):
            if as_json:
                print_json(shapes.outbox_line(mail))
                continue
            tried = f", tried {mail.attempts} times" if mail.attempts else ""
            error = f"\n    {mail.last_error}" if mail.last_error else ""
            say(f"{mail.state}{tried}: {mail.subject}\n    {mail.message_id}{error}")
    return 0


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
