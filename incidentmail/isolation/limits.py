"""Define the limits that apply while a worker computes one answer."""

from __future__ import annotations

from typing import NamedTuple


class Limits(NamedTuple):
    """The limits for computing one answer. Times are in seconds."""

    processor_s: float = 2.0
    """The worst message that a search for slow mail finds takes a third of this (`make bench ARGS=hostile`)."""
    memory_bytes: int = 256 * 1024 * 1024
    """In addition to the worker's memory at its start. 10 MiB of mail exist in about ten forms at the same time."""
    wall_s: float = 10.0
    """The elapsed time. This also stops a worker that sleeps, or waits for a slow disk."""
    answer_bytes: int = 4 * 1024 * 1024
    """Room for 64 kB of header and 64 kB of text, both twice, and four long fields. JSON may need six bytes for one."""
