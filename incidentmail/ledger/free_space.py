"""Measure the free space on the disk that holds a ledger."""

from __future__ import annotations

import shutil
from pathlib import Path

DISK_FULL_BYTES = 1_000_000
"""If fewer bytes than this are free, a message of ordinary size cannot be recorded."""


def free_bytes(path: Path) -> int:
    """Return the number of free bytes on the disk that holds a file. The file need not exist yet.

    Raise OSError if the number cannot be determined.
    """
    folder = path.parent
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free


def is_full(path: Path) -> bool:
    """Return whether the disk that holds a file is full, or False if this cannot be determined."""
    try:
        return free_bytes(path) < DISK_FULL_BYTES
    except OSError:
        return False
