"""`incidentmail ledger`: verify the ledger, or migrate it to the format of this version."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

import click

from incidentmail.cli.common import config_beside_ledger, json_option, print_json, say
from incidentmail.cli.help import group
from incidentmail.core.frozen import Frozen, plain, replace
from incidentmail.core.ids import OurField
from incidentmail.errors import LedgerBusyError, NoLedgerError, UnreadableInputError


@group("ledger", "ledger verify", "ledger migrate")
def ledger_command() -> None:
    """Verify the ledger, or migrate it to a new version's format."""


@ledger_command.command(
    "verify",
    examples=(
        "ledger verify",
        "ledger verify --mail declaration.eml",
    ),
)
@click.option(
    "--mail", "mails", metavar="FILE", multiple=True, help="A mail of ours: is the ledger still the one that sent it?"
)
@json_option
@click.pass_context
def verify(ctx: click.Context, mails: tuple[str, ...], as_json: bool) -> int:
    """Check everything that the ledger holds: entries, texts, mail, what became of it, and the file itself.

    Exits 1 if something does not hold. Somebody who can write the file could replace it as a whole: only a mail that
    was sent before, from anybody's mailbox, shows that.
    """
    from incidentmail.ledger.sqlite.read_only import verify_file

    config = config_beside_ledger(ctx)
    path = config.ledger_path
    verdict = verify_file(path)
    if not path.exists():
        raise NoLedgerError(path)
    unproven: list[str] = []
    for file in mails if verdict.ok else ():
        said = _contradiction(path, config.key_path, file)
        if said is not None and verdict.ok and said.is_proven:
            verdict = replace(verdict, ok=False, reason=f"{file} says otherwise: {said.reason}")
        elif said is not None and not said.is_proven:
            unproven.append(f"{file} says otherwise ({said.reason}), but nothing proves that we wrote it so")
    if verdict.ok and unproven:
        raise UnreadableInputError(
            "; ".join(unproven),
            hint=f"its {OurField.LEDGER} field was changed, or is of another key or an earlier version: take the mail"
            " from another mailbox, or a newer one",
        )
    if as_json:
        print_json(plain(verdict))
    elif verdict.ok:
        say(f"the ledger holds: {verdict.size} entries, head {verdict.head}")
    else:
        where = f"entry {verdict.first_bad}: " if verdict.first_bad is not None else ""
        say(f"incidentmail: error: the ledger does not hold: {where}{verdict.reason}", err=True)
        say(
            "hint: keep the file as it is; 'ledger verify --mail FILE' compares it with a mail that it sent",
            err=True,
        )
    return 0 if verdict.ok else 1


class _Said(Frozen, kw_only=True):
    """The way in which a mail contradicts the ledger, and whether the key proves the mail's field."""

    reason: str
    is_proven: bool


def _contradiction(path: Path, key_path: Path, file: str) -> _Said | None:
    """Return how the message in `file` contradicts the ledger. Raise UnreadableInputError if it names no ledger."""
    from incidentmail.app.key_file import key_or_another
    from incidentmail.app.witness import contradiction, read_witness
    from incidentmail.inbound.message import Envelope, parse_message
    from incidentmail.ledger.sqlite.read_only import SqliteReader

    try:
        raw = Path(file).read_bytes()
    except OSError as error:
        raise UnreadableInputError(f"{file}: {error.strerror}", hint="name a mail saved as a file (.eml)") from error
    witness = read_witness(parse_message(raw, Envelope(way="pipe")), key_or_another(key_path))
    if witness is None:
        raise UnreadableInputError(
            f"{file} has no {OurField.LEDGER} field, or one in no form of ours", hint="save a mail of ours to the list"
        )
    with closing(SqliteReader(path)) as ledger, ledger.snapshot() as view:
        reason = contradiction(view, witness)
    return _Said(reason=reason, is_proven=witness.is_proven) if reason else None


@ledger_command.command("migrate", examples=("ledger migrate",))
@json_option
@click.pass_context
def migrate(ctx: click.Context, as_json: bool) -> int:
    """Bring the ledger to the format of this version.

    Stop 'serve' first. The ledger is copied, the copy is verified and takes its place; the old file stays beside it.
    """
    from incidentmail.app.serve_lock import is_running
    from incidentmail.ledger.sqlite import migrate as migration

    path = config_beside_ledger(ctx).ledger_path
    if is_running(path):
        raise LedgerBusyError("'incidentmail serve' is running on this ledger", hint=migration.STOP)
    done = migration.migrate(path, progress=_show_progress)
    if as_json:
        print_json({
            "migrated": done.backup is not None, "format": done.format, "was": done.found,
            "backup": str(done.backup) if done.backup else None, "entries": done.entries, "head": done.head or None,
            "accepted": done.accepted, "accepted_head": done.accepted_head or None,
        })  # fmt: skip
    elif done.backup is None:
        say(f"nothing to do: {path} has format {done.format} already")
    else:
        say(f"migrated {path} from format {done.found} to {done.format}: {done.entries} entries, head {done.head}, and")
        say(f"{done.accepted} accepted mails, as before; the old file is {done.backup}")
    return 0


def _show_progress(done: int, total: int) -> None:
    """Print the progress of the copy, if standard error is a terminal."""
    if sys.stderr.isatty():
        click.echo(f"\rcopied {done:,} of {total:,} rows", nl=done == total, err=True)
