"""Return memory to the system, so that the process does not stay large after a large message."""

from __future__ import annotations

import ctypes
from typing import Final

# mallopt(3), glibc. By default its thresholds grow with the largest block that was ever freed, and each thread keeps
# the memory of the largest message that it has seen.
_M_MMAP_THRESHOLD: Final = -3
_M_ARENA_MAX: Final = -8
LARGE_BYTES: Final = 256 * 1024


def give_memory_back() -> None:
    """Make the C library return freed blocks of at least `LARGE_BYTES` to the system, if it has `mallopt`."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, LARGE_BYTES)
        mallopt(_M_ARENA_MAX, 1)
