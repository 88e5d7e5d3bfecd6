"""Let processes on several machines take turns and notify each other of commits, using separate sessions."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Final

import psycopg
from psycopg import errors

from incidentmail.errors import IncidentMailError, LedgerBusyError

from .connection import Database
from .store_errors import StoreErrors

CHANNEL: Final = "incidentmail"
"""The channel of notifications between processes."""
TURN_S_MAX: Final = 30
"""The maximum time to wait for the turn. Three attempts to parse the worst message within the limits take less."""
_LOCK: Final = "1766745449, 3"
_GONE_AFTER: Final = "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3"
"""Settings that make the server end the session of a lost machine, and release its locks, after 25 seconds."""


class _Session:
    """A connection outside the ledger's transactions. It is opened on demand, and reopened if lost."""

    def __init__(self, connect: Callable[[], Database], errors_of: StoreErrors, first: str) -> None:
        self._connect, self._errors, self._first = connect, errors_of, first
        self._database: Database | None = None

    def database(self) -> Database:
        """Return the connection. Raise LedgerUnavailableError if the server does not answer."""
        if self._database is None or self._database.closed:
            self._database = self._connect()
            self._database.execute(f"{_GONE_AFTER}; {self._first}".encode())
        return self._database

    def is_open(self) -> bool:
        return self._database is not None and not self._database.closed

    def lost(self, error: psycopg.Error) -> IncidentMailError:
        """Close the connection, and return the exception to raise."""
        if self._database is not None:
            self._database.close()
        return self._errors.as_ledger_error(error)


class PostgresTurn:
    """The turn to read mail, which only one process across all machines can have at a time.

    It ends if the process, its machine or the connection is lost.
    """

    def __init__(self, connect: Callable[[], Database], errors_of: StoreErrors) -> None:
        self._session = _Session(connect, errors_of, f"SET lock_timeout = '{TURN_S_MAX}s'")
        self._is_ours = False

    def take(self) -> None:
        """Take the turn unless this process has it. Raise LedgerBusyError if another process keeps it for too long."""
        if not self._still_ours():
            self._is_ours = False
            self._ask("SELECT pg_advisory_lock")
            self._is_ours = True

    def take_at_once(self) -> bool:
        """Take the turn if no other process has it. Return whether this process has it now."""
        if not self._still_ours():
            self._is_ours = self._ask("SELECT pg_try_advisory_lock")
        return self._is_ours

    def leave(self) -> None:
        """Give up the turn. If the server does not answer, close the connection, which has the same effect."""
        if self._is_ours and self._session.is_open():
            with suppress(IncidentMailError):
                self._ask("SELECT pg_advisory_unlock")
        self._is_ours = False

    def _still_ours(self) -> bool:
        """Return whether the session that took the turn still exists. If not, another process may have the turn."""
        if not self._is_ours or not self._session.is_open():
            return False
        try:
            self._session.database().execute("SELECT 1")
        except psycopg.Error as error:
            self._session.lost(error)
            return False
        return True

    def _ask(self, function: str) -> bool:
        """Call a lock function with this turn's key. Return the function's result."""
        try:
            row = self._session.database().execute(f"{function}({_LOCK})".encode()).fetchone()
        except errors.LockNotAvailable as error:
            raise LedgerBusyError(
                "another process reads the mail",
                hint="that process, 'incidentmail serve' or the next 'incidentmail flush' decides what waits",
            ) from error
        except psycopg.Error as error:
            raise self._session.lost(error) from error
        return row is not None and row[0] is True


class PostgresNews:
    """Notifications of commits by other processes, using LISTEN and NOTIFY."""

    def __init__(
        self, connect: Callable[[], Database], errors_of: StoreErrors, own: Callable[[], Collection[int]]
    ) -> None:
        """Listen for notifications from all sessions except our own, whose process ids `own` returns."""
        self._session, self._own = _Session(connect, errors_of, f"LISTEN {CHANNEL}"), own

    def wait(self, timeout_s: float) -> frozenset[str]:
        """Return the notifications, or none after the timeout. Raise LedgerUnavailableError if the server is lost."""
        until, found = time.monotonic() + timeout_s, set[str]()
        try:
            database = self._session.database()
            while not found and (left := until - time.monotonic()) > 0:
                for notice in database.notifies(timeout=left, stop_after=1):
                    if notice.pid not in self._own():
                        found.update(notice.payload.split())
        except psycopg.Error as error:
            raise self._session.lost(error) from error
        return frozenset(found)
