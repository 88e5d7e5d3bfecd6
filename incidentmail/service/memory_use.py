"""Memory given back: a large mail leaves nothing behind in the process once it is stored and read."""

from __future__ import annotations

import ctypes
from typing import Final

# mallopt(3), glibc. Without them its thresholds grow with the largest block that was ever freed, and each thread keeps
# the room of the largest mail that it has seen.
_M_MMAP_THRESHOLD: Final = -3
_M_ARENA_MAX: Final = -8
LARGE_BYTES: Final = 256 * 1024


def give_memory_back() -> None:
    """Blocks of `LARGE_BYTES` and more go back to the system when they are freed; where the C library can do that."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, LARGE_BYTES)
        mallopt(_M_ARENA_MAX, 1)
