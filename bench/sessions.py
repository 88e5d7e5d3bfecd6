"""Generate load on loopback: SMTP sessions in one loop, each message sent after the answer to the previous one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Iterable, Iterator

Mail = tuple[str, bytes]
"""A name of our choice (such as the Message-ID) and the bytes, with CRLF line ends and no single dots."""
Told = Callable[[str, int], None]
"""A callback that gets a message's name and the code that answered it, or 0 if the connection broke before that."""


class Session(asyncio.Protocol):
    """One client (RFC 5321). It takes messages from a shared iterator until none is left."""

    def __init__(self, mails: Iterator[Mail], told: Told, recipient: str) -> None:
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._mails, self._told, self._recipient = mails, told, recipient
        self._script = self._talk()
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._current: str | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        next(self._script)

    def data_received(self, data: bytes) -> None:
        *lines, self._buffer = (self._buffer + data).split(b"\r\n")
        for line in lines:
            if line[3:4] == b"-" or self._transport is None:
                continue
            try:
                self._transport.write(self._script.send(int(line[:3])))
            except StopIteration:
                self._transport.close()
                return

    def connection_lost(self, error: Exception | None) -> None:
        if self._current is not None:
            self._told(self._current, 0)
        self._transport = None
        if not self.ended.done():
            self.ended.set_result(None)

    def _talk(self) -> Generator[bytes, int, None]:
        yield b""  # before the greeting there is nothing to say
        yield b"EHLO bench.example\r\n"
        for name, raw in self._mails:
            self._current = name
            code = yield b"MAIL FROM:<mara@example.com>\r\n"
            for line in (f"RCPT TO:<{self._recipient}>\r\n".encode(), b"DATA\r\n", raw + b"\r\n.\r\n"):
                if code < 400:
                    code = yield line
            self._current = None
            self._told(name, code)
            if code >= 400:
                yield b"RSET\r\n"
        yield b"QUIT\r\n"


def ignore(name: str, code: int) -> None:
    """Ignore the answer, but raise if a message was refused, which would spoil the measurement."""
    if code != 250:
        raise RuntimeError(f"{name} was answered {code}")


async def send_all(
    port: int, mails: Iterable[Mail], *, sessions: int, told: Told = ignore, recipient: str = "incident-bot@example.com"
) -> None:
    """Send all `mails` over `sessions` connections. Return when the last answer has come."""
    loop, shared = asyncio.get_running_loop(), iter(mails)
    clients = []
    for _ in range(sessions):
        _, client = await loop.create_connection(lambda: Session(shared, told, recipient), "127.0.0.1", port)
        clients.append(client)
    await asyncio.gather(*(client.ended for client in clients))


def plain_mails(count: int, size: int, *, serial: str = "m") -> Iterator[Mail]:
    """Yield `count` messages of about `size` bytes, each with a Message-ID of its own."""
    line = b"x" * 70 + b"\r\n"
    body = line * max(1, (size - 250) // len(line))
    for number in range(count):
        name = f"<{serial}.{number}@bench.example>"
        head = (
            f"From: Mara Lindqvist <mara@example.com>\r\nTo: incident-bot@example.com\r\nSubject: load {number}\r\n"
            f"Date: Fri, 20 Nov 2026 14:08:00 +0000\r\nMessage-ID: {name}\r\nMIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n\r\n"
        )
        yield name, head.encode() + body + b"end"
