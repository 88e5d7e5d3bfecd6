"""How a worker tells the system what its answers may cost.

The worker limits itself before it reads anything. Processor time is counted by a timer that ends the process inside C
code too (setitimer(2), ITIMER_PROF); memory by RLIMIT_DATA (setrlimit(2)), above what the process had at its start. A
system without one of them ignores it; the wall clock is watched by the parent and always holds.
"""

from __future__ import annotations

import resource
import signal
from pathlib import Path

from .limits import Limits


def limit_process(limits: Limits) -> None:
    """Limit this process: its memory from here on; and it writes no file and no image of itself."""
    data = _data_bytes()
    if data is not None:
        _lower(resource.RLIMIT_DATA, data + limits.memory_bytes)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, 0)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)


def start_clock(limits: Limits) -> None:
    """Let the system end this process after so much more processor time."""
    signal.setitimer(signal.ITIMER_PROF, limits.processor_s)


def stop_clock() -> None:
    signal.setitimer(signal.ITIMER_PROF, 0)


def _data_bytes() -> int | None:
    """Return the data that this process has now (proc(5), VmData), or None if the system does not say."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmData:")), None)


def _lower(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))
