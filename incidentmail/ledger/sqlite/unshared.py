"""Read a ledger next to which SQLite cannot create its files, because the disk is full or the folder is read-only.

SQLite needs a file next to a ledger in WAL mode, the index of the write-ahead log, even to read. Every process that has
the ledger open keeps this file. So if it is missing and cannot be made, no other process has the ledger open, and
normally none can open it. If there is no write-ahead log, the file is read in place, and SQLite is told that it cannot
change (`immutable=1`). Otherwise the file and its log are copied to memory, because SQLite would read the file without
its log, which may contain the last commits. A writer may still begin as soon as the disk has room again. Therefore, in
both cases, a check afterwards makes sure that the file and its log have not changed.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import quote

from incidentmail.errors import LedgerBusyError

from .same_file import beside
from .store_errors import primary_code

Connect = Callable[[str], sqlite3.Connection]
"""A function that opens a database, given its URI."""
MEMORY: Final = Path("/dev/shm")
"""A file system in memory on Linux. Elsewhere the folder for temporary files is used."""
_UNWRITABLE: Final = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
_NO_INDEX: Final = (
    sqlite3.SQLITE_IOERR_SHMOPEN,
    sqlite3.SQLITE_IOERR_SHMSIZE,
    sqlite3.SQLITE_IOERR_SHMMAP,
    sqlite3.SQLITE_IOERR_SHMLOCK,
)


def lacks_files(error: sqlite3.Error) -> bool:
    """Return whether SQLite failed because it could not create its files next to the database."""
    return primary_code(error) in _UNWRITABLE or getattr(error, "sqlite_errorcode", 0) in _NO_INDEX


class UnsharedFile:
    """A ledger's file and its write-ahead log as they are now, to be read without the log's index."""

    def __init__(self, path: Path) -> None:
        self._paths = (path.resolve(), beside(path, "-wal"))
        self._seen = self._look()
        self._is_copied = False

    def connect(self, connect: Connect) -> sqlite3.Connection:
        """Return a connection that reads the file together with its log.

        Raise OSError if there is no room for a copy, and LedgerBusyError if another process writes meanwhile.
        """
        file, log = self._paths
        if log not in self._seen:
            return connect(f"{_uri(file)}?mode=ro&immutable=1")
        with tempfile.TemporaryDirectory(prefix="incidentmail-", dir=MEMORY if MEMORY.is_dir() else None) as folder:
            copy = Path(folder) / "ledger.db"
            shutil.copyfile(file, copy)
            shutil.copyfile(log, beside(copy, "-wal"))
            self.check()
            connection = connect(f"{_uri(copy)}?mode=rw")
        self._is_copied = True
        return connection  # on POSIX systems, an open file can be read after its removal

    def check(self) -> None:
        """Raise LedgerBusyError if the file or its log changed while it was being read. Later changes are ignored."""
        if not self._is_copied and self._look() != self._seen:
            raise LedgerBusyError("the ledger was changed while it was read", hint="nothing was written; try again")

    def _look(self) -> dict[Path, tuple[int, ...]]:
        """Return the identity, size and time of each file, which reveal any change. An empty log is left out."""
        found = {path: path.stat() for path in self._paths if path.exists()}
        return {path: (at.st_dev, at.st_ino, at.st_size, at.st_mtime_ns) for path, at in found.items() if at.st_size}


def _uri(path: Path) -> str:
    return f"file:{quote(str(path))}"
