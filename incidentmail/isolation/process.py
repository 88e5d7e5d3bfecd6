"""Start a worker, either as a fork of this process or in a separate interpreter; see docs/adr/0013."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Final

from .child import Work, answer_requests
from .limits import Limits

_PROGRAM: Final = (
    "import sys; sys.path[:] = sys.argv[6:]; from incidentmail.isolation.child import run; run(*sys.argv[1:6])"
)


class Process:
    """A worker process: its id, the pipes to and from it, and how it ended."""

    def __init__(self, pid: int, target: int, source: int) -> None:
        self.pid, self.target, self.source = pid, target, source
        self._code: int | None = None

    def code(self, *, wait: bool = False) -> int | None:
        """Return the exit code, or the negative number of the signal that ended the process.

        Return None while the process runs, unless `wait` is true.
        """
        if self._code is None:
            pid, status = os.waitpid(self.pid, 0 if wait else os.WNOHANG)
            self._code = os.waitstatus_to_exitcode(status) if pid else None
        return self._code


Start = Callable[[Limits], Process]


def forked(work: Work) -> Start:
    """Return a function that starts workers as forks of this process, in which all modules are already imported.

    This process must have only one thread.
    """

    def start(limits: Limits) -> Process:
        request_source, target = os.pipe()
        source, answer_target = os.pipe()
        with warnings.catch_warnings():  # test runners have other threads, but these hold no lock that a worker needs
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid == 0:
            _be_worker(work, request_source, answer_target, limits)
        os.close(request_source)
        os.close(answer_target)
        return Process(pid, target, source)

    return start


def interpreted(name: str) -> Start:
    """Return a function that starts workers in separate interpreters, in which `module:name` answers.

    These workers get nothing from this process's memory, such as the key or a password, and may be started while other
    threads run.
    """

    def start(limits: Limits) -> Process:
        words = [sys.executable, "-P", "-c", _PROGRAM, name, *map(str, limits), *sys.path]
        request_source, target = os.pipe()
        source, answer_target = os.pipe()
        handles = ((os.POSIX_SPAWN_DUP2, request_source, 0), (os.POSIX_SPAWN_DUP2, answer_target, 1))
        nowhere = (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)
        try:
            pid = os.posix_spawn(sys.executable, words, os.environ, file_actions=(*handles, nowhere))
        finally:
            os.close(request_source)
            os.close(answer_target)
        return Process(pid, target, source)

    return start


def _be_worker(work: Work, source: int, target: int, limits: Limits) -> None:
    """Run as a worker, and never return, because a worker must not do its parent's cleanup at exit."""
    code = 1
    try:
        first, second = sorted((source, target))
        # Close ledger, sockets, and the pipes to other workers, which would otherwise not notice when the parent
        # closes them.
        os.closerange(3, first)
        os.closerange(first + 1, second)
        os.closerange(second + 1, os.sysconf("SC_OPEN_MAX"))
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            sys.stdout = sys.stderr = nowhere  # a worker must not write to the output of its parent
            answer_requests(work, source, target, limits)
        code = 0
    finally:
        os._exit(code)
