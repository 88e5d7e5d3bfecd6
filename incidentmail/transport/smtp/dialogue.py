"""Run the dialogue with one client of the listener (RFC 5321, RFC 2033), with aiosmtpd and fixes for its defects.

aiosmtpd parses commands and lines. This file adds features that version 1.4.6 lacks: limits on bytes, lines and time,
strict addresses, transient replies if the fault is ours, and an LMTP reply for each recipient.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import re
import socket
from typing import Final

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import Envelope as Transaction
from aiosmtpd.smtp import Session

from incidentmail.inbound.message import Envelope
from incidentmail.transport.smtp import limits

from .client_context import ClientContext
from .login import Login
from .mail_path import parse_path
from .reader import Reader, has_bare_line_end, has_long_line

GOING_DOWN: Final = "421 4.3.2 Shutting down, try again later"
STORED: Final = "250 2.0.0 Accepted"
TEMPORARY: Final = "451 4.3.0 Temporary failure, try again later"
BUSY: Final = "4.3.1 Too many messages at the moment, try again later"
TOO_SLOW: Final = "421 4.4.2 Too slow, try again later"
TOO_BIG: Final = "552 5.3.4 Message too big"
BARE_LINE_END: Final = "554 5.6.11 Lines must end in CR LF"
LONG_LINE: Final = "554 5.6.0 Line too long"
SPEAKS_LMTP: Final = "500 5.5.1 This port speaks LMTP, which begins with LHLO; for SMTP, set [listen] smtp"
# How many bytes a client may send without completing a command.
UNANSWERED_BYTES_MAX: Final = 1024 * 1024

# aiosmtpd logs each command of each client, partly unescaped. The listener logs its own events instead.
logging.getLogger("mail.log").setLevel(logging.ERROR)


def peer_of(transport: asyncio.BaseTransport) -> str:
    """Return the client's IP address in its shortest form, "unix", or "unknown" if the client has disconnected."""
    sock, name = transport.get_extra_info("socket"), transport.get_extra_info("peername")
    if sock is not None and sock.family == socket.AF_UNIX:
        return "unix"
    if not isinstance(name, tuple):
        return "unknown"
    address = ipaddress.ip_address(name[0].partition("%")[0])
    return str(getattr(address, "ipv4_mapped", None) or address)


class Hooks:
    """The functions that aiosmtpd calls for EHLO, and to accept or refuse a sender, a recipient and a message."""

    async def handle_EHLO(
        self, client: Client, session: Session, _: Transaction, host: str, said: list[str]
    ) -> list[str]:
        """Return the reply to EHLO or LHLO, with the extensions that RFC 2033 section 5 requires."""
        session.host_name = host
        features = [line for line in said[:-1] if line != "250-STARTTLS" or not client.is_encrypted]
        features += ["250-AUTH PLAIN LOGIN"] if client.may_log_in else []
        return ["\r\n".join([*features, "250-PIPELINING", "250-ENHANCEDSTATUSCODES", said[-1]])]

    async def handle_MAIL(self, client: Client, _: Session, mail: Transaction, address: str, options: list[str]) -> str:
        """Return the reply to MAIL. Its SIZE must not exceed the maximum size of a message (RFC 1870 section 6)."""
        size = sum(int(option[5:]) for option in options if re.fullmatch("SIZE=[0-9]+", option))
        if client.is_too_much(size):
            return f"452 {BUSY}"
        if refusal := client.no_room(size):
            return refusal
        client.reserve(size)
        mail.mail_from = address
        return "250 2.1.0 OK"

    async def handle_RCPT(self, client: Client, _: Session, mail: Transaction, address: str, options: list[str]) -> str:
        """Return the reply to RCPT.

        If there are too many recipients, the reply is 452, and the client sends to the remaining ones later (RFC 5321
        section 4.5.3.1.10).
        """
        if address == "<>":
            return "553 5.1.3 Bad recipient address syntax"
        if len(mail.rcpt_tos) >= client.context.bounds.recipients_max:
            return "452 4.5.3 Too many recipients, send the rest later"
        mail.rcpt_tos.append(address)
        return "250 2.1.5 OK"


