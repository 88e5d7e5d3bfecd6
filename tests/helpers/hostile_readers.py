"""A parser that misbehaves as a hostile mail might make ours do: the Subject of a mail says how."""

from __future__ import annotations

import ctypes
import os
import signal
import time

from incidentmail.reply import read_mail


def answer(request: bytes) -> bytes:
    """Parse a mail, after misbehaving as its Subject says."""
    for word, does in DOES.items():
        if b"\nSubject: " + word in request:
            does()
    return read_mail.answer(request)


def _be_killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _end_everything() -> None:
    os.kill(os.getppid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


def _crash() -> None:
    ctypes.string_at(0)


def _fill_memory() -> None:
    kept = [bytes(16 * 1024 * 1024) for _ in range(64)]
    raise AssertionError(f"{len(kept)} blocks were given")


def _spin() -> None:
    while True:
        pass


def _sleep() -> None:
    time.sleep(3600)


def _wait() -> None:
    time.sleep(1)


def _fail() -> None:
    raise UnboundLocalError("cannot \x1b[2J access")


# fmt: off
DOES = {
    b"killed": _be_killed, b"end everything": _end_everything, b"crash": _crash,
    b"memory": _fill_memory, b"spin": _spin, b"sleep": _sleep, b"wait": _wait,
    b"fail": _fail,
}
# fmt: on
"""The misbehaviour for each word with which a Subject may begin."""
