"""Is the file that a path names still the one that was opened, and is its write-ahead log there?

SQLite goes on writing to files that were removed, replaced or renamed, and nobody would ever see it again.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Final

Identity = tuple[int, int]
"""Device and inode."""
_BESIDE: Final = {"-wal": "its write-ahead log", "-shm": "the index of its write-ahead log"}
_COUNT_AT, _COPIED_AT, _INDEX_BYTES = 16, 96, 100
"""Where the index says how many pages the log holds, and how many of them are in the file (walformat.html)."""


def identity_of(path: Path) -> Identity | None:
    """Return which file has that name, or None if no file has."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


class OpenedFile:
    """A ledger's file and the two beside it, as they are when this is made: while SQLite has them open."""

    def __init__(self, path: Path) -> None:
        """Raise OSError if one of them is not there."""
        self._paths = {name: Path(f"{path}{name}") for name in ("", *_BESIDE)}
        self._seen = {name: found.stat() for name, found in self._paths.items()}
        self._size = self._seen[""].st_size

    @property
    def identity(self) -> Identity:
        return self._seen[""].st_dev, self._seen[""].st_ino

    def change(self) -> str | None:
        """Return what happened to one of the files since then, or None. It costs microseconds, for each commit."""
        for name, path in self._paths.items():
            what = _BESIDE.get(name, "the file")
            try:
                now = path.stat()
            except OSError as error:
                return f"{what} is gone: {error.strerror}"
            then = self._seen[name]
            if (now.st_dev, now.st_ino) != (then.st_dev, then.st_ino):
                return f"{what} was replaced by another one"
            if not name and now.st_size < self._size:
                return f"{what} was shortened"
            if not name:
                self._size = now.st_size
        return None


def lost_log(path: Path) -> str | None:
    """Return what is missing beside a file that nobody has open, or None.

    SQLite removes the log after its index, and only once the file holds all of it. So if there is an index and no log,
    or an empty one that should not be empty, somebody removed what was committed last.
    """
    log, index = Path(f"{path}-wal"), Path(f"{path}-shm")
    if not index.is_file():
        return None
    if not log.exists():
        return "its write-ahead log is gone, and what was committed last may be lost with it"
    head = _head(index)
    if log.stat().st_size == 0 and len(head) == _INDEX_BYTES:
        (count,), (copied,) = (struct.unpack_from("=I", head, at) for at in (_COUNT_AT, _COPIED_AT))
        if count > copied:
            return "its write-ahead log was emptied, and what was committed last is lost"
    return None


def _head(index: Path) -> bytes:
    with index.open("rb") as file:
        return file.read(_INDEX_BYTES)
