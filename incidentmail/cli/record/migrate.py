"""`incidentmail ledger migrate`: bring the ledger to the format of this version."""

from __future__ import annotations

import sys

import click

from incidentmail.cli.common import config_beside_ledger, json_option, print_json, say
from incidentmail.cli.help import command
from incidentmail.errors import LedgerBusyError


@command("migrate", "ledger migrate")
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
