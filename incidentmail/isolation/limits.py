"""What one answer of a worker may cost, and how the operating system is told to enforce it.

The worker limits itself before it reads anything. A timer limits processor time and ends the process even inside C code
(setitimer(2), ITIMER_PROF). RLIMIT_DATA limits memory (setrlimit(2)), on top of what the process had at its start. A
system that lacks one of them ignores it. The parent watches the wall clock, so that limit always applies.
"""

from __future__ import annotations

import resource
import signal
from pathlib import Path
from typing import NamedTuple


class Limits(NamedTuple):
    """The limits of one answer. Times are in seconds."""

    processor_s: float = 2.0
    """The worst message that a search finds takes a third of this (`make bench ARGS=hostile`)."""
    memory_bytes: int = 256 * 1024 * 1024
    """On top of what the worker has before it reads: 10 MiB of mail exist in about ten forms at the same time."""
    wall_s: float = 10.0
    """This also stops a worker that sleeps, or waits for a slow disk."""
    answer_bytes: int = 4 * 1024 * 1024
    """64 kB of header and 64 kB of text, both twice, and JSON may write six bytes for one."""


def limit_process(limits: Limits) -> None:
    """Limit the memory of this process from now on, and keep it from writing files and core dumps."""
    data = _data_bytes()
    if data is not None:
        _lower(resource.RLIMIT_DATA, data + limits.memory_bytes)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, 0)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)


def start_clock(limits: Limits) -> None:
    """Tell the system to end this process after that much more processor time."""
    signal.setitimer(signal.ITIMER_PROF, limits.processor_s)


def stop_clock() -> None:
    signal.setitimer(signal.ITIMER_PROF, 0)


def _data_bytes() -> int | None:
    """Return how much data memory this process has now (proc(5), VmData), or None if the system does not say."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmData:")), None)


def _lower(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
