"""Limit the resources that a worker may use for its answers, with limits that the operating system enforces.

The worker limits itself before it reads anything. Processor time is limited by a timer that ends the process even
inside C code (setitimer(2), ITIMER_PROF), and memory by RLIMIT_DATA (setrlimit(2)), in addition to the memory that the
process used at its start. If a system lacks one of these limits, that limit is not enforced. The parent always enforces
the limit on elapsed time.
"""

from __future__ import annotations

import resource
import signal
from pathlib import Path

from .limits import Limits


def limit_process(limits: Limits) -> None:
    """Limit the memory of this process from now on, and prevent it from writing files and core dumps."""
    data = _data_bytes()
    if data is not None:
        _lower(resource.RLIMIT_DATA, data + limits.memory_bytes)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, 0)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)


def start_clock(limits: Limits) -> None:
    """Let the system end this process after it has used the allowed processor time."""
    signal.setitimer(signal.ITIMER_PROF, limits.processor_s)


def stop_clock() -> None:
    signal.setitimer(signal.ITIMER_PROF, 0)


def _data_bytes() -> int | None:
    """Return the size of this process's data (proc(5), VmData) in bytes, or None if the system does not provide it."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmData:")), None)


def _lower(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
