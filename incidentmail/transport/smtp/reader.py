"""Read what a client sends: single lines of the dialogue, and whole messages (in constant time per byte)."""

from __future__ import annotations

import asyncio
from typing import Final

from incidentmail.transport.smtp import limits

_END: Final = b"\r\n.\r\n"
_READ_BYTES: Final = 256 * 1024
# How many lines of one client are read, about 5 microseconds each, before other clients have their turn.
_LINES_PER_TURN: Final = 100


class Reader(asyncio.StreamReader):
    """A stream reader that yields to other clients, and reads a message without creating an object for each line."""

    _buffer: bytearray  # asyncio's own; what follows the end of a message is put back into it

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(limit=limits.LINE_BYTES_MAX, loop=loop)
        self._lines = 0

    async def readuntil(self, separator: bytes = b"\n") -> bytes:  # type: ignore[override]
        """Return the next line, like `asyncio.StreamReader.readuntil`, but yield to other clients."""
        self._lines += 1
        if self._lines % _LINES_PER_TURN == 0:
            await asyncio.sleep(0)
        return await super().readuntil(separator)

    async def read_message(self, bytes_max: int) -> bytes | None:
        """Return the message after DATA, with dot-stuffing removed (RFC 5321 section 4.5.2).

        Return None if the message was longer than `bytes_max`. Only CRLF.CRLF ends the message. At most the message and
        one copy of it are held in memory. Raise ConnectionResetError if the client has disconnected.
        """
        held = bytearray(b"\r\n")  # the line end of DATA itself, so that a dot may be the first line
        try:
            end, is_too_long = await self._fill(held, bytes_max)
            self._buffer[:0] = held[end + len(_END) :]
            if is_too_long:
                return None
            del held[end + 2 :]
            if b"\r\n." in held:
                held[:] = held.replace(b"\r\n.", b"\r\n")
            with memoryview(held) as whole:
                return bytes(whole[2:])
        finally:
            held.clear()  # if the client disconnected, a traceback would keep the bytes until garbage is collected

    async def _fill(self, held: bytearray, bytes_max: int) -> tuple[int, bool]:
        """Read until `held` contains the end of the message. Return its position, and whether the message was too long.

        A message that is too long is not kept completely.
        """
        is_too_long = False
        while True:
            chunk = await self.read(_READ_BYTES)
            if not chunk:
                raise ConnectionResetError("the client left in the middle of a message")
            begin = max(len(held) - len(_END) + 1, 0)
            held += chunk
            end = held.find(_END, begin)
            if end >= 0:
                return end, is_too_long or end > bytes_max
            if len(held) > bytes_max + len(_END):
                is_too_long = True
                del held[: 1 - len(_END)]

    def forget(self) -> None:
        """Drop input that has been received but not yet read."""
        self._buffer.clear()


def has_bare_line_end(raw: bytes) -> bool:
    r"""Return whether `raw` contains a CR without an LF, or an LF without a CR (RFC 5321 section 2.3.8).

    >>> has_bare_line_end(b"one\r\ntwo\n")
    True
    """
    return not raw.count(b"\r\n") == raw.count(b"\r") == raw.count(b"\n")


def has_long_line(raw: bytes) -> bool:
    r"""Return whether a line is longer than any real client sends.

    >>> has_long_line(b"x" * 70_000 + b"\r\n"), has_long_line(b"x\r\n" * 70_000)
    (True, False)
    """
    begin = 0
    while len(raw) - begin > limits.LINE_BYTES_MAX:
        found = raw.rfind(b"\n", begin, begin + limits.LINE_BYTES_MAX)
        if found < 0:
            return True
        begin = found + 1
    return False
