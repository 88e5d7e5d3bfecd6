"""Write the file of a ledger anew, so that nothing which was removed from it is left in its free pages or its log."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from incidentmail.errors import LedgerBusyError


def compact(connection: sqlite3.Connection, path: Path) -> None:
    """Rewrite the database, and empty its write-ahead log. Raise LedgerBusyError if another process reads meanwhile.

    VACUUM writes all pages that are in use to the log. The checkpoint then writes them over the old ones, cuts off the
    rest of the file, and cuts the log to no bytes. It cannot do that while somebody reads an older state.
    """
    connection.execute("VACUUM")
    (is_busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if is_busy:
        raise LedgerBusyError(
            f"another process uses {path}, so its write-ahead log could not be emptied",
            hint="stop 'incidentmail serve', then run 'incidentmail ledger compact' again",
        )
