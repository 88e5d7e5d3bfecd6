"""Create a ledger in a new file, and fill it from another ledger."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from incidentmail.errors import LedgerDamagedError, LedgerError, NotPermittedError, UsageError
from incidentmail.ledger.durable_files import remove_database, sync
from incidentmail.ledger.rows.record_rows import KnownStates

from .checksums import register
from .proof_rows import verdict_of
from .same_file import beside
from .store import SqliteView, create

_BESIDE = ("-wal", "-shm", "-journal")


@contextmanager
def new_ledger(path: Path, *, origin: str) -> Iterator[SqliteView]:
    """Create a ledger with this origin, and yield a view through which the block fills it.

    The file gets its name if the ledger verifies after the block; otherwise the file is removed. Raise UsageError if
    the file exists, LedgerDamagedError if the new ledger does not verify, and NotPermittedError if it cannot be
    written.
    """
    if any(os.path.lexists(one) for one in (path, *(beside(path, end) for end in _BESIDE))):
        raise UsageError(f"there is a ledger {path} already", hint="name a new file; none is ever overwritten")
    part = path.with_name(f"{path.name}.copy")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        remove_database(part)
        os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(sqlite3.connect(part, isolation_level=None)) as connection:
            yield from _filled(connection, origin)
        for one in (part, path.parent):
            sync(one)
        os.link(part, path)
        sync(path.parent)
    except FileExistsError as error:
        raise UsageError(f"there is a ledger {path} already", hint="name a new file") from error
    except OSError as error:
        raise NotPermittedError(f"cannot write {path}: {error.strerror}", hint="choose another place") from error
    except sqlite3.Error as error:
        raise LedgerError(f"cannot write {path}: {error}", hint="nothing is left of the copy") from error
    finally:
        remove_database(part)


def _filled(connection: sqlite3.Connection, origin: str) -> Iterator[SqliteView]:
    """Yield a view of a new ledger in one transaction, and verify it before the commit."""
    register(connection)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("BEGIN IMMEDIATE")
    create(connection, origin=origin)
    view = SqliteView(connection, origin, KnownStates())
    yield view
    if not (verdict := verdict_of(view)).ok:
        raise LedgerDamagedError(
            f"the copy does not hold, and was thrown away: {verdict.reason}",
            hint="run 'incidentmail ledger verify' on the ledger that you copy",
        )
    connection.execute("COMMIT")
