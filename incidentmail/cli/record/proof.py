"""`incidentmail ledger verify` and `ledger head`: prove that the record is unaltered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from incidentmail.cli.common import config_beside_ledger, context_of, json_option, print_json, say
from incidentmail.cli.help import command
from incidentmail.core.frozen import JsonValue, plain, replace
from incidentmail.core.ids import OurField
from incidentmail.core.text import counted
from incidentmail.errors import ConfigError, LedgerDamagedError, NoLedgerError, UnreadableInputError

if TYPE_CHECKING:
    from incidentmail.app.keeping.compare import Comparison
    from incidentmail.app.keeping.saved_mail import SavedMail
    from incidentmail.config.load import Config
    from incidentmail.ledger.values import Verdict


@command(
    "verify",
    "ledger verify",
    "ledger verify /backup/ledger.db",
    "ledger verify --witness ~/Maildir/.incidents",
    "ledger verify --witness list.mbox",
)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--witness", "--mail", "witnesses", metavar="PATH", multiple=True,
    help="Mails of ours from anybody's mailbox: a saved mail, a folder of them, a Maildir, an mbox, or an IMAP folder "
    "(imaps://user@host/Folder, only read; the password is $INCIDENTMAIL_WITNESS_PASSWORD).",
)  # fmt: skip
@json_option
@click.pass_context
def verify(ctx: click.Context, file: Path | None, witnesses: tuple[str, ...], as_json: bool) -> int:
    """Check everything in the ledger: entries, texts, mail, what became of it, and the file itself.

    With FILE, check that file instead, such as a back-up. It is only read, and no configuration is needed.

    Exit code 1 if something is wrong. Somebody who can write to the file could replace all of it. Only mails sent
    earlier reveal that, because each of them says what the ledger was at that moment.
    """
    verdict = _verdict(ctx, file)
    compared = _compared(config_beside_ledger(ctx), file, witnesses, verdict) if witnesses else None
    if compared is not None:
        verdict = _judged(verdict, compared)
    if as_json:
        print_json({**_object(plain(verdict)), **({"witnesses": _counts(compared)} if compared else {})})
        return 0 if verdict.ok else 1
    if verdict.ok:
        say(f"{file or 'the ledger'} holds: {verdict.size} entries, head {verdict.head}")
        if compared:
            say(_agreement(compared))
    else:
        where = f"entry {verdict.first_bad}: " if verdict.first_bad is not None else ""
        say(f"incidentmail: error: {file or 'the ledger'} does not hold: {where}{verdict.reason}", err=True)
        hint = "keep the file as it is"
        if compared is None:
            hint += "; 'ledger verify --witness PATH' compares it with mails that it sent"
        say(f"hint: {hint}", err=True)
    if compared and compared.unproven:
        say(f"incidentmail: warning: {_doubtful(compared)}", err=True)
    return 0 if verdict.ok else 1


@command("head", "ledger head")
@json_option
@click.pass_context
def head(ctx: click.Context, as_json: bool) -> int:
    """Print the present state of the ledger as a signed line that can be kept anywhere.

    'ledger verify --witness' accepts a file with this line, just like a mail, and shows whether anything recorded
    before this moment was changed later.
    """
    from incidentmail.app.keeping.witness import signed

    with context_of(ctx, looks_only=True) as context:
        if not context.config.ledger.exists():
            raise NoLedgerError(context.config.ledger_path)
        if not context.config.key_path.exists():
            raise ConfigError(f"there is no key at {context.config.key_path}", hint="put the key back from its back-up")
        with context.ledger.snapshot() as view:
            entries, accepted = view.head(), view.accepted_head()
        heads = f"{entries.origin}; {entries.size}; {entries.hash}; {accepted.size}; {accepted.hash}"
        line = f"{OurField.LEDGER}: {signed(context.key, heads)}"
    if as_json:
        print_json({
            "origin": entries.origin, "size": entries.size, "head": entries.hash, "accepted": accepted.size,
            "accepted_head": accepted.hash, "note": line,
        })  # fmt: skip
    else:
        say(line)
    return 0


def _verdict(ctx: click.Context, file: Path | None) -> Verdict:
    """Return the verdict on `file`, or on the configured ledger. Raise NoLedgerError if there is none."""
    from incidentmail.app.keeping.verified import verified, verified_copy

    if file is not None:
        return verified_copy(file)
    config = config_beside_ledger(ctx)
    verdict = verified(config)
    if not config.ledger.exists():
        raise NoLedgerError(config.ledger_path)
    return verdict


def _compared(config: Config, file: Path | None, paths: tuple[str, ...], verdict: Verdict) -> Comparison | None:
    """Compare `file`, or the configured ledger, with the mails at `paths`, and return the result.

    Return None if the ledger is too damaged to be read.

    Raise UnreadableInputError if none of these mails says anything about the ledger, or if only unproven mails differ
    from it.
    """
    from incidentmail.app.keeping.compare import compare
    from incidentmail.app.keeping.open_ledger import open_copy, open_reader
    from incidentmail.app.key_file import key_or_another

    opened = open_copy(file) if file else open_reader(config)
    mails = chain.from_iterable(_mails_at(config, path) for path in paths)
    try:
        with closing(opened) as ledger, ledger.snapshot() as view:
            compared = compare(view, mails, key_or_another(config.key_path))
    except LedgerDamagedError:
        if verdict.ok:
            raise
        return None
    if not compared.witnesses and not compared.unproven_count:
        raise UnreadableInputError(
            f"no mail in {', '.join(paths)} has an {OurField.LEDGER} field in a form of ours",
            hint="take mails that we sent to the list",
        )
    if compared.unproven and not compared.witnesses and verdict.ok:
        raise UnreadableInputError(
            _doubtful(compared),
            hint=f"its {OurField.LEDGER} field was changed, or is of another key or an earlier version: take the mail"
            " from another mailbox, or a newer one",
        )
    return compared


def _mails_at(config: Config, place: str) -> Iterator[SavedMail]:
    """Yield the mails at a path, or our mails in an IMAP folder."""
    if place.startswith(("imap://", "imaps://")):
        from incidentmail.app.keeping.imap_witness import mails_in_folder

        return mails_in_folder(config, place)
    from incidentmail.app.keeping.saved_mail import saved_mails

    return saved_mails(Path(place))


def _judged(verdict: Verdict, compared: Comparison) -> Verdict:
    """Return the combined verdict on the ledger and the mails. The earliest fault decides."""
    found = compared.difference
    if found is None or (verdict.first_bad is not None and verdict.first_bad <= found.first):
        return verdict
    return replace(verdict, ok=False, first_bad=found.first, reason=f"{found.file} says otherwise: {found.reason}")


def _doubtful(compared: Comparison) -> str:
    """Return a text that says how the ledger differs from a mail not proven by the key."""
    if compared.unproven is None:
        return ""
    return (
        f"{compared.unproven.file} says otherwise ({compared.unproven.reason}), but nothing proves that we wrote it so"
    )


def _agreement(compared: Comparison) -> str:
    """Return a text that says how many of the mails state what the ledger was, all of them correctly."""
    mails, number = counted(compared.mails, "mail"), compared.witnesses
    if not number:
        return f"{mails}, and the key proves none of them"
    agree = "it agrees" if number == 1 else "both agree" if number == 2 else "all of these agree"
    return f"{mails}, {number} of them {'says' if number == 1 else 'say'} what the record was then; {agree}"


def _counts(compared: Comparison) -> JsonValue:
    return {"mails": compared.mails, "proven": compared.witnesses, "unproven": compared.unproven_count}


def _object(value: JsonValue) -> dict[str, JsonValue]:
    return dict(value) if isinstance(value, dict) else {}
