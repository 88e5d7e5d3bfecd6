"""Measure the free space on the disk that holds a ledger."""

from __future__ import annotations

import shutil
from pathlib import Path


def free_bytes(path: Path) -> int:
    """Return the number of free bytes on the disk of a file, which need not exist yet.

    Raise OSError if it cannot be determined.
    """
    folder = path.parent
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free
