"""Translate PostgreSQL's errors into our own, with hints."""

from __future__ import annotations

import re
from typing import Final

import psycopg
from psycopg import errors

from incidentmail.errors import (
    IncidentMailError,
    LedgerBusyError,
    LedgerDamagedError,
    LedgerError,
    LedgerUnavailableError,
    NotPermittedError,
)

VERSION_MIN: Final = 140000
"""The oldest supported server version, in PostgreSQL's numeric form."""
SETUP: Final = "see 'PostgreSQL' in docs/installing.md"
_AWAY: Final = ("08", "57", "58", "53", "25", "XX")
"""The SQLSTATE classes of a server that is gone, stopping, out of resources, or read-only."""
_REFUSED: Final = (
    (
        r'database "[^"]*" does not exist',
        f"create it, or correct [ledger] url; {SETUP}",
    ),
    (
        r"password authentication failed|no password supplied|authentication failed",
        "check the user in [ledger] url, and PGPASSWORD, ~/.pgpass or [ledger] password_command",
    ),
    (
        r'role "[^"]*" does not exist|no pg_hba.conf entry|not permitted to log in|permission denied for database',
        f"the database server does not let this user in; {SETUP}",
    ),
)
"""Messages of a server that refuses a connection, and our hints. libpq does not report error codes for these."""


class StoreErrors:
    """A translator of errors for the ledger in the database `name`."""

    name: str

    def as_ledger_error(self, error: psycopg.Error) -> IncidentMailError:
        """Return our exception for an error raised by a statement."""
        said = _line(error)
        if isinstance(error, (errors.LockNotAvailable, errors.QueryCanceled, errors.DeadlockDetected)):
            return LedgerBusyError(f"the ledger is busy: {said}", hint="nothing was written; try again")
        if isinstance(error, errors.InsufficientPrivilege):
            return NotPermittedError(
                f"{self.name}: {said}", hint=f"give the role its rights with 'incidentmail ledger migrate'; {SETUP}"
            )
        if isinstance(error, (errors.DataCorrupted, errors.IndexCorrupted)):
            return LedgerDamagedError(f"{self.name}: {said}", hint="restore a back-up")
        if isinstance(error, errors.DiskFull):
            return LedgerUnavailableError(
                f"{self.name}: the database's disk is full", hint="nothing was written; make room on it, then try again"
            )
        if is_away(error):
            return LedgerUnavailableError(
                f"{self.name}: {said}", hint="what was acknowledged is kept; check that the database server runs"
            )
        return LedgerError(f"{self.name}: {said}", hint="nothing was written; run 'incidentmail ledger verify'")

    def cannot_connect(self, error: psycopg.Error) -> IncidentMailError:
        said = _line(error)
        for pattern, hint in _REFUSED:
            if re.search(pattern, said):
                return NotPermittedError(f"cannot open the ledger {self.name}: {said}", hint=hint)
        return LedgerUnavailableError(
            f"cannot open the ledger {self.name}: {said}",
            hint="check that the database server runs, and [ledger] url",
        )

    def too_old(self, found: int) -> LedgerError:
        return LedgerError(
            f"{self.name}: PostgreSQL {found // 10000} is too old",
            hint=f"use PostgreSQL {VERSION_MIN // 10000} or newer",
        )

    def no_tables(self) -> LedgerError:
        return LedgerError(
            f"the database {self.name} has no ledger yet",
            hint=f"run 'incidentmail ledger migrate'; to move a ledger there, 'incidentmail ledger copy'; {SETUP}",
        )

    def other_format(self, found: int, wanted: int) -> LedgerError:
        if found < wanted:
            hint = "stop every 'incidentmail serve', then run 'incidentmail ledger migrate'"
        else:
            hint = "use the version of incidentmail that made the tables"
        return LedgerError(f"{self.name} has migration {found}, this version needs {wanted}", hint=hint)

    def damaged(self, reason: str) -> LedgerError:
        hint = "stop 'incidentmail serve'; see 'incidentmail ledger verify', and restore a back-up"
        return LedgerDamagedError(f"{self.name} is damaged: {reason}", hint=hint)

    def other_ledger(self, reason: str) -> LedgerError:
        return LedgerUnavailableError(
            f"{self.name} is no longer the ledger that was opened: {reason}",
            hint="nothing was written; put the right database back, then restart 'incidentmail serve'",
        )


def is_away(error: psycopg.Error) -> bool:
    """Return whether the error means that the server is unavailable, and not that the statement is wrong."""
    if error.sqlstate is None:
        return isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError))
    return error.sqlstate[:2] in _AWAY


def _line(error: psycopg.Error) -> str:
    """Return the server's message or, if there is none, the first line of the client library's message."""
    said = error.diag.message_primary or str(error).removeprefix("connection is bad: ")
    return next(iter(said.splitlines()), type(error).__name__)
