"""Run inside a worker process, and answer requests one by one until the parent closes the pipe."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Final, cast

from .frames import read_frame, write_frame
from .limit_process import limit_process, start_clock, stop_clock
from .limits import Limits

Work = Callable[[bytes], bytes]
"""A function from a request to its answer."""
READY = b""
"""The message that a worker sends when it is ready for requests."""
DONE, FAILED, SPOILT = b"+", b"-", b"!"
"""The first byte of an answer. After a SPOILT answer the worker reads no further requests."""
ERROR_CHARS_MAX: Final = 500


def answer_requests(work: Work, source: int, target: int, limits: Limits) -> None:
    """Read requests from `source` and write the answers to `target`, each within the limits.

    Signals to the whole process group are ignored, because the parent may still need the worker and will end it later.
    """
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.dont_write_bytecode = True
    limit_process(limits)
    write_frame(target, READY)
    while (request := read_frame(source)) is not None:
        start_clock(limits)
        answer = _answer(work, request, limits)
        stop_clock()
        write_frame(target, answer)
        if answer.startswith(SPOILT):
            return


def _answer(work: Work, request: bytes, limits: Limits) -> bytes:
    try:
        found = work(request)
    except MemoryError:
        return SPOILT + f"it took more than {limits.memory_bytes >> 20} MiB of memory".encode()
    # A defect in parsing one message must not prevent parsing the next one. The failure is counted and shown.
    except Exception as error:
        said = f"{type(error).__name__}: {error}"[:ERROR_CHARS_MAX]
        return FAILED + said.encode("utf-8", "backslashreplace")
    if len(found) > limits.answer_bytes:
        return FAILED + f"what was read in it has more than {limits.answer_bytes} bytes".encode()
    return DONE + found


def run(name: str, *limits: str) -> None:
    """Answer requests from standard input with the function `module:name`, in a separate interpreter."""
    module, _, function = name.partition(":")
    work = cast(Work, getattr(import_module(module), function))
    target = os.dup(1)
    os.dup2(2, 1)  # printed text must not be taken for an answer
    answer_requests(work, 0, target, Limits(float(limits[0]), int(limits[1]), float(limits[2]), int(limits[3])))
