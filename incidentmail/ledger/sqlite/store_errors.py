"""Translate SQLite's errors, and files that are not ledgers of this version, into our own errors."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from incidentmail.errors import (
    IncidentMailError,
    LedgerBusyError,
    LedgerDamagedError,
    LedgerError,
    LedgerUnavailableError,
    NotPermittedError,
)
from incidentmail.ledger.free_space import is_full

from .schema import FORMAT

BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
DISK = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL)


class StoreErrors:
    """A translator of errors for the ledger at `path`."""

    path: Path

    def as_ledger_error(self, error: sqlite3.Error) -> IncidentMailError:
        """Return our exception for a SQLite error."""
        code = primary_code(error)
        if code in BUSY:
            return LedgerBusyError(f"the ledger is busy: {error}", hint="nothing was written; try again")
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return self.damaged(str(error))
        if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
            return self.cannot_open(str(error))
        if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and is_full(self.path)):
            return LedgerUnavailableError(
                f"{self.path}: the disk is full", hint="nothing was written; make room on it, then try again"
            )
        if code == sqlite3.SQLITE_IOERR:
            return LedgerUnavailableError(f"{self.path}: {error}", hint="nothing was written; look at the disk")
        return LedgerError(f"{self.path}: {error}", hint="nothing was written; run 'incidentmail ledger verify'")

    def other_format(self, found: str) -> LedgerError:
        from .migration_steps import STEPS  # not needed for a ledger that is up to date

        hint = "stop 'incidentmail serve', then run 'incidentmail ledger migrate'; it keeps the old file"
        what = f"{self.path} has format {found}, this version reads {FORMAT}"
        if found in STEPS:
            return LedgerError(what, hint=hint)
        return LedgerDamagedError(what, hint="use the version of incidentmail that wrote it")

    def empty(self) -> LedgerError:
        hint = "restore a back-up; if there was never a ledger, remove the file"
        return LedgerError(f"{self.path} is not a ledger: it is empty", hint=hint)

    def not_a_ledger(self, reason: str) -> LedgerError:
        return LedgerDamagedError(f"{self.path} is not a ledger: {reason}", hint="name another file in [ledger] url")

    def damaged(self, reason: str) -> LedgerError:
        hint = (
            "keep the file as it is; see 'incidentmail ledger verify', and restore a back-up."
            " If it never was a ledger, change [ledger] url"
        )
        return LedgerDamagedError(f"{self.path} is not a ledger, or it is damaged: {reason}", hint=hint)

    def cannot_open(self, reason: str) -> NotPermittedError:
        hint = "check the folder's owner, or [ledger] url"
        return NotPermittedError(f"cannot open the ledger {self.path}: {reason}", hint=hint)

    def other_file(self, change: str) -> LedgerError:
        return LedgerUnavailableError(
            f"{self.path} is no longer the ledger that was opened: {change}",
            hint="nothing was written; put the ledger back as it was, then restart 'incidentmail serve'",
        )

    def lost_log(self, what: str) -> LedgerError:
        return LedgerUnavailableError(
            f"{self.path}: {what}",
            hint=f"nothing was written; put {self.path}-wal back; or accept the loss: remove {self.path}-shm",
        )

    def lost_file(self) -> LedgerError:
        return LedgerUnavailableError(
            f"{self.path} is gone, and only its write-ahead log is left",
            hint=f"nothing was written; put the file back; or restore a back-up, and remove {self.path}-wal",
        )


def primary_code(error: sqlite3.Error) -> int:
    """Return the primary result code, or 0 if the error does not come from SQLite itself."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
