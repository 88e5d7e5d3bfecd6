"""Check that a path still names the opened file, and that the file's write-ahead log exists.

SQLite continues to write to files that were removed, replaced or renamed, and these writes would be lost.
"""

from __future__ import annotations

import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

LOOKS, LOOK_AGAIN_S = 5, 0.01
Identity = tuple[int, int]
"""The device and inode of a file."""
_BESIDE: Final = {"-wal": "its write-ahead log", "-shm": "the index of its write-ahead log"}
_COUNT_AT, _COPIED_AT, _INDEX_BYTES = 16, 96, 100
"""Offsets in the log's index: pages in the log, and pages copied to the file; then its length (walformat.html)."""


def identity_of(path: Path) -> Identity | None:
    """Return the identity of the file at `path`, or None if there is no such file."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def beside(path: Path, end: str) -> Path:
    """Return the path of a file that SQLite keeps next to the ledger.

    If `path` is a symbolic link, the file is next to its target.
    """
    return Path(f"{path.resolve()}{end}")


class OpenedFile:
    """The identities of a ledger's file and the two files next to it, taken while SQLite has them open."""

    def __init__(self, path: Path) -> None:
        """Record the identities. Raise OSError if one of the files does not exist."""
        self._paths = {"": path, **{end: beside(path, end) for end in _BESIDE}}
        self._seen = {name: found.stat() for name, found in self._paths.items()}
        self._size = self._seen[""].st_size

    @property
    def identity(self) -> Identity:
        return self._seen[""].st_dev, self._seen[""].st_ino

    def change(self) -> str | None:
        """Return a clause that says what has happened to one of the files since it was opened, or None.

        Each commit can afford this call, because it takes only microseconds.
        """
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


def gone_log(path: Path) -> str | None:
    """Return a clause that describes the loss if the write-ahead log was removed but its index was not, or None.

    SQLite removes the index first, and only after everything has been written to the database file.
    """
    return _settled(lambda: _gone(path))


def lost_log(path: Path) -> str | None:
    """Return a clause that describes the loss if the write-ahead log was removed or emptied, or None.

    A process that has the ledger open must not call this: closing a file releases all its locks on it (fcntl(2)).
    """
    return _settled(lambda: _gone(path) or _emptied(path))


def _settled(look: Callable[[], str | None]) -> str | None:
    """Return what `look` finds, or None if any of several checks finds nothing.

    A single check is not enough, because other processes may be opening or closing the ledger.
    """
    found = None
    for _ in range(LOOKS):
        if (found := look()) is None:
            return None
        time.sleep(LOOK_AGAIN_S)
    return found


def _gone(path: Path) -> str | None:
    if beside(path, "-shm").is_file() and not beside(path, "-wal").exists():
        return "its write-ahead log is gone, and what was committed last may be lost with it"
    return None


def _emptied(path: Path) -> str | None:
    try:
        if beside(path, "-wal").stat().st_size:
            return None
        head = beside(path, "-shm").read_bytes()[:_INDEX_BYTES]
    except FileNotFoundError:
        return None
    if len(head) < _INDEX_BYTES:
        return None
    (count,), (copied,) = (struct.unpack_from("=I", head, at) for at in (_COUNT_AT, _COPIED_AT))
    return "its write-ahead log was emptied, and what was committed last is lost" if count > copied else None
