"""What one client may say, and what it is told: SMTP (RFC 5321) and LMTP (RFC 2033).

Commands, DATA and replies are ours and not aiosmtpd's, which sends the text of exceptions to the client, decodes
encoded words in addresses, and answers LMTP once for several recipients.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from incidentmail.inbound import limits
from incidentmail.inbound.message import Envelope
from incidentmail.transport.smtp_connection import GOING_DOWN, Connection

if TYPE_CHECKING:
    from incidentmail.transport.smtp_in import Listener

Command = Callable[[str], Awaitable[None]]

STORED: Final = "250 2.0.0 Accepted"
TEMPORARY: Final = "451 4.3.0 Temporary failure, try again later"
BUSY: Final = "452 4.3.1 Too many messages at the moment, try again later"
TOO_BIG: Final = "552 5.3.4 Message too big"
BARE_LINE_END: Final = "554 5.6.11 Lines must end in CR LF"
# RFC 5321 section 4.5.3.1.10: one recipient too many is 452, and the client sends the rest later. This many is a flood.
REFUSED_RECIPIENTS_MAX: Final = 1000
# Commands answered in a row before other clients have their turn: a pipelined flood never waits for its socket.
COMMANDS_PER_TURN: Final = 32

_END: Final = b"\r\n.\r\n"
_LOCAL: Final = r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*"
_DOMAIN: Final = r"(?:[\w-]+(?:\.[\w-]+)*|\[(?:IPv6:)?[A-Fa-f0-9.:]+\])"
_PATH: Final = re.compile(
    rf"<(?:@{_DOMAIN}(?:,@{_DOMAIN})*:)?(?P<address>{_LOCAL}@{_DOMAIN}|postmaster)?>(?P<parameters>(?: +[!-~]+)*)",
    re.ASCII | re.IGNORECASE,
)


def parse_path(text: str) -> tuple[str, list[str]] | None:
    """The address in angle brackets ("" for the null path) and the parameters behind it; None for bad syntax.

    RFC 5321 section 4.1.2 without quoted local parts: ASCII only. A source route is dropped (appendix C), and an
    encoded word (RFC 2047) is refused, because whoever decodes it later would see another address.

    >>> parse_path("<mara@example.com> SIZE=2048")
    ('mara@example.com', ['SIZE=2048'])
    >>> parse_path("<=?utf-8?q?mara?=@example.com>")
    """
    found = _PATH.fullmatch(text.strip(" "))
    address = (found["address"] or "") if found else ""
    if found is None or "=?" in address or len(address) > 254:  # RFC 5321 section 4.5.3.1.3: 256 with the brackets
        return None
    return address, found["parameters"].split()


def has_bare_line_end(raw: bytes) -> bool:
    r"""Whether a CR or an LF stands alone (RFC 5321 section 2.3.8).

    >>> has_bare_line_end(b"one\r\ntwo\n")
    True
    """
    return not raw.count(b"\r\n") == raw.count(b"\r") == raw.count(b"\n")


class ClientSession(Connection):
    """The dialogue of one client: one transaction after the other, each handed to the listener as a whole."""

    def __init__(self, listener: Listener, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(listener, loop)
        self._is_lmtp = listener.address.protocol == "lmtp"
        self._is_greeted = False
        self._transactions = 0
        greetings: dict[bytes, Command] = {b"HELO": self._helo, b"EHLO": self._ehlo}
        self._commands: dict[bytes, Command] = {
            **({b"LHLO": self._ehlo} if self._is_lmtp else greetings),
            b"MAIL": self._mail,
            b"RCPT": self._rcpt,
            b"DATA": self._data,
            b"RSET": self._rset,
            b"NOOP": lambda _: self.reply("250 2.0.0 OK"),
            b"HELP": lambda _: self.reply("214 2.0.0 See RFC 5321 and RFC 2033"),
            b"VRFY": lambda _: self.reply("252 2.5.0 Cannot verify; send mail and it is read"),
            b"QUIT": self._quit,
        }
        self._reset()

    async def _handle_client(self) -> None:
        """The dialogue, from the greeting to the end; aiosmtpd starts it and cancels it when the client is lost."""
        try:
            await self.reply(self._refusal or f"220 {self.hostname} {'LMTP' if self._is_lmtp else 'ESMTP'}")
            turns = 0
            while not self._is_done:
                await self._answer(await self.read_line())
                turns += 1
                if turns % COMMANDS_PER_TURN == 0:
                    await asyncio.sleep(0)
            if self._listener.stopping:
                self.say_goodbye(GOING_DOWN)
        except (EOFError, ConnectionError):
            self._is_done = True  # it hung up, which is no error of ours; an unfinished message is sent again
        finally:
            self._socket.close()

    async def _answer(self, line: bytes) -> None:
        verb, _, argument = line.partition(b" ")
        command = self._commands.get(verb.upper())
        try:
            if command is None:
                await self.reply("500 5.5.2 Command not recognised")
            else:
                await command(argument.decode("latin-1").strip(" "))
        except (EOFError, ConnectionError):
            raise
        except Exception as error:
            await self.reply(await self.handle_exception(error))

    async def handle_exception(self, error: Exception) -> str:
        """One generic, transient reply: a fault of ours must neither leak nor make a relay bounce the mail."""
        self._listener.emit("session_failed", peer=self.peer, error=error)
        self._reset()
        return TEMPORARY

    def _reset(self) -> None:
        self._reverse_path: str | None = None
        self._forward_paths: list[str] = []
        self._refused_recipients = 0
        self.release()

    async def _helo(self, argument: str) -> None:
        self._reset()
        self._is_greeted = bool(argument)
        await self.reply(f"250 {self.hostname}" if argument else "501 5.5.4 Syntax: HELO hostname")

    async def _ehlo(self, argument: str) -> None:
        self._reset()
        self._is_greeted = bool(argument)
        lines = (self.hostname, "PIPELINING", f"SIZE {self._listener.message_bytes_max}", "8BITMIME")
        features = "\r\n".join(f"250-{line}" for line in lines) + "\r\n250 ENHANCEDSTATUSCODES"
        await self.reply(features if argument else "501 5.5.4 Syntax: EHLO or LHLO hostname")

    async def _rset(self, argument: str) -> None:
        self._reset()
        await self.reply("250 2.0.0 OK")

    async def _quit(self, argument: str) -> None:
        await self.reply("221 2.0.0 Bye")
        self._is_done = True

    async def _mail(self, argument: str) -> None:
        path = parse_path(argument[5:])
        if not self._is_greeted or self._reverse_path is not None:
            reply = "503 5.5.1 Bad sequence of commands"
        elif argument[:5].upper() != "FROM:":
            reply = "501 5.5.4 Syntax: MAIL FROM:<address>"
        elif path is None:
            reply = "553 5.1.7 Bad sender address syntax"
        elif self._transactions >= limits.TRANSACTIONS_PER_CONNECTION_MAX and not self.is_trusted:
            reply = "421 4.7.0 Too many messages, connect again"
        else:
            reply = self._parameter_refusal(path[1]) or "250 2.1.0 OK"
            if reply.startswith("2"):
                self._reverse_path = path[0]
        await self.reply(reply)

    def _parameter_refusal(self, parameters: list[str]) -> str | None:
        """The reply to parameters of MAIL that ask for too much (RFC 1870 section 6) or for what was never offered."""
        for parameter in parameters:
            key, _, value = parameter.upper().partition("=")
            if key == "SIZE" and re.fullmatch("[0-9]{1,20}", value):
                if int(value) > self._listener.message_bytes_max:
                    return TOO_BIG
                if self._listener.in_flight_bytes + int(value) > limits.IN_FLIGHT_BYTES_MAX:
                    return BUSY
            elif not (key == "BODY" and value in ("7BIT", "8BITMIME")):
                return "555 5.5.4 Parameter not recognised"
        return None

    async def _rcpt(self, argument: str) -> None:
        path = parse_path(argument[3:])
        if self._reverse_path is None:
            reply = "503 5.5.1 Bad sequence of commands"
        elif argument[:3].upper() != "TO:":
            reply = "501 5.5.4 Syntax: RCPT TO:<address>"
        elif path is None or not path[0]:
            reply = "553 5.1.3 Bad recipient address syntax"
        elif path[1]:
            reply = "555 5.5.4 Parameter not recognised"
        elif len(self._forward_paths) >= limits.RECIPIENTS_MAX:
            self._refused_recipients += 1
            is_flood = self._refused_recipients > REFUSED_RECIPIENTS_MAX
            reply = f"{'421' if is_flood else '452'} 4.5.3 Too many recipients, send the rest later"
        else:
            self._forward_paths.append(path[0])
            reply = "250 2.1.5 OK"
        await self.reply(reply)

    async def _data(self, argument: str) -> None:
        if argument or not self._forward_paths:
            return await self.reply("501 5.5.4 Syntax: DATA" if argument else "503 5.5.1 No valid recipients")
        if self._listener.in_flight_bytes >= limits.IN_FLIGHT_BYTES_MAX:
            return await self.reply(BUSY)
        await self.reply("354 End data with <CR><LF>.<CR><LF>")
        raw, refusal = await self._receive()
        if refusal is None and not self.is_trusted and has_bare_line_end(raw):
            refusal = BARE_LINE_END
        # RFC 2033 section 4.2: one reply for each recipient that was accepted, in their order.
        replies = len(self._forward_paths) if self._is_lmtp else 1
        try:
            if refusal is None:
                refusal = None if await self._store(raw) else TEMPORARY
            else:
                self._listener.emit("message_refused", peer=self.peer, reply=refusal)
            self._reset()
            await self.reply("\r\n".join([refusal or STORED] * replies))
        finally:
            self.is_storing = False
        return None

    async def _receive(self) -> tuple[bytes, str | None]:
        """The message without its end mark and the stuffed dots (RFC 5321 section 4.5.2); or why it is refused.

        Only CR LF . CR LF ends it. The rest of a message that is refused is read and dropped, up to twice the limit.
        """
        data = bytearray(_END[:2])  # the line end of DATA itself: a dot in the very first line is an end mark too
        refusal: str | None = None
        seen = received = 0
        while True:
            arrived = len(self._inbox)
            data += self._inbox
            self._inbox.clear()
            received += arrived
            end = data.find(_END, seen)
            if refusal is None:
                self.hold(arrived)
                refusal = self._size_refusal(end if end >= 0 else len(data) - len(_END))
            if end >= 0:
                break
            if refusal is not None:
                self.release()
                if received > 2 * self._listener.message_bytes_max + limits.COMMAND_LINE_BYTES_MAX:
                    self._listener.emit("message_refused", peer=self.peer, reply=refusal)
                    self.say_goodbye(refusal)
                    raise EOFError
                del data[: 1 - len(_END)]
            seen = max(0, len(data) + 1 - len(_END))
            await self.more()
        self._inbox += data[end + len(_END) :]  # commands that were sent behind it
        del data[end + 2 :]
        if refusal is None and b"\r\n." in data:
            data = data.replace(b"\r\n.", b"\r\n")
        return bytes(memoryview(data)[2:]) if refusal is None else b"", refusal

    def _size_refusal(self, size: int) -> str | None:
        if size > self._listener.message_bytes_max:
            return TOO_BIG
        return BUSY if self._listener.in_flight_bytes > limits.IN_FLIGHT_BYTES_MAX else None

    async def _store(self, raw: bytes) -> bool:
        """Whether `accept` took the message. It goes on where this session is cancelled."""
        assert self._reverse_path is not None
        envelope = Envelope(
            way=self._listener.address.protocol,
            peer=self.peer,
            reverse_path=self._reverse_path,
            forward_paths=tuple(self._forward_paths),
        )
        self.is_storing = True
        self._transactions += 1
        held_bytes, self._held_bytes = self._held_bytes, 0  # the task holds them now, even when the client is lost
        stored = await asyncio.shield(self._listener.deliver(raw, envelope, held_bytes))
        self._heard_at = self.loop.time()
        return stored
