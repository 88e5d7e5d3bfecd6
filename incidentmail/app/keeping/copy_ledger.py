"""Copy a ledger to another place: from a file to a database, or vice versa."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from incidentmail.app.keeping.database import is_same_database
from incidentmail.app.keeping.open_ledger import check_package, open_place
from incidentmail.app.serve_lock import is_running
from incidentmail.config.ledger_place import LedgerPlace, ledger_place
from incidentmail.config.load import Config
from incidentmail.core.frozen import Frozen
from incidentmail.errors import ConfigError, LedgerDamagedError, NoLedgerError, UsageError
from incidentmail.ledger.rows.copied_rows import copy_rows, different_count
from incidentmail.ledger.rows.ledger_rows import LedgerRows
from incidentmail.ledger.values import Head

Progress = Callable[[int, int], None]


class CopiedLedger(Frozen, kw_only=True):
    """The result of a copy. `is_in_use` is true if `serve` is running on the source, on this machine.

    `role` is the database role that was granted the privilege to append entries, if another role owns the tables.
    """

    source: str
    target: str
    head: Head
    accepted_head: Head
    rows: int
    role: str | None
    is_in_use: bool


def place_of(text: str) -> LedgerPlace:
    """Return the place that a URL or a path names. Raise UsageError if it names none, or contains a password."""
    url = text if "://" in text else f"sqlite:///{Path(text).absolute()}"
    try:
        return ledger_place(url, lambda: Path())
    except ConfigError as error:
        raise UsageError(error.message.removeprefix("[ledger] "), hint=error.hint) from error


def copy_ledger(
    config: Config, source: LedgerPlace, target: LedgerPlace, *, owner_url: str | None = None, progress: Progress
) -> CopiedLedger:
    """Copy a snapshot of the ledger at `source` to `target`, which must not have a ledger. Verify the copy.

    If the target is a database, the role in `owner_url` creates and owns the tables. Raise NoLedgerError or LedgerError
    if the source cannot be read, UsageError if the target has a ledger, and LedgerDamagedError if the copy differs.
    """
    if not source.exists():
        raise NoLedgerError(source.path)
    if owner_url is not None and (target.database_url is None or not is_same_database(owner_url, target.database_url)):
        raise UsageError("--as names another database than TO", hint="only the user may differ")
    role = None if owner_url is None else urlsplit(str(target.database_url)).username
    with (
        closing(open_place(source, partial(_password, config, source))) as ledger,
        _new_ledger(config, target, owner_url, ledger.origin, role) as new,
        ledger.snapshot() as old,  # it ends before the new ledger is verified, because verifying may take long
    ):
        heads = old.head(), old.accepted_head()
        rows = copy_rows(old, new, progress)
        different = different_count(old, new)
        if different is not None or heads != (new.head(), new.accepted_head()):
            raise LedgerDamagedError(
                f"the copy differs in {different or 'its heads'}, and was thrown away",
                hint="run 'incidentmail ledger verify' on the ledger that you copy",
            )
    return CopiedLedger(
        source=source.name, target=target.name, head=heads[0], accepted_head=heads[1], rows=rows, role=role,
        is_in_use=source.database_url is None and is_running(source.path),
    )  # fmt: skip


@contextmanager
def _new_ledger(
    config: Config, target: LedgerPlace, owner_url: str | None, origin: str, role: str | None
) -> Iterator[LedgerRows]:
    if target.database_url is None:
        from incidentmail.ledger.sqlite.new_file import new_ledger

        with new_ledger(target.path, origin=origin) as view:
            yield view
        return
    check_package()
    from incidentmail.ledger.postgres.administration import Administration

    password = None if owner_url is not None else _password(config, target)
    with (
        closing(Administration(owner_url or target.database_url, password=password)) as database,
        database.new_ledger(origin=origin, role=role) as made,
    ):
        yield made


def _password(config: Config, place: LedgerPlace) -> str | None:
    """Return the password if `place` is the configured database. Other databases use PostgreSQL's own settings."""
    return config.ledger_password() if place.database_url == config.ledger.database_url else None
