"""Starting a worker: a fork of this process, or an interpreter of its own. docs/adr/0013 says when which."""

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
    """A worker: its number, the pipes to it and from it, and how it ended."""

    def __init__(self, pid: int, target: int, source: int) -> None:
        self.pid, self.target, self.source = pid, target, source
        self._code: int | None = None

    def code(self, *, wait: bool = False) -> int | None:
        """Return its exit code, or minus the signal that ended it; None while it runs, unless `wait`."""
        if self._code is None:
            pid, status = os.waitpid(self.pid, 0 if wait else os.WNOHANG)
            self._code = os.waitstatus_to_exitcode(status) if pid else None
        return self._code


Start = Callable[[Limits], Process]


def forked(work: Work) -> Start:
    """Return what starts workers as forks of this process, which has one thread: no import is done again."""

    def start(limits: Limits) -> Process:
        request_source, target = os.pipe()
        source, answer_target = os.pipe()
        with warnings.catch_warnings():  # a test runner has threads of its own, which hold nothing that a worker uses
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid == 0:
            _be_worker(work, request_source, answer_target, limits)
        os.close(request_source)
        os.close(answer_target)
        return Process(pid, target, source)

    return start


def interpreted(name: str) -> Start:
    """Return what starts workers as interpreters of their own, in which the function `module:name` answers.

    They have nothing of this process's memory, neither key nor password, and may be started beside its threads.
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
    """Never returns: what the parent would do at its end is not the worker's to do."""
    code = 1
    try:
        first, second = sorted((source, target))
        os.closerange(3, first)  # ledger, sockets, and the pipes to other workers, which have to see their ends
        os.closerange(first + 1, second)
        os.closerange(second + 1, os.sysconf("SC_OPEN_MAX"))
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            sys.stdout = sys.stderr = nowhere  # what the parent prints on is none of the worker's business
            answer_requests(work, source, target, limits)
        code = 0
    finally:
        os._exit(code)
