"""Measure the free space on the disk of a ledger."""

from __future__ import annotations

import shutil
from pathlib import Path


def free_bytes(path: Path) -> int:
    """Return how many bytes are free on the disk of a file, which may not exist yet.

    Raise OSError if that is unknown.
    """
    folder = path.parent
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free
