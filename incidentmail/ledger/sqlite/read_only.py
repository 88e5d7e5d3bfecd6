"""Read a ledger in a file without waiting for writers or creating files.

SQLite itself keeps two files, -wal and -shm, next to a database in WAL mode. It creates them if it can. If it cannot,
`unshared.py` reads the ledger without them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from incidentmail.errors import LedgerDamagedError
from incidentmail.ledger.sqlite.store import SqliteLedger, create
from incidentmail.ledger.sqlite.unshared import UnsharedFile, lacks_files
from incidentmail.ledger.values import Verdict

if TYPE_CHECKING:
    from incidentmail.ledger.rows.chain_rows import StoredRows


class SqliteReader(SqliteLedger):
    """A ledger in one file, opened only for reading. If there is no file, the ledger is empty."""

    _is_temporary = False
    _unshared: UnsharedFile | None = None

    def _open(self) -> str:
        with self._begin("DEFERRED"):
            return self.origin

    def _connect(self) -> sqlite3.Connection:
        """Open the file as it is.

        Raise LedgerError if it is not a ledger, or NotPermittedError if it cannot be read.
        """
        try:
            self.path.stat()
        except FileNotFoundError:
            connection = self._connect_to_empty()
        except OSError as error:
            raise self.cannot_open(error.strerror or str(error)) from error
        else:
            connection = self._connect_to_file()
        try:
            if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                raise self.empty()
            self.origin = self._origin(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _connect_to_file(self) -> sqlite3.Connection:
        self._is_temporary, self._unshared = False, None
        try:
            return self._connect_read_only(f"file:{quote(str(self.path.absolute()))}?mode=ro")
        except sqlite3.OperationalError as error:
            if not lacks_files(error):
                raise
            self._is_temporary = True
            try:
                self._unshared = UnsharedFile(self.path)
                return self._unshared.connect(self._connect_unshared)
            except OSError:
                raise error from None

    def _connect_to_empty(self) -> sqlite3.Connection:
        """Return an empty ledger in memory."""
        self._is_temporary = True
        connection = self._new_connection(":memory:")
        create(connection)
        connection.execute("PRAGMA query_only = ON")
        return connection

    def _connect_unshared(self, uri: str) -> sqlite3.Connection:
        """Return a connection to a file, or to a copy of one, that no other process uses."""
        connection = self._new_connection(uri)
        try:
            connection.execute("PRAGMA temp_store = MEMORY")
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")  # so SQLite keeps the log's index in memory
            if "immutable" not in uri:
                connection.execute("PRAGMA journal_mode = DELETE")  # moves the commits in the log into the file
            connection.execute("PRAGMA query_only = ON")
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()
        except BaseException:
            connection.close()
            raise
        return connection

    def _connect_read_only(self, uri: str) -> sqlite3.Connection:
        connection = self._new_connection(uri)
        try:
            connection.execute("PRAGMA query_only = ON")
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def _begin(self, how: str) -> Iterator[sqlite3.Connection]:
        """Begin a transaction.

        If the ledger's file did not exist, or if SQLite could not create its own files next to it, the file is reopened
        for each transaction. Raise LedgerBusyError if the file can be read only in place and another process changes it
        meanwhile.
        """
        try:
            with super()._begin(how) as connection:
                try:
                    yield connection
                finally:
                    if self._unshared is not None:
                        self._unshared.check()
        finally:
            if self._is_temporary:
                self._forget()

    @contextmanager
    def rows(self) -> Iterator[StoredRows]:
        """Yield the rows of entries, texts and accepted messages, as they are at one moment."""
        from incidentmail.ledger.rows.chain_rows import (
            StoredRows,  # imported here so that commands like show start faster
        )

        with self.snapshot() as view:
            yield StoredRows(view)

    def copy_to(self, copy: Path) -> None:
        """Copy the ledger, as it is at one moment, into the existing empty file `copy`, without disturbing writers.

        The copy is self-contained: it needs none of the files that SQLite keeps next to a ledger in use.
        """
        with self._begin("DEFERRED") as source, closing(sqlite3.connect(copy, isolation_level=None)) as target:
            source.execute("SELECT 1 FROM sqlite_master").fetchone()
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")


def verify_file(path: Path) -> Verdict:
    """Check the ledger at `path`. Any kind of damage results in a verdict, even if the file cannot be opened.

    Raise NotPermittedError if the file cannot be read, and LedgerError if it is empty or has an older format.
    """
    try:
        with closing(SqliteReader(path)) as ledger:
            return ledger.verify()
    except LedgerDamagedError as error:
        return Verdict(ok=False, size=0, head="", reason=error.message)
