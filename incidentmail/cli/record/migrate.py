"""`incidentmail ledger migrate`: bring the ledger to the format of this version."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from incidentmail.cli.common import config_beside_ledger, json_option, print_json, say
from incidentmail.cli.help import command
from incidentmail.core.frozen import JsonValue
from incidentmail.core.text import counted
from incidentmail.errors import LedgerBusyError, UsageError

from .progress import progress_of

if TYPE_CHECKING:
    from incidentmail.config.load import Config


@command("migrate", "ledger migrate", "ledger migrate --as postgresql://owner@db.example.com/incidents")
@click.option("--as", "owner_url", metavar="URL", help="The same database, as the role that owns its tables.")
@json_option
@click.pass_context
def migrate(ctx: click.Context, owner_url: str | None, as_json: bool) -> int:
    """Bring the ledger to the format of this version.

    Stop 'serve' first. A file is copied in the new format, and the verified copy takes its place; the old file is kept
    beside it. In a database, missing tables are created, and the user in [ledger] url gets the right to append but not
    to change.
    """
    from incidentmail.app.serve_lock import is_running
    from incidentmail.ledger.sqlite import migrate as migration

    config = config_beside_ledger(ctx)
    if config.ledger.database_url is not None:
        return _prepare(config, owner_url, as_json=as_json)
    if owner_url is not None:
        raise UsageError("--as is for a ledger in a database", hint="leave it out")
    path = config.ledger_path
    if is_running(path):
        raise LedgerBusyError("'incidentmail serve' is running on this ledger", hint=migration.STOP)
    done = migration.migrate(path, progress=progress_of("copied", "rows"))
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


def _prepare(config: Config, owner_url: str | None, *, as_json: bool) -> int:
    from incidentmail.app.keeping.database import prepare_database

    done = prepare_database(config, owner_url=owner_url)
    if as_json:
        applied: list[JsonValue] = [*done.applied]
        print_json({
            "migrated": bool(done.applied), "applied": applied, "migration": done.number, "role": done.role,
        })  # fmt: skip
        return 0
    what = f"applied {counted(len(done.applied), 'migration')}" if done.applied else "nothing to do"
    say(f"{what}: {config.ledger.name} has migration {done.number}")
    if done.role is not None:
        say(f"{done.role} can append to the record, and cannot change it")
    else:
        say("incidentmail: warning: the user in [ledger] url owns the tables: only triggers keep the record", err=True)
        say("hint: let another role own them: 'incidentmail ledger migrate --as postgresql://OWNER@...'", err=True)
    return 0
