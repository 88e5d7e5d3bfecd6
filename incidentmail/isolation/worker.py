"""Represent a worker in its parent process.

A worker handles one request at a time. The parent decides how long it waits for an answer.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from typing import Final

from .child import DONE, SPOILT
from .frames import CHUNK_BYTES, HEAD, framed
from .limits import Limits
from .process import Process

END_S_MAX: Final = 1.0
"""How long a process may take to end after it has closed its pipe."""


class Failure(str):
    """The reason why a request has no answer."""


class Worker:
    """A process that answers one request at a time. `key` is the key of its current request, or None."""

    def __init__(self, process: Process, limits: Limits) -> None:
        self.process, self.limits = process, limits
        self.key: int | None = None
        self.is_ready = self.has_ended = False
        self._deadline = time.monotonic() + limits.wall_s
        self._unsent = memoryview(b"")
        self._came = bytearray()
        for handle in (process.target, process.source):
            os.set_blocking(handle, False)

    def begin(self, key: int, request: bytes) -> None:
        self.key = key
        self._deadline = time.monotonic() + self.limits.wall_s
        self._unsent = memoryview(framed(request))
        if self.is_ready:
            self._came.clear()

    @property
    def is_sending(self) -> bool:
        return len(self._unsent) > 0

    @property
    def seconds_left(self) -> float:
        return max(0.0, self._deadline - time.monotonic())

    def step(self) -> bytes | Failure | None:
        """Transfer as many bytes as possible without waiting.

        Return the answer, or the reason why there will be none, once one of them is known.
        """
        try:
            self._send()
            is_open = self._receive()
        except (BrokenPipeError, ConnectionResetError):
            is_open = False
        size = self._size()
        if size == 0 and not self.is_ready:
            self.is_ready = True
            del self._came[: HEAD.size]
            size = self._size()
        if size is not None and size > self.limits.answer_bytes + 1:
            return self._over(Failure(f"its answer has more than {self.limits.answer_bytes} bytes"))
        if size and len(self._came) == HEAD.size + size:
            self.key = None
            status, answer = self._came[HEAD.size : HEAD.size + 1], bytes(self._came[HEAD.size + 1 :])
            if status == SPOILT:
                self.end()
            return answer if status == DONE else Failure(answer.decode("utf-8", "replace"))
        if not is_open:
            return self._over(None)
        if not self.seconds_left:
            return self._over(Failure(f"it took longer than {self.limits.wall_s:g} s"))
        return None

    def _size(self) -> int | None:
        """Return the length of the message that is being received, or None if it is not known yet."""
        return HEAD.unpack(self._came[: HEAD.size])[0] if len(self._came) >= HEAD.size else None

    def end(self) -> int:
        """End the process if it runs. Return its exit code, or the negative number of the signal that ended it."""
        if not self.has_ended:
            self.has_ended = True
            os.close(self.process.target)
            os.close(self.process.source)
            if self.process.code() is None:
                os.kill(self.process.pid, signal.SIGKILL)
        return self.process.code(wait=True) or 0

    @property
    def is_usable(self) -> bool:
        """Whether the process runs and has no request to work on."""
        return self.key is None and not self.has_ended and self.process.code() is None

    def _over(self, why: Failure | None) -> Failure:
        """End a worker that will not answer, and return why it will not. If `why` is None, it is ending by itself."""
        self.key = None
        until = time.monotonic() + END_S_MAX
        while why is None and self.process.code() is None and time.monotonic() < until:
            # The worker's pipe is closed, so it is about to end. Sending a signal now would hide the real cause.
            time.sleep(0.001)
        code = self.end()
        return why or Failure(_said(code, self.limits))

    def _send(self) -> None:
        with suppress(BlockingIOError):
            while self._unsent:
                self._unsent = self._unsent[os.write(self.process.target, self._unsent[:CHUNK_BYTES]) :]

    def _receive(self) -> bool:
        """Receive the bytes that are available. Return whether the pipe is still open."""
        with suppress(BlockingIOError):
            while part := os.read(self.process.source, CHUNK_BYTES):
                self._came += part
                if len(self._came) > self.limits.answer_bytes + CHUNK_BYTES:
                    return True
            return False
        return True


def _said(code: int, limits: Limits) -> str:
    if code == -signal.SIGPROF:
        return f"it took more than {limits.processor_s:g} s of processor time"
    if code == -signal.SIGKILL:
        return "what read it was killed: out of memory, perhaps"
    return f"what read it crashed ({signal.Signals(-code).name})" if code < 0 else f"what read it ended with {code}"