class Client(Login):
    """aiosmtpd's protocol with overrides. The docstring of each override describes the defect that it fixes."""

    def __init__(self, context: ClientContext) -> None:
        super().__init__(
            Hooks(),
            data_size_limit=context.bounds.message_bytes_max,
            hostname=context.hostname,
            ident="LMTP" if context.protocol == "lmtp" else "ESMTP",
            tls_context=context.certificate.context if context.certificate else None,
            require_starttls=context.require_starttls,
            timeout=limits.IDLE_S_MAX,
            command_call_limit=limits.TRANSACTIONS_PER_CONNECTION_MAX,
            loop=asyncio.get_running_loop(),
        )
        # aiosmtpd reads lines that have arrived without a pause, so thousands of short ones would block all other
        # clients.
        asyncio.StreamReaderProtocol.__init__(self, Reader(self.loop), self._cb_client_connected, self.loop)
        self.context, self.is_storing = context, False
        self.lost = self.loop.create_future()
        self._met_at = self.heard_at = self.loop.time()
        self._errors = self._held_bytes = self._reserved_bytes = 0
        self._replies_due = 0  # for the message that is being received: one, or one for each recipient
        self._bytes = 0  # since the last reply

    @property
    def is_idle(self) -> bool:
        """Whether nothing would be lost if the connection ended now."""
        return not self.is_storing and self.envelope is not None and self.envelope.mail_from is None

    @property
    def is_leaving(self) -> bool:
        """Whether the last reply has been sent, or the client has disconnected."""
        return self.transport is None or self._writer.is_closing()

    def is_too_much(self, more_bytes: int) -> bool:
        """Return whether a message of this size would currently need too much memory."""
        return self.context.load.is_too_much(more_bytes, self.context.bounds, is_trusted=self.is_trusted)

    def no_room(self, size: int) -> str | None:
        """Return the reply that refuses a message of this size, or None if the peer may store it."""
        if self.is_trusted:
            return None
        return self.context.load.disk.refusal(self.peer, size, self.context.bounds)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Fix: aiosmtpd does not count connections. The listener counts them, and refuses those above the limit."""
        assert isinstance(transport, asyncio.Transport)
        self.peer, self._wire = peer_of(transport), transport  # TLS will be another transport on top of this one
        self.is_trusted = self.context.is_trusted(self.peer)
        super().connection_made(transport)
        if refusal := self.context.connections.admit(self):
            self.say_goodbye(refusal)

    def connection_lost(self, error: Exception | None) -> None:
        """Remove the client from the listener's counts. An incomplete message is dropped."""
        if self.lost.done():
            return
        self.reserve(0)
        self.context.connections.leave(self)
        super().connection_lost(error)
        # Otherwise these two objects refer to each other, and keep a message in memory until garbage is collected.
        self._handler_coroutine = None
        self.lost.set_result(None)

    def data_received(self, data: bytes) -> None:
        """Fix: aiosmtpd limits neither the memory that lines and clients use nor the duration of a session."""
        self._reset_timeout()  # the timeout limits silence, not the duration of a command
        self.heard_at = self.loop.time()
        self._bytes += len(data)
        is_kept = self._bytes <= self.context.bounds.message_bytes_max
        self._hold(self._bytes if is_kept else 0)
        super().data_received(data)
        if not self.is_storing and (refusal := self._refusal()):
            if self._replies_due:
                self.context.emit("message_refused", peer=self.peer, reply=refusal)
            self.say_goodbye("\r\n".join([refusal] * (self._replies_due or 1)))

    def _refusal(self) -> str | None:
        """Return the reason to disconnect the client while it is sending, or None if it stays within the limits."""
        if self.loop.time() - self._met_at > limits.SESSION_S_MAX:
            return TOO_SLOW
        if not self._replies_due:
            return "500 5.5.2 Line too long" if self._bytes > UNANSWERED_BYTES_MAX else None
        if self._bytes > self._reserved_bytes and self.is_too_much(0):  # a reserved size is always accepted
            return f"421 {BUSY}"
        return TOO_BIG if self._bytes > 2 * self.context.bounds.message_bytes_max else None

    def _timeout_cb(self) -> None:
        """Fix: aiosmtpd cancels a slow handler without replying to the client."""
        if self.is_storing:
            self._reset_timeout()
        else:
            self.say_goodbye(TOO_SLOW)

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """Fix: aiosmtpd decodes encoded words and accepts control characters. We are strict with strangers only."""
        return parse_path(arg, strict=not self.is_trusted) or (None, None)

    async def handle_exception(self, error: Exception) -> str:
        """Fix: aiosmtpd sends the client the text of an exception, as a permanent failure."""
        self.context.emit("session_failed", peer=self.peer, error=error)
        self.envelope = self._create_envelope()
        return TEMPORARY

    async def smtp_DATA(self, arg: str | None) -> None:
        """Fix: aiosmtpd creates an object for each line, so a message of short lines takes thirty times its size."""
        if await self.check_helo_needed():
            return
        assert self.envelope is not None
        if not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 RCPT first")
        elif arg:
            await self.push("501 5.5.4 Syntax: DATA")
        else:
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            raw = await self._reader.read_message(self.context.bounds.message_bytes_max)
            reply = TOO_BIG if raw is None else await self._take(raw, self.envelope)
            self.envelope = self._create_envelope()
            await self.push(reply)

    async def _take(self, raw: bytes, mail: Transaction) -> str:
        """Return the reply to the message. If the client disconnects and this task is cancelled, storing continues."""
        if not self.is_trusted and has_bare_line_end(raw):
            return BARE_LINE_END
        if not self.is_trusted and has_long_line(raw):
            return LONG_LINE
        if refusal := self.no_room(len(raw)):
            return refusal
        if not self.is_trusted:
            self.context.load.disk.count(self.peer, len(raw))
        envelope = Envelope(
            way="submission" if self.login else self.context.protocol,
            peer=self.peer,
            reverse_path="" if mail.mail_from == "<>" else mail.mail_from,
            forward_paths=tuple(mail.rcpt_tos),
        )
        self.reserve(0)  # from here on, the delivery counts the bytes
        self.is_storing = True
        try:
            stored = await asyncio.shield(self.context.deliver(raw, envelope))
        finally:
            self.is_storing = False
        self._reset_timeout()
        return STORED if stored else TEMPORARY

    async def push(self, status: str | bytes) -> None:
        """Fix: aiosmtpd gives LMTP a single reply, sends trusted peers 5xx for content, and counts no errors."""
        reply = status.decode("ascii") if isinstance(status, bytes) else status
        assert self.session is not None and self.envelope is not None
        if reply.startswith("354"):
            self._replies_due = len(self.envelope.rcpt_tos) if self.context.protocol == "lmtp" else 1
            await super().push(reply)
            return
        # RFC 2034: aiosmtpd has no enhanced status codes, and x.0.0 says no more than the code.
        if self.session.extended_smtp:
            reply = re.sub(r"^([245])(\d\d) (?!\d\.\d)", r"\1\2 \1.0.0 ", reply)
        if self._replies_due and reply[0] == "5":
            reply = TEMPORARY if self.is_trusted and not reply.startswith("552") else reply
            self.context.emit("message_refused", peer=self.peer, reply=reply)
        self._errors += reply[0] == "5"
        reply = "\r\n".join([reply] * (self._replies_due or 1))
        self._replies_due = self._bytes = 0
        if self.envelope.mail_from is None:
            self._reserved_bytes = 0
        self._hold(0)
        if reply.startswith("421"):
            self.say_goodbye(reply)
        else:
            await super().push(reply)
        if self.context.is_stopping:
            self.say_goodbye(GOING_DOWN)
        elif self._errors >= limits.ERRORS_MAX:
            self.say_goodbye("421 4.7.0 Too many errors")
        await asyncio.sleep(0)  # after the last reply the dialogue has to end here, not a few commands later

    def say_goodbye(self, reply: str) -> None:
        """Send a last reply and close the connection, at once if the client does not read even that reply."""
        if self.transport is None or self._handler_coroutine is None:
            return
        self.reserve(0)
        if self._writer.is_closing():
            self._wire.abort()  # the client has got the last reply, but keeps its end open
        else:
            self._writer.write(f"{reply}\r\n".encode("ascii"))
            if self._writer.transport.get_write_buffer_size():
                self._wire.abort()
            else:
                self._writer.close()
        self._handler_coroutine.cancel()

    def reserve(self, size: int) -> None:
        """Reserve memory for an announced message now, so that there is room when it arrives."""
        self._reserved_bytes = size
        self._hold(0)

    def _hold(self, size: int) -> None:
        """Count this many bytes, or the announced size, as being received. This replaces the number counted before."""
        count = max(size, self._reserved_bytes) * limits.COPIES_IN_FLIGHT
        self.context.load.held_bytes += count - self._held_bytes
        self._held_bytes = count


class LmtpClient(Client, LMTP):
    """An LMTP client, which sends LHLO instead of EHLO (RFC 2033 section 4.1)."""

    async def smtp_HELO(self, arg: str | None) -> None:
        """Fix: aiosmtpd says only that HELO is not recognised. This reply says that the listener speaks LMTP."""
        await self.push(SPEAKS_LMTP)

    smtp_EHLO = smtp_HELO
