"""The embedded ledger: one SQLite file (WAL, synchronous=FULL, 0600), a connection for each thread.

Writers take turns by BEGIN IMMEDIATE, so that reading the head and appending to it are one step.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from incidentmail.core.frozen import JsonValue, replace
from incidentmail.core.ids import base32
from incidentmail.errors import (
    IncidentMailError,
    LedgerBusyError,
    LedgerError,
    LedgerUnavailableError,
    NotPermittedError,
)
from incidentmail.ledger.codec import genesis
from incidentmail.ledger.values import Verdict

from .figure_rows import FigureRows
from .folder_rows import FetchRows
from .mail_rows import MailRows
from .outbox_rows import OutboxRows
from .packing import packed
from .private_mail_rows import PrivateMailRows
from .record_rows import KnownStates, RecordRows
from .schema import FORMAT, statements

BUSY_S_MAX = 15.0
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_DISK = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL)


class SqliteView(RecordRows, MailRows, FetchRows, OutboxRows, PrivateMailRows, FigureRows):
    """Reading and Transaction in one: which of the two it is depends on how the block was opened."""

    def __init__(self, connection: sqlite3.Connection, origin: str, known: KnownStates) -> None:
        self.connection = connection
        self.origin = origin
        self.known = known
        self.states = {}


class SqliteLedger:
    """A ledger in one file, made on first use; its folder too."""

    def __init__(self, path: Path, *, busy_s_max: float = BUSY_S_MAX) -> None:
        """Raises LedgerError where the file is no ledger of ours, NotPermittedError where it cannot be opened."""
        self.path = path
        self._busy_s_max = busy_s_max
        self._local = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._known = KnownStates()
        self.origin = self._open()

    def store_mails(self, mails: Sequence[tuple[bytes, Mapping[str, JsonValue]]], *, at: datetime) -> list[int]:
        """Stores raw mails and envelopes in one durable commit; their numbers, in the same order."""
        made = packed(mails)  # before the lock, since it takes a moment for large mails
        with self.transaction() as tx:
            return tx.store_packed(made, at=at)

    @contextmanager
    def snapshot(self) -> Iterator[SqliteView]:
        """One consistent moment, without waiting for writers."""
        with self._begin("DEFERRED") as connection:
            yield SqliteView(connection, self.origin, self._known)

    @contextmanager
    def transaction(self) -> Iterator[SqliteView]:
        """All or nothing; waits for other writers, then LedgerBusyError."""
        with self._begin("IMMEDIATE") as connection:
            yield SqliteView(connection, self.origin, self._known)

    def verify(self) -> Verdict:
        """Walks the whole ledger; names the first thing that does not hold."""
        from incidentmail.ledger.verify import verify

        from .proof_rows import SqliteRows, broken_promise  # whoever declares must not wait for what proves

        with self.snapshot() as view:
            verdict = verify(SqliteRows(view))
            reason = broken_promise(view.connection, self.origin)
        return replace(verdict, ok=False, reason=reason) if verdict.ok and reason else verdict

    def close(self) -> None:
        """Closes the connections of all threads."""
        with self._lock:
            for connection in self._all:
                connection.close()
            self._all.clear()
            self._local = threading.local()

    @contextmanager
    def _begin(self, how: str) -> Iterator[sqlite3.Connection]:
        try:
            connection = self._connection()
            connection.execute(f"BEGIN {how}")
        except sqlite3.Error as error:
            self._forget_after(error)
            raise self._told(error) from error
        try:
            yield connection
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            if not self._forget_after(error) and connection.in_transaction:
                connection.execute("ROLLBACK")
            raise self._told(error) from error
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._connect()
            self._local.connection = connection
            with self._lock:
                self._all.append(connection)
        return connection

    def _connect(self) -> sqlite3.Connection:
        """Open the file for reading and writing."""
        connection = self._connected(self.path)
        try:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            self._use_wal(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _connected(self, where: Path | str) -> sqlite3.Connection:
        """Open a path, or a URI that begins with `file:`; nothing is read yet."""
        return sqlite3.connect(
            where, timeout=self._busy_s_max, isolation_level=None, check_same_thread=False, uri=isinstance(where, str)
        )

    def _forget_after(self, error: sqlite3.Error) -> bool:
        """Whether the disk failed; then this thread's connection is closed, which undoes what it had begun.

        After a failed fsync nobody knows what the disk holds, so nothing is tried again in place: the next connection
        reads the file and its head anew.
        """
        return primary_code(error) in _DISK and self._forget()

    def _forget(self) -> bool:
        """Close the connection of this thread; return whether it had one."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            return False
        with self._lock:
            self._all.remove(connection)
        del self._local.connection
        connection.close()
        return True

    def _use_wal(self, connection: sqlite3.Connection) -> None:
        """SQLite does not wait when two processes switch a new file to WAL at the same moment, so we do."""
        deadline = time.monotonic() + self._busy_s_max
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if primary_code(error) not in _BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    def _open(self) -> str:
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise self._closed_to_us(error.strerror or str(error)) from error
        with self._begin("IMMEDIATE") as connection:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
            if not tables:
                create(connection)
            return self._origin(connection)

    def _origin(self, connection: sqlite3.Connection) -> str:
        """Return the ledger's own name; raise LedgerError if the database is no ledger that this version reads."""
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
            raise self._not_ours("it is another program's database")
        meta = dict(connection.execute("SELECT name, value FROM meta"))
        if meta.get("format") != FORMAT:
            raise self._other_format(str(meta.get("format")))
        return str(meta["origin"])

    def _told(self, error: sqlite3.Error) -> IncidentMailError:
        """What happened, in the words of our own errors."""
        code = primary_code(error)
        if code in _BUSY:
            return LedgerBusyError(f"the ledger is busy: {error}", hint="nothing was written; try again")
        if code == sqlite3.SQLITE_NOTADB:
            return self._not_ours(str(error))
        if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
            return self._closed_to_us(str(error))
        if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            return LedgerUnavailableError(f"{self.path}: {error}", hint="nothing was written; look at the disk")
        return LedgerError(f"{self.path}: {error}", hint="nothing was written; run 'incidentmail ledger verify'")

    def _other_format(self, found: str) -> LedgerError:
        from .migration_steps import STEPS  # not needed for a ledger that is up to date

        hint = "stop 'incidentmail serve', then run 'incidentmail ledger migrate'; it keeps the old file"
        return LedgerError(
            f"{self.path} has format {found}, this version reads {FORMAT}",
            hint=hint if found in STEPS else "use the version of incidentmail that wrote it",
        )

    def _not_ours(self, reason: str) -> LedgerError:
        return LedgerError(f"{self.path} is not a ledger: {reason}", hint="name another file in [ledger] url")

    def _closed_to_us(self, reason: str) -> NotPermittedError:
        hint = "check the folder's owner, or [ledger] url"
        return NotPermittedError(f"cannot open the ledger {self.path}: {reason}", hint=hint)


def primary_code(error: sqlite3.Error) -> int:
    """Return the primary result code; 0 if the error is not SQLite's own."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def create(connection: sqlite3.Connection) -> None:
    """Make the tables of a ledger in an empty database."""
    for statement in statements():
        connection.execute(statement)
    origin = base32(secrets.token_bytes(5), 6)
    values = (("format", FORMAT), ("origin", origin), ("genesis", genesis(origin)))
    connection.executemany("INSERT INTO meta VALUES (?, ?)", values)
