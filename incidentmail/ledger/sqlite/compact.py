"""Rewrite a ledger's file, so that free pages and the write-ahead log contain no removed data."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from incidentmail.errors import LedgerBusyError


def compact(connection: sqlite3.Connection, path: Path) -> None:
    """Rewrite the database and empty its write-ahead log. Raise LedgerBusyError if another process is reading.

    VACUUM writes all pages in use to the log. The checkpoint then copies them over the old pages, truncates the file,
    and truncates the log to zero bytes. A checkpoint is not possible while another process is reading an older state.
    """
    connection.execute("VACUUM")
    (is_busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if is_busy:
        raise LedgerBusyError(
            f"another process uses {path}, so its write-ahead log could not be emptied",
            hint="stop 'incidentmail serve', then run 'incidentmail ledger compact' again",
        )
