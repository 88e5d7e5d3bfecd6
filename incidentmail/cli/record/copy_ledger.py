"""`incidentmail ledger copy`: move the ledger from a file to a database, or back."""

from __future__ import annotations

import sys

import click

from incidentmail.cli.common import config_beside_ledger, json_option, print_json, say
from incidentmail.cli.help import command
from incidentmail.core.text import counted


@command(
    "copy",
    "ledger copy ledger.db postgresql://bot@db.example.com/incidents",
    "ledger copy postgresql://bot@db.example.com/incidents copy.db",
)
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("--as", "owner_url", metavar="URL", help="The database TO, as the role that shall own the tables.")
@json_option
@click.pass_context
def copy(ctx: click.Context, source: str, target: str, owner_url: str | None, as_json: bool) -> int:
    """Copy a whole ledger from a file to a PostgreSQL database, or back.

    FROM and TO are files, or URLs as in [ledger] url. TO must not contain a ledger yet. The copy has the same entries
    and the same accepted mail. It is verified; if that fails, nothing is left of it. To move a ledger, stop 'serve'
    first, copy it, and then set [ledger] url. Never keep using both.
    """
    from incidentmail.app.keeping.copy_ledger import copy_ledger, place_of

    done = copy_ledger(
        config_beside_ledger(ctx), place_of(source), place_of(target), owner_url=owner_url, progress=_show_progress
    )
    if as_json:
        print_json({
            "from": done.source, "to": done.target, "rows": done.rows, "entries": done.head.size,
            "head": done.head.hash, "accepted": done.accepted_head.size, "accepted_head": done.accepted_head.hash,
            "role": done.role,
        })  # fmt: skip
    else:
        say(f"copied {done.source} to {done.target} and verified it: {counted(done.rows, 'row')}")
        say(f"{done.head.size} entries, head {done.head.hash}")
        say(f"{done.accepted_head.size} accepted mails, head {done.accepted_head.hash}")
        if done.role is not None:
            say(f"{done.role} can append to the record, and cannot change it")
    if done.is_in_use:
        say("incidentmail: warning: 'serve' runs: what it accepts from now on is not in the copy", err=True)
        say("hint: to move the ledger, stop 'serve' and copy it to another place", err=True)
    return 0


def _show_progress(done: int, total: int) -> None:
    """Print the progress of the copy, if standard error is a terminal."""
    if sys.stderr.isatty():
        click.echo(f"\rcopied {done:,} of {total:,} rows", nl=done == total, err=True)
