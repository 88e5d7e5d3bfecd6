"""Store the ledger in one SQLite file (WAL, synchronous=FULL, mode 0600), with one connection for each thread.

Writers use BEGIN IMMEDIATE, so that only one at a time reads the head and appends to it.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from incidentmail.core.frozen import JsonValue
from incidentmail.core.ids import base32
from incidentmail.ledger.codec import genesis
from incidentmail.ledger.durable_files import sync
from incidentmail.ledger.rows.ledger_rows import LedgerRows
from incidentmail.ledger.rows.packing import packed
from incidentmail.ledger.rows.record_rows import KnownStates
from incidentmail.ledger.sharing import OnOneMachine
from incidentmail.ledger.values import Verdict

from . import checksums
from .same_file import OpenedFile, beside, lost_log
from .schema import FORMAT, statements
from .store_errors import BUSY, DISK, StoreErrors, primary_code

BUSY_S_MAX = 15.0


class SqliteView(LedgerRows):
    """The rows of a ledger in one file."""

    connection: sqlite3.Connection

    def bytes_used(self) -> int:
        return self._count("PRAGMA page_count") * self._count("PRAGMA page_size")


class SqliteLedger(StoreErrors, OnOneMachine):
    """A ledger in one file. The file and its directory are created on first use."""

    def __init__(self, path: Path, *, busy_s_max: float = BUSY_S_MAX) -> None:
        """Open the ledger, waiting for other writers at most `busy_s_max` seconds.

        Raise LedgerError if the file is not a ledger of this version, and NotPermittedError if it cannot be opened.
        """
        self.path = path
        self._busy_s_max = busy_s_max
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._known = KnownStates()
        self._opened: OpenedFile | None = None
        """The identities of the files, recorded by the first open connection."""
        self.origin = self._open()

    def store_mails(self, mails: Sequence[tuple[bytes, Mapping[str, JsonValue]]], *, at: datetime) -> list[int]:
        """Store raw messages and envelopes in one durable commit. Return their numbers, in the same order."""
        made = packed(mails)  # compressing large messages takes a moment, so do it before taking the lock
        with self.transaction() as tx:
            return tx.store_packed(made, at=at)

    @contextmanager
    def snapshot(self) -> Iterator[SqliteView]:
        """Open a view that shows the ledger at one moment, without waiting for writers."""
        with self._begin("DEFERRED") as connection:
            yield SqliteView(connection, self.origin, self._known)

    @contextmanager
    def transaction(self) -> Iterator[SqliteView]:
        """Open a transaction, which is committed as a whole or not at all.

        Raise LedgerBusyError if other writers take longer than `busy_s_max`.
        """
        with self._begin("IMMEDIATE") as connection:
            yield SqliteView(connection, self.origin, self._known)

    def verify(self) -> Verdict:
        """Check the whole ledger and report the first fault."""
        from .proof_rows import verdict_of  # imported here so that commands like declare start faster

        with self.snapshot() as view:
            return verdict_of(view)

    def check(self) -> None:
        """Raise LedgerDamagedError if a quick check finds damage."""
        from .proof_rows import quick_fault

        with self.snapshot() as view:
            fault = quick_fault(view)
        if fault is not None:
            raise self.damaged(fault)

    def compact(self) -> None:
        """Rewrite the file. Raise LedgerBusyError if other processes prevent it."""
        from .compact import compact  # imported here so that commands like declare start faster

        try:
            compact(self._connection(), self.path)
        except sqlite3.Error as error:
            self._forget_after(error)
            raise self.as_ledger_error(error) from error

    def sync_later(self) -> None:
        """Let the system decide when this thread's commits reach the disk.

        Call this only for a file that is not yet in use.
        """
        self._connection().execute("PRAGMA synchronous = OFF")

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            for connection in self._connections:
                connection.close()
            self._connections.clear()
            self._local = threading.local()

    @contextmanager
    def _begin(self, how: str) -> Iterator[sqlite3.Connection]:
        try:
            connection = self._connection()
            connection.execute(f"BEGIN {how}")
        except sqlite3.Error as error:
            self._forget_after(error)
            raise self.as_ledger_error(error) from error
        except UnicodeDecodeError as error:  # SQLite quotes a damaged schema unchanged
            raise self.damaged("its tables have unreadable names") from error
        try:
            yield connection
            if how == "IMMEDIATE":
                self._check_file()
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            if not self._forget_after(error) and connection.in_transaction:
                connection.execute("ROLLBACK")
            raise self.as_ledger_error(error) from error
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            with self._lock:
                connection = self._connect()
                self._connections.append(connection)
            self._local.connection = connection
        return connection

    def _connect(self) -> sqlite3.Connection:
        """Open the file for reading and writing. It must be the same file that this ledger already has open."""
        self._check_file()
        connection = self._new_connection(f"file:{quote(str(self.path.absolute()))}?mode=rw")
        try:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            self._use_wal(connection)
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()  # makes SQLite open the files beside it
            if not self._connections:
                self._opened = self._files()
            self._check_file()
        except BaseException:
            connection.close()
            raise
        return connection

    def _files(self) -> OpenedFile:
        try:
            return OpenedFile(self.path)
        except OSError as error:
            raise self.damaged(f"{error.filename} is not there") from error

    def _check_file(self) -> None:
        """Raise LedgerUnavailableError if the path no longer leads to the file that is open."""
        if self._connections and self._opened is not None and (change := self._opened.change()):
            raise self.other_file(change)

    def _new_connection(self, database: Path | str) -> sqlite3.Connection:
        """Open a connection to a path, or to a URI that begins with `file:`. Nothing is read yet."""
        uri, wait_s = isinstance(database, str), self._busy_s_max
        connection = sqlite3.connect(database, wait_s, isolation_level=None, check_same_thread=False, uri=uri)
        checksums.register(connection)
        return connection

    def _forget_after(self, error: sqlite3.Error) -> bool:
        """If the disk failed, close this thread's connection, if any, and so roll back. Return whether one was closed.

        After a failed fsync, the content of the disk is unknown, so nothing is retried on this connection. The next
        connection reads the file and its head again.
        """
        return primary_code(error) in DISK and self._forget()

    def _forget(self) -> bool:
        """Close this thread's connection. Return whether it had one."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            return False
        with self._lock:
            self._connections.remove(connection)
        del self._local.connection
        connection.close()
        return True

    def _use_wal(self, connection: sqlite3.Connection) -> None:
        """Switch to WAL mode.

        If two processes switch a new file at the same time, SQLite does not wait, so this method does.
        """
        deadline = time.monotonic() + self._busy_s_max
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if primary_code(error) not in BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    def _open(self) -> str:
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._check_log()
            if not self.path.exists():
                self._make()
            os.close(os.open(self.path, os.O_RDWR))
            is_empty = not self.path.stat().st_size
        except OSError as error:
            raise self.cannot_open(error.strerror or str(error)) from error
        if is_empty:
            raise self.empty()
        with self._begin("IMMEDIATE") as connection:
            if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                raise self.empty()
            return self._origin(connection)

    def _check_log(self) -> None:
        """Raise LedgerUnavailableError if part of the ledger is missing.

        Without this check, a new ledger would be created without anybody noticing the loss.
        """
        if not self.path.exists() and beside(self.path, "-wal").exists():
            raise self.lost_file()
        if what := lost_log(self.path):
            raise self.lost_log(what)

    def _make(self) -> None:
        """Create a new ledger under a temporary name and rename it, so that no process sees an incomplete one.

        If another process is faster, that process's ledger is kept.
        """
        new = self.path.with_name(f"{self.path.name}.new-{os.getpid()}-{secrets.token_hex(4)}")
        os.close(os.open(new, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            with closing(self._new_connection(new)) as connection:
                connection.execute("PRAGMA synchronous = FULL")
                self._use_wal(connection)
                connection.execute("BEGIN IMMEDIATE")
                create(connection)
                connection.execute("COMMIT")
            with suppress(FileExistsError):
                os.link(new, self.path)
        except sqlite3.Error as error:
            raise self.as_ledger_error(error) from error
        finally:
            for suffix in ("", "-wal", "-shm"):
                Path(f"{new}{suffix}").unlink(missing_ok=True)
        sync(self.path.parent)

    def _origin(self, connection: sqlite3.Connection) -> str:
        """Return the ledger's origin. Raise LedgerError if the database is not a ledger that this version can read."""
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
            raise self.not_a_ledger("it is another program's database")
        try:
            meta = dict(connection.execute("SELECT name, value FROM meta"))
        except sqlite3.Error as error:
            if primary_code(error) == sqlite3.SQLITE_ERROR:  # the table has other columns
                raise self.damaged(str(error)) from error
            raise
        if meta.get("format") != FORMAT:
            raise self.other_format(str(meta.get("format")))
        if isinstance(origin := meta.get("origin"), str):
            return origin
        raise self.damaged("it does not say its origin")


def create(connection: sqlite3.Connection, *, origin: str | None = None) -> None:
    """Create the tables of a ledger in an empty database. If no `origin` is given, the ledger gets a random one."""
    for statement in statements():
        connection.execute(statement)
    origin = origin or base32(secrets.token_bytes(5), 6)
    values = (("format", FORMAT), ("origin", origin), ("genesis", genesis(origin)))
    connection.executemany("INSERT INTO meta VALUES (?, ?)", values)
    checksums.begin_totals(connection)
