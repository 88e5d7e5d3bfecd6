"""`incidentmail ledger backup`, `ledger export` and `ledger import`: copies of the record."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path
from typing import IO

import click

from incidentmail.cli.common import config_beside_ledger, context_of, json_option, print_json, say
from incidentmail.cli.help import command
from incidentmail.core.frozen import plain
from incidentmail.core.text import counted
from incidentmail.errors import NoLedgerError, NotPermittedError, UnreadableInputError, UsageError

from .progress import progress_of


@command("backup", "ledger backup /backup/ledger.db", "ledger backup /backup/ledger.db --replace --with-key")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Replace FILE if it exists, once the new copy is verified.")
@click.option("--with-key", is_flag=True, help="Also write the key and the configuration, to FILE.secrets.tar.")
@json_option
@click.pass_context
def backup(ctx: click.Context, file: Path, replace: bool, with_key: bool, as_json: bool) -> int:
    """Copy the ledger to FILE while everything keeps running, and verify the copy.

    Back up the key too: without it, replies to old mails are not recognised, and nothing proves those mails. Keep both
    in different places: anybody who has the key can write mails that seem to come from us.
    """
    from incidentmail.app.keeping.backup import archive_secrets, back_up
    from incidentmail.app.key_file import earlier_files

    with context_of(ctx, looks_only=True) as context:
        config = context.config
        if config.ledger.database_url is not None:
            raise UsageError(
                "a ledger in a database is backed up by the database's own program",
                hint=f"pg_dump --format=custom --file={file} '{config.ledger.name}'; or copy it to a file"
                " with 'incidentmail ledger copy'",
            )
        made = back_up(config.ledger_path, file, now=context.now(), is_replacing=replace)
        secrets = None
        if with_key:
            keys = {"key": config.key_path} | {one.name: one for one in earlier_files(config.key_path)}
            files = {**keys, **({"config.toml": config.path} if config.path else {})}
            secrets = archive_secrets(file.with_name(f"{file.name}.secrets.tar"), files, is_replacing=replace)
    if as_json:
        print_json({
            "path": str(made.path), "bytes": made.size_bytes, "size": made.verdict.size, "head": made.verdict.head,
            "secrets": str(secrets) if secrets else None,
        })  # fmt: skip
        return 0
    say(f"backed up to {made.path} and verified: {made.verdict.size} entries, head {made.verdict.head}")
    if secrets:
        say(f"THE KEY AND THE CONFIGURATION are in {secrets}: let nobody else read it, and keep it in another place")
    else:
        say(f"the key is not in it: keep a copy of {config.key_path} in another place (or add --with-key)")
    return 0


@command("export", "ledger export record.jsonl", "ledger export --mbox mail.mbox")
@click.argument("file", default="-")
@click.option("--mbox", is_flag=True, help="Write all accepted mail as an mbox instead.")
@click.pass_context
def export(ctx: click.Context, file: str, mbox: bool) -> int:
    """Write the whole record to FILE, or to standard output: JSON, one object per line (docs/json.md).

    'ledger import' makes a ledger from it again. Restricted incidents are included. Only you can read a new file.
    """
    from incidentmail.app.keeping.open_ledger import open_reader
    from incidentmail.ledger.export import exported, mbox_of

    config = config_beside_ledger(ctx)
    if not config.ledger.exists():
        raise NoLedgerError(config.ledger_path)
    with closing(open_reader(config)) as ledger, ledger.rows() as rows, _opened(file) as out:
        if mbox:
            for mail in rows.accepted_rows():
                out.write(mbox_of(mail))
        else:
            for line in exported(rows):
                out.write(line)
    return 0


@command("import", "ledger import record.jsonl", "ledger import - < record.jsonl")
@click.argument("file")
@json_option
@click.pass_context
def import_(ctx: click.Context, file: str, as_json: bool) -> int:
    """Make the ledger from FILE, which 'ledger export' wrote, or from standard input (-), and verify it.

    The new ledger has the same entries, hashes and mail; what was redacted stays redacted. There must be no ledger yet,
    and the exported one must not be used any more. Nothing is sent.
    """
    from incidentmail.app.keeping.import_record import import_record
    from incidentmail.config.load import load

    config = load(ctx.find_root().obj.get("config"))
    with _lines_of(file) as lines:
        name = file if file != "-" else "standard input"
        done = import_record(config, name, lines, progress=progress_of("imported", "entries and mails"))
    if as_json:
        print_json(plain(done))
        return 0
    say(f"imported {done.path} and verified it: {done.entries} entries, head {done.head}, and")
    say(f"{counted(done.accepted, 'accepted mail')}, head {done.accepted_head}")
    if not done.has_key:
        say(
            f"incidentmail: warning: there is no key at {config.key_path}: put it back, or replies to old mails are not"
            " recognised",
            err=True,
        )
    say("if mail was sent since the export, run 'incidentmail promote --restored' first: no number is used twice then")
    return 0


def _lines_of(file: str) -> IO[bytes]:
    """Open a file, or standard input for `-`, to read its lines."""
    try:
        return click.open_file(file, "rb")
    except OSError as error:
        raise UnreadableInputError(
            f"cannot read {file}: {error.strerror}", hint="name a file that 'incidentmail ledger export FILE' wrote"
        ) from error


def _opened(file: str) -> IO[bytes]:
    """Open a new file with mode 0600, or standard output for `-`. Raise UsageError if the file exists."""
    if file == "-":
        return click.open_file("-", "wb")
    try:
        return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except FileExistsError as error:
        raise UsageError(f"{file} exists", hint="choose another name") from error
    except OSError as error:
        raise NotPermittedError(f"cannot write {file}: {error.strerror}", hint="choose another place") from error
