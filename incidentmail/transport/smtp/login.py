"""Handle STARTTLS (RFC 3207) and AUTH (RFC 4954) for one client, in place of aiosmtpd's code.

aiosmtpd's STARTTLS depends on asyncio internals that have since changed. Its AUTH is offered to everybody who uses TLS,
does not count attempts, and blocks all other clients while it checks a password.
"""

from __future__ import annotations

import asyncio
import ssl
from base64 import b64decode
from contextlib import suppress
from typing import Final

from aiosmtpd.smtp import MISSING, SMTP

from incidentmail.transport.smtp import limits

from .client_context import ClientContext
from .reader import Reader

HANDSHAKE_S_MAX: Final = 30.0
NOT_DECODED: Final = "501 5.5.2 Cannot decode that"


class Login(SMTP):
    context: ClientContext
    peer: str
    login: str | None = None  # the user name that logged in with a password
    lost: asyncio.Future[None]
    _reader: Reader
    is_encrypted = False
    _login_failures = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """With implicit TLS, do not start reading yet: bytes that arrive before the handshake would be lost."""
        if self.context.is_tls_first and isinstance(transport, asyncio.Transport):
            transport.pause_reading()
        super().connection_made(transport)

    async def _handle_client(self) -> None:
        """With implicit TLS (RFC 8314 section 3.3), perform the handshake before sending the greeting."""
        if self.context.is_tls_first:
            assert self.tls_context is not None  # no listener begins with TLS without a certificate
            with suppress(OSError, EOFError):  # the failure was reported, and the connection was closed
                await self._shake_hands(self.tls_context)
            if not self.is_encrypted:
                return
        await super()._handle_client()

    @property
    def may_log_in(self) -> bool:
        """Whether password login is allowed: it requires TLS and at least one configured user."""
        return self.context.users is not None and self.is_encrypted

    async def smtp_STARTTLS(self, arg: str | None) -> None:
        """Start TLS (RFC 3207 section 4.2). Discard earlier state, and any input received after the command."""
        if arg:
            await self.push("501 5.5.4 Syntax: STARTTLS")
        elif self.is_encrypted:
            await self.push("503 5.5.1 TLS is active already")
        elif self.tls_context is None:
            await self.push("454 4.7.0 TLS not available")
        else:
            await self.push("220 2.0.0 Ready to start TLS")
            self._reader.forget()
            await self._shake_hands(self.tls_context)

    async def _shake_hands(self, context: ssl.SSLContext) -> None:
        try:
            await self._writer.start_tls(context, ssl_handshake_timeout=HANDSHAKE_S_MAX)
        except BaseException as error:
            if not isinstance(error, asyncio.CancelledError):
                self.context.emit("tls_failed", peer=self.peer, error=error)
            self._writer.transport.abort()
            if not self.lost.done():  # asyncio does not report a connection that is lost during a handshake
                self.connection_lost(None)
            await asyncio.sleep(0)  # the dialogue has been cancelled by now, and ends here
            raise
        self.transport, self.is_encrypted = self._writer.transport, True
        self.require_starttls = False
        self.session = self._create_session()
        self.session.ssl = {}
        self.envelope = self._create_envelope()

    async def smtp_AUTH(self, arg: str | None) -> None:
        """Log in with PLAIN or LOGIN (RFC 4954 section 4). Wrong passwords are counted per connection and address."""
        words = (arg or "").split()
        mechanism = words[0].upper() if words else ""
        if refusal := self._refusal_of_login(mechanism, len(words)):
            await self.push(refusal)
            return
        given = await (self._plain(words[1:]) if mechanism == "PLAIN" else self._login(words[1:]))
        if given is None:
            return  # the reply has already been sent
        users = self.context.users
        assert users is not None
        async with self.context.checking_password:  # one at a time, as each costs memory and a part of a second
            is_right = await asyncio.to_thread(users.check, *given)
        if is_right:
            self.login = given[0].decode(errors="replace")
            self.context.emit("logged_in", peer=self.peer, user=self.login)
            await self.push("235 2.7.0 Welcome")
            return
        self._login_failures += 1
        self.context.login_failures.count(self.peer, asyncio.get_running_loop().time())
        self.context.emit("login_failed", peer=self.peer, user=given[0].decode(errors="replace"))
        is_last = self._login_failures >= limits.LOGIN_FAILURES_MAX
        await self.push("421 4.7.0 Too many wrong passwords" if is_last else "535 5.7.8 Wrong name or password")

    def _refusal_of_login(self, mechanism: str, words: int) -> str | None:
        assert self.session is not None and self.envelope is not None
        if self.context.users is None:
            return "502 5.5.1 Nobody logs in here"
        if not self.may_log_in:
            return "538 5.7.11 STARTTLS first"
        if not self.session.host_name or not self.session.extended_smtp:
            return "503 5.5.1 EHLO first"
        if self.login is not None or self.envelope.mail_from:
            return "503 5.5.1 Not now"
        if mechanism not in ("PLAIN", "LOGIN"):
            return "504 5.5.4 PLAIN and LOGIN are understood"
        if words > 2:
            return "501 5.5.4 Syntax: AUTH mechanism [initial-response]"
        if self.context.login_failures.are_too_many(self.peer, asyncio.get_running_loop().time()):
            return "454 4.7.0 Too many wrong passwords from your address, try again later"
        return None

    async def _plain(self, initial: list[str]) -> tuple[bytes, bytes] | None:
        """Split the response into authorization identity, name and password, separated by NUL (RFC 4616).

        Return None if it is malformed.
        """
        answer = await self._answer("", initial)
        parts = answer.split(b"\0") if answer is not None else []
        if len(parts) == 3 and parts[0] in (b"", parts[1]):
            return parts[1], parts[2]
        if answer is not None:
            await self.push(NOT_DECODED)
        return None

    async def _login(self, initial: list[str]) -> tuple[bytes, bytes] | None:
        name = await self._answer("User Name", initial)
        password = await self._answer("Password", []) if name is not None else None
        return (name, password) if name is not None and password is not None else None

    async def _answer(self, challenge: str, initial: list[str]) -> bytes | None:
        """Return the initial response if there is one, otherwise the client's answer to the challenge.

        Return None if it is malformed, after informing the client.
        """
        if not initial:
            found = await self.challenge_auth(challenge)
            return None if found is MISSING else bytes(found)
        try:
            return b"" if initial[0] == "=" else b64decode(initial[0], validate=True)
        except ValueError:
            await self.push(NOT_DECODED)
            return None
