"""Sync files and directories, and remove a database together with the files that SQLite keeps next to it."""

from __future__ import annotations

import os
from pathlib import Path

_WITH_IT = ("", "-wal", "-shm", "-journal")


def sync(path: Path) -> None:
    """Make a file, or the names in a directory, durable. Raise OSError on failure."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_database(path: Path) -> None:
    """Remove a database and SQLite's files next to it, if they exist. Raise OSError if a file cannot be removed."""
    for end in _WITH_IT:
        path.with_name(path.name + end).unlink(missing_ok=True)
