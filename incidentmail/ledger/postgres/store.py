"""Store the ledger in a PostgreSQL database, with one connection for each thread.

Writers take an advisory lock before they read the head, so that only one at a time appends. Accepted mail has its own
chain and lock, so accepting a message never waits for other writers.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Final

import psycopg

from incidentmail.core.frozen import JsonValue
from incidentmail.errors import NotPermittedError
from incidentmail.ledger.rows.chain_rows import StoredRows
from incidentmail.ledger.rows.packing import packed
from incidentmail.ledger.rows.record_rows import KnownStates
from incidentmail.ledger.values import Verdict

from . import schema
from .connection import Database, StatementConnection, connect, shown_url
from .postgres_rows import PostgresView
from .server import Server, server_of
from .sharing import CHANNEL, PostgresNews, PostgresTurn
from .store_errors import VERSION_MIN, StoreErrors, is_away

BUSY_S_MAX: Final = 15.0
IDLE_S_MAX: Final = 120
"""The maximum idle time within a transaction. The server then ends it, so that a lost client holds no lock."""
READING: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
WRITING: Final = f"BEGIN; {schema.MIGRATING}"
BESIDE: Final = "BEGIN"
"""Begins a transaction with no lock, or with only the lock for accepted mail."""


class PostgresLedger(StoreErrors):
    """A ledger in a database whose tables exist (`schema.migrate`)."""

    accepts_beside = True

    def __init__(
        self, url: str, *, password: str | None = None, busy_s_max: float = BUSY_S_MAX, looks_only: bool = False
    ) -> None:
        """Open the ledger, waiting for other writers at most `busy_s_max` seconds.

        Raise LedgerUnavailableError if the server does not answer, NotPermittedError if it refuses the connection, and
        LedgerError if the database has no ledger of this version. If `looks_only` is true, nothing can be written.
        """
        self._url, self._password, self._looks_only = url, password, looks_only
        self._busy_ms_max = int(busy_s_max * 1000)
        self.name = shown_url(url)
        self._local = threading.local()
        self._lock = threading.Lock()
        self._connections: list[Database] = []
        self._known = KnownStates()
        self._seen: dict[str, tuple[int, bytes]] = {}
        """The newest row of each chain committed by this process, which must still exist after reconnecting."""
        self.origin = ""
        try:
            self.origin = self._origin(self._connection())
        except BaseException:
            self.close()
            raise

    def store_mails(self, mails: Sequence[tuple[bytes, Mapping[str, JsonValue]]], *, at: datetime) -> list[int]:
        """Store raw messages and envelopes in one durable commit. Return their numbers, in the same order."""
        made = packed(mails)  # compressing large messages takes a moment, so do it before taking the lock
        with self._begin(BESIDE) as view:
            return view.store_packed(made, at=at)

    @contextmanager
    def snapshot(self) -> Iterator[PostgresView]:
        """Open a view that shows the ledger at one moment, without waiting for writers."""
        with self._begin(READING) as view:
            yield view

    @contextmanager
    def transaction(self) -> Iterator[PostgresView]:
        """Open a transaction, which is committed as a whole or not at all.

        Raise LedgerBusyError if other writers take longer than `busy_s_max`.
        """
        with self._begin(WRITING) as view:
            yield view

    @contextmanager
    def rows(self) -> Iterator[StoredRows]:
        """Yield the rows of entries, texts and accepted messages, as they are at one moment."""
        with self.snapshot() as view:
            yield StoredRows(view)

    def reading_turn(self) -> PostgresTurn:
        """Return the turn to read mail, which only one process across all machines can have at a time."""
        return PostgresTurn(self._new_connection, self)

    def news(self) -> PostgresNews:
        """Return the notifications from other processes, for use by one thread."""
        return PostgresNews(self._new_connection, self, lambda: [one.info.backend_pid for one in self._connections])

    def verify(self) -> Verdict:
        """Check the whole ledger and report the first fault."""
        from .proof import verdict_of

        with self.snapshot() as view:
            return verdict_of(view)

    def check(self) -> None:
        """Raise LedgerDamagedError if a quick check finds damage."""
        from .proof import quick_fault

        with self.snapshot() as view:
            fault = quick_fault(view)
        if fault is not None:
            raise self.damaged(fault)

    def server(self) -> Server:
        """Return the server's version and settings, and our privileges.

        Raise LedgerError if the server cannot be queried.
        """
        with self.snapshot() as view:
            return server_of(view)

    def compact(self) -> None:
        """Raise NotPermittedError, because only the owner of the tables can rewrite them."""
        raise NotPermittedError(
            "the role of the service cannot write the tables anew",
            hint=f"as their owner, run 'VACUUM FULL' in the database of {self.name}",
        )

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            for connection in self._connections:
                connection.close()
            self._connections.clear()
            self._local = threading.local()

    @contextmanager
    def _begin(self, how: str) -> Iterator[PostgresView]:
        try:
            database = self._begun(how)
        except psycopg.Error as error:
            self._forget_after(error)
            raise self.as_ledger_error(error) from error
        view = PostgresView(StatementConnection(database), self.origin, self._known)
        try:
            yield view
            view.connection.send("COMMIT")
        except psycopg.Error as error:
            self._roll_back(database)
            self._forget_after(error)
            raise self.as_ledger_error(error) from error
        except BaseException:
            self._roll_back(database)
            raise
        self._note(database, view)

    def _begun(self, how: str) -> Database:
        """Begin a transaction. If the server was restarted since the last one, reconnect first."""
        database = self._connection()
        try:
            database.execute(how)
        except psycopg.Error as error:
            if not is_away(error):
                self._roll_back(database)
                raise
            self._forget()
            database = self._connection()
            database.execute(how)
        return database

    def _roll_back(self, database: Database) -> None:
        """End the transaction. If the connection is lost, the server has ended it, and the next call reconnects."""
        with suppress(psycopg.Error):
            if database.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
                database.execute("ROLLBACK")

    def _note(self, database: Database, view: PostgresView) -> None:
        """Remember what was committed, and notify other processes. They also poll in case a notification is lost."""
        self._seen.update(view.appended)
        if view.news:
            with suppress(psycopg.Error):
                told = f"NOTIFY {CHANNEL}, '{' '.join(sorted(view.news))}'"
                database.execute(f"BEGIN; SET LOCAL synchronous_commit = off; {told}; COMMIT".encode())

    def _connection(self) -> Database:
        connection: Database | None = getattr(self._local, "connection", None)
        if connection is not None and connection.closed:
            self._forget()
            connection = None
        if connection is None:
            connection = self._local.connection = self._new_connection()
        return connection

    def _new_connection(self) -> Database:
        """Open a connection that `close` will close."""
        connection = self._connect()
        with self._lock:
            self._connections = [one for one in self._connections if not one.closed]
            self._connections.append(connection)
        return connection

    def _connect(self) -> Database:
        try:
            database = connect(self._url, password=self._password)
        except psycopg.Error as error:
            raise self.cannot_connect(error) from error
        try:
            if database.info.server_version < VERSION_MIN:
                raise self.too_old(database.info.server_version)
            database.execute(f"SET lock_timeout = {self._busy_ms_max}".encode())
            database.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_S_MAX}s'".encode())
            database.execute(
                "SELECT set_config('synchronous_commit', 'on', false)"
                " WHERE current_setting('synchronous_commit') = 'off'"
            )
            if self._looks_only:
                database.execute("SET default_transaction_read_only = on")
            if self.origin:
                self._check_same(database)
        except psycopg.Error as error:
            database.close()
            raise self.as_ledger_error(error) from error
        except BaseException:
            database.close()
            raise
        return database

    def _origin(self, database: Database) -> str:
        """Return the ledger's origin. Raise LedgerError if the database has no ledger that this version can read."""
        try:
            found = schema.present(database)
            if found == 0:
                raise self.no_tables()
            if found != schema.newest():
                raise self.other_format(found, schema.newest())
            row = database.execute("SELECT value FROM meta WHERE name = 'origin'").fetchone()
        except psycopg.Error as error:
            raise self.as_ledger_error(error) from error
        if row is None:
            raise self.damaged("it does not say its origin")
        return str(row[0])

    def _check_same(self, database: Database) -> None:
        """Raise LedgerUnavailableError if a new connection reaches another ledger, or one that has lost our commits."""
        if self._origin(database) != self.origin:
            raise self.other_ledger("it has another origin")
        for table, (seq, hash_) in dict(self._seen).items():  # other threads may be writing it
            row = database.execute(f"SELECT hash FROM {table} WHERE seq = %s".encode(), (seq,)).fetchone()
            if row is None or row[0] != hash_:
                raise self.other_ledger(f"number {seq} of {table}, which was committed, is missing")

    def _forget_after(self, error: psycopg.Error) -> None:
        if is_away(error):
            self._forget()

    def _forget(self) -> None:
        """Close the connection of this thread."""
        connection: Database | None = getattr(self._local, "connection", None)
        if connection is None:
            return
        with self._lock, suppress(ValueError):
            self._connections.remove(connection)
        del self._local.connection
        connection.close()
