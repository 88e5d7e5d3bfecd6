"""One connection to the listener: its bytes, its clock and its last words.

aiosmtpd gives the protocol object and its life cycle. Reading is ours, because its own lets one message grow
without bound, drops a client that half-closes, and stops a slow handler by the timer meant for idle clients.
"""

from __future__ import annotations

import asyncio
import ipaddress
from typing import TYPE_CHECKING, Final

from aiosmtpd.smtp import SMTP

from incidentmail.inbound import limits

if TYPE_CHECKING:
    from incidentmail.transport.smtp_in import Listener

GOING_DOWN: Final = "421 4.3.2 Shutting down, try again later"
# Unread commands of one client, bytes, before its socket is paused.
READ_AHEAD_BYTES_MAX: Final = 64 * 1024


def peer_of(transport: asyncio.BaseTransport, *, is_unix: bool) -> str:
    """The client's IP address in its shortest form, "unix", or "unknown" where it has left already."""
    name = transport.get_extra_info("peername")
    if is_unix or not isinstance(name, tuple):
        return "unix" if is_unix else "unknown"
    address = ipaddress.ip_address(name[0].partition("%")[0])
    return str(getattr(address, "ipv4_mapped", None) or address)


class Connection(SMTP):
    """Reads lines within the bounds of `inbound.limits`, answers, and closes; the listener counts it."""

    def __init__(self, listener: Listener, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(None, hostname=listener.hostname, loop=loop)
        self.lost: asyncio.Future[None] = loop.create_future()
        self.is_storing = False
        self._listener = listener
        self._inbox = bytearray()
        self._is_eof = self._is_paused = self._is_done = False
        self._waiter: asyncio.Future[None] | None = None
        self._errors = self._held_bytes = 0
        self._met_at = self._heard_at = loop.time()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count the client, and refuse it where it is one too many."""
        assert isinstance(transport, asyncio.Transport)
        self._socket = transport
        self.peer = peer_of(transport, is_unix=self._listener.address.path is not None)
        self.is_trusted = self._listener.is_trusted(self.peer)
        self._refusal = self._listener.admit(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Forget the client; what it had not finished sending never happened."""
        self.release()
        self._listener.leave(self)
        super().connection_lost(error)
        self.lost.set_result(None)

    def data_received(self, data: bytes) -> None:
        """Keep what came, and pause the socket of a client that runs ahead of us."""
        self._heard_at = self.loop.time()
        self._inbox += data
        if self._waiter is None and len(self._inbox) > READ_AHEAD_BYTES_MAX:
            self._socket.pause_reading()
            self._is_paused = True
        self._wake()

    def eof_received(self) -> bool:
        """The client sends no more, but may still read: what it sent is answered."""
        self._is_eof = True
        self._wake()
        return True

    def _wake(self) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    async def more(self) -> None:
        """Wait until more has come; EOFError where nothing will."""
        if self._is_eof or self._socket.is_closing():
            raise EOFError
        if self._is_paused:
            self._is_paused = False
            self._socket.resume_reading()
        self._waiter = self.loop.create_future()
        await self._waiter

    def _reset_timeout(self, duration: float | None = None) -> None:
        """One timer for the session instead of one for each command; it looks at the clock when it fires."""
        if self._timeout_handle is None:
            self._timeout_handle = self.loop.call_later(limits.IDLE_S_MAX, self._timeout_cb)

    def _timeout_cb(self) -> None:
        now = self.loop.time()
        due = min(self._heard_at + limits.IDLE_S_MAX, self._met_at + limits.SESSION_S_MAX)
        if self.is_storing or now < due:
            self._timeout_handle = self.loop.call_later(max(due - now, 0.1), self._timeout_cb)
        else:
            self.say_goodbye("421 4.4.2 Too slow, try again later")

    def shut_down(self) -> None:
        """Say 421 now, or after the answer to the message that is being stored."""
        self._is_done = True
        if not self.is_storing:
            self.say_goodbye(GOING_DOWN)

    def say_goodbye(self, reply: str) -> None:
        """Send a last reply and close; a client that does not even read is cut off."""
        self._is_done = True
        if not self._socket.is_closing():
            self._socket.write(f"{reply}\r\n".encode("ascii"))
            self._socket.close()
        if self._socket.get_write_buffer_size():
            self._socket.abort()

    def abort(self) -> None:
        """Close without a word."""
        self._socket.abort()

    async def read_line(self) -> bytes:
        """The next command without its line end; EOFError where the client left or the line is too long."""
        seen = 0
        while (end := self._inbox.find(b"\n", seen)) < 0 and (
            seen := len(self._inbox)
        ) <= limits.COMMAND_LINE_BYTES_MAX:
            await self.more()
        if not 0 <= end <= limits.COMMAND_LINE_BYTES_MAX:
            self.say_goodbye("500 5.5.2 Line too long")
            raise EOFError
        line = bytes(self._inbox[:end]).removesuffix(b"\r")
        del self._inbox[: end + 1]
        return line

    async def reply(self, text: str) -> None:
        """Send one reply; 421 (RFC 5321 section 3.8) is the last one, and what too many errors lead to."""
        if text.startswith("421"):
            return self.say_goodbye(text)
        self._socket.write(f"{text}\r\n".encode("ascii"))
        await self._writer.drain()
        if text.startswith("5"):
            self._errors += 1
            if self._errors >= limits.ERRORS_MAX:
                self.say_goodbye("421 4.7.0 Too many errors")
        return None

    def hold(self, count: int) -> None:
        """Count bytes of a message in flight."""
        self._held_bytes += count
        self._listener.in_flight_bytes += count

    def release(self) -> None:
        """Give up the bytes in flight."""
        self._listener.in_flight_bytes -= self._held_bytes
        self._held_bytes = 0
