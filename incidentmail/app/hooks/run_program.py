"""Run one of the organisation's programs with limited time, output and environment."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence

from incidentmail.core.frozen import Frozen

PRINTED_BYTES_MAX = 2048
"""How much of the program's standard error is kept. The rest is read and dropped."""
KEPT = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR")
"""The variables of our environment that the program gets. Other variables may hold secrets."""


class Ended(Frozen, kw_only=True):
    """How a program ended: its exit code (negative for a signal), and the beginning of its standard error."""

    code: int
    errors: str


def run_program(
    arguments: Sequence[str], given: bytes, *, timeout_s: float, variables: Mapping[str, str]
) -> Ended | None:
    """Run a program without a shell. It gets `given` on standard input.

    If it takes too long, kill it and everything that it started, and return None. Raise OSError or ValueError if it
    cannot be started.
    """
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    with tempfile.TemporaryFile() as file:  # with a pipe, a program that does not read its input would block us
        file.write(given)
        file.seek(0)
        process = subprocess.Popen(
            arguments, stdin=file, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/",
            env={**kept, **variables}, start_new_session=True,
        )  # fmt: skip
        try:
            return _watched(process, until=time.monotonic() + timeout_s)
        finally:
            _end(process)


def _watched(process: subprocess.Popen[bytes], *, until: float) -> Ended | None:
    found, pipe = b"", process.stderr
    while pipe is not None:
        left_s = until - time.monotonic()
        if left_s <= 0 or not select.select([pipe], [], [], left_s)[0]:
            return None
        part = os.read(pipe.fileno(), 65536)
        if not part:
            break
        found = (found + part)[:PRINTED_BYTES_MAX]
    try:
        code = process.wait(max(0.0, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        return None
    return Ended(code=code, errors=found.decode("utf-8", "replace"))


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stderr is not None:
        process.stderr.close()
