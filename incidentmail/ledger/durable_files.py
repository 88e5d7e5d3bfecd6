"""Sync files and folders, and remove a database together with SQLite's files beside it."""

from __future__ import annotations

import os
from pathlib import Path

_WITH_IT = ("", "-wal", "-shm", "-journal")


def sync(path: Path) -> None:
    """Sync a file, or a folder with its names, so that it is durable. Raise OSError on failure."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_database(path: Path) -> None:
    """Remove a database and the files beside it, if they exist. Raise OSError if one cannot be removed."""
    for end in _WITH_IT:
        path.with_name(path.name + end).unlink(missing_ok=True)
