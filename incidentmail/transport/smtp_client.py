"""Send messages through a relay in one session, with one verdict per recipient (RFC 5321).

This code blocks, so call it in a worker thread. A failure of the whole connection raises an exception, because another
relay may work now, or the same relay later. The relay's reply about a message or recipient is returned as a value. A
refused login counts as a connection failure, whatever its code, so that the message is kept until the password is
corrected.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Final

from incidentmail.core.frozen import Frozen
from incidentmail.core.lazy_pattern import lazy_pattern
from incidentmail.errors import ConfigError

from .relay_replies import Reply as Reply
from .relay_replies import clean, other_scheme, unavailable, verdict, verdict_on_mail
from .relay_url import Relay

Password = Callable[[], str | None]
Verdicts = tuple[tuple[str, Reply], ...]

SMTPS_PORT: Final = 465
# How long to wait for the answer to QUIT, in seconds.
QUIT_S_MAX: Final = 2.0
# The limit in seconds for greeting and login together, and for each message, however many replies they take.
STEP_S_MAX: Final = 60.0
_PLAIN_ADDRESS: Final = lazy_pattern(r"[\w!#$%&'*+/=?^`{|}~.-]+@(?:[\w.-]+|\[[\w.:]+\])", re.ASCII)
_BARE_LINE_END: Final = lazy_pattern(rb"\r\n|\r|\n")


class Outgoing(Frozen, kw_only=True):
    """A mail and its envelope. `raw` has CRLF line endings; a bare CR or LF is converted to CRLF before sending."""

    reverse_path: str
    forward_paths: tuple[str, ...]
    raw: bytes


class Delivery(Frozen, kw_only=True):
    """The verdict for each recipient. `reply`, to the end of DATA, may contain a new Message-ID."""

    accepted: tuple[str, ...]
    refused: Verdicts = ()
    deferred: Verdicts = ()
    reply: Reply | None = None


def connect(relay: Relay, *, password: Password, timeout_s: float, helo: str, token: Password | None = None) -> Session:
    """Return an open session that greets the relay as `helo`, with TLS and login as specified by the relay's URL.

    If `token` returns an access token, it is used to log in (XOAUTH2), and no password is needed.

    `timeout_s` applies to each reply. Raise RelayUnavailableError if the relay cannot be reached, refuses the session,
    or has no valid certificate. Raise ConfigError if a password is needed but missing.
    """
    if relay.scheme == "maildir":
        return Session(relay, None)
    bearer = token() if relay.user is not None and token is not None else None
    secret = password() if relay.user is not None and bearer is None else bearer
    if relay.user is not None and not secret:
        raise ConfigError(
            f"no password for {relay.url}",
            hint="set password_command or oauth2_command under [mail], or $INCIDENTMAIL_PASSWORD",
        )
    client: smtplib.SMTP
    if relay.scheme == "smtps":
        client = smtplib.SMTP_SSL(local_hostname=helo, timeout=timeout_s, context=ssl.create_default_context())
    else:
        client = smtplib.SMTP(local_hostname=helo, timeout=timeout_s)
    try:
        with _time_limit(client):
            _greet(client, relay, secret, is_token=bearer is not None)
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        hint = _wrong_beginning(client, relay, error)
        client.close()
        raise unavailable(relay, error, hint=hint) from error
    return Session(relay, client)


def _wrong_beginning(client: smtplib.SMTP, relay: Relay, error: Exception) -> str | None:
    """Return a hint with the right URL if the relay seems to expect a kind of TLS other than the URL says, or None."""
    if client.ehlo_resp is not None:  # the relay has answered EHLO, so the URL is right
        lacks_tls = relay.scheme == "smtp+starttls" and not client.has_extn("starttls")
        return other_scheme(relay, "plain") if lacks_tls else None
    hangs = isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)
    if hangs and relay.scheme == "smtp" and relay.port != SMTPS_PORT:
        return None  # the next relay is tried at once
    match error:
        case ssl.SSLCertVerificationError():
            return None
        case TimeoutError() if client.sock is None:  # no connection was made
            return None
        case smtplib.SMTPConnectError(smtp_code=code) if code >= 200:
            return None
        case ssl.SSLError() | TimeoutError() | smtplib.SMTPServerDisconnected() | smtplib.SMTPConnectError():
            from .port_speech import speech_of  # imported here because it is only used after a failure

            return other_scheme(relay, speech_of(relay.host, relay.port, "smtp"))
    return None


def _greet(client: smtplib.SMTP, relay: Relay, secret: str | None, *, is_token: bool) -> None:
    """Connect, start TLS and log in."""
    client._host = relay.host  # type: ignore[attr-defined]  # needed for TLS, and otherwise only set by __init__
    code, text = client.connect(relay.host, relay.port)
    if code != 220:
        raise smtplib.SMTPConnectError(code, text)
    client.ehlo_or_helo_if_needed()
    if relay.scheme == "smtp+starttls":
        client.starttls(context=ssl.create_default_context())
        client.ehlo_or_helo_if_needed()
    if relay.user is not None and secret is not None:
        from .relay_login import log_in

        log_in(client, relay.user, secret, is_token=is_token)


@contextmanager
def _time_limit(client: smtplib.SMTP) -> Iterator[None]:
    """Close the connection if the block takes longer than STEP_S_MAX seconds.

    The socket's own timeout is not enough, because a relay that sends one byte from time to time never exceeds it.
    """

    def hang_up() -> None:
        if client.sock is not None:
            with suppress(OSError):  # it is already closed
                # The TLS socket's own method is not safe from another thread.
                socket.socket.shutdown(client.sock, socket.SHUT_RDWR)

    timer = threading.Timer(STEP_S_MAX, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


class Session:
    """A connection for several messages in succession. After RelayUnavailableError, connect again.

    `gave_mail` is true if we had begun to send the last message's data. A relay that then disconnected may nevertheless
    have received the whole message.
    """

    def __init__(self, relay: Relay, client: smtplib.SMTP | None) -> None:
        self.relay, self._client, self._needs_reset, self.gave_mail = relay, client, False, False

    def __enter__(self) -> Session:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Send QUIT. Nothing depends on the reply, because every verdict is already known."""
        if self._client is None or self._client.sock is None:
            return
        try:
            self._client.sock.settimeout(QUIT_S_MAX)
            self._client.quit()
        except (OSError, smtplib.SMTPException):
            self._client.close()

    def send(self, outgoing: Outgoing) -> Delivery:
        """Send one message. Raise RelayUnavailableError if the connection fails."""
        if self._client is None:
            from . import maildir

            path, recipients = Path(self.relay.path or ""), outgoing.forward_paths
            maildir.deliver(path, outgoing.raw, reverse_path=outgoing.reverse_path, forward_paths=recipients)
            return Delivery(accepted=recipients)
        try:
            with _time_limit(self._client):
                return self._send(self._client, outgoing)
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            self._client.close()
            raise unavailable(self.relay, error) from error

    def would_take(self, reverse_path: str, forward_paths: tuple[str, ...]) -> tuple[Reply, Verdicts]:
        """Ask the relay whether it accepts mail from and to these addresses, without sending a message.

        Return the reply to MAIL, and the reply to RCPT for each address. Raise RelayUnavailableError if the connection
        fails.
        """
        if self._client is None:
            return Reply(code=250, text="a folder"), ()
        try:
            with _time_limit(self._client):
                reply = verdict_on_mail(self._client.docmd("MAIL", f"FROM:<{reverse_path}>"))
                taken = reply.code < 400
                verdicts = tuple((one, self._rcpt(self._client, one)) for one in forward_paths) if taken else ()
                self._client.rset()
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            self._client.close()
            raise unavailable(self.relay, error) from error
        return reply, verdicts

    @property
    def tls(self) -> str | None:
        """The version of TLS in use, such as `TLSv1.3`, or None."""
        sock = self._client.sock if self._client is not None else None
        return sock.version() if isinstance(sock, ssl.SSLSocket) else None

    @property
    def offers_tls(self) -> bool:
        """Whether the relay offers STARTTLS, which is not used with an smtp:// URL."""
        return self._client is not None and self._client.has_extn("starttls")

    def _send(self, client: smtplib.SMTP, outgoing: Outgoing) -> Delivery:
        raw = _BARE_LINE_END.sub(b"\r\n", outgoing.raw)
        sender, recipients = outgoing.reverse_path, outgoing.forward_paths
        if sender and not _PLAIN_ADDRESS.fullmatch(sender):
            return Delivery(accepted=(), refused=_for_all(recipients, _not_plain(sender)))
        self.gave_mail = False
        if self._needs_reset:
            client.rset()
        self._needs_reset = True
        reply = verdict_on_mail(client.docmd("MAIL", f"FROM:<{sender}>{_mail_parameters(client, raw)}"))
        if reply.code >= 400:
            return _none_accepted(recipients, reply)
        verdicts = tuple((address, self._rcpt(client, address)) for address in recipients)
        accepted = tuple(address for address, reply in verdicts if reply.code < 400)
        deferred = tuple(verdict for verdict in verdicts if verdict[1].is_transient)
        refused = tuple(verdict for verdict in verdicts if verdict[1].code >= 500)
        if not accepted:
            return Delivery(accepted=(), refused=refused, deferred=deferred)
        try:
            self.gave_mail = True
            reply = verdict(client.data(raw))
        except smtplib.SMTPDataError as error:  # the relay refused DATA before it saw the message
            reply = verdict((error.smtp_code, error.smtp_error))
        if reply.code >= 400:
            return _none_accepted(accepted, reply, refused=refused, deferred=deferred)
        self._needs_reset = False
        return Delivery(accepted=accepted, refused=refused, deferred=deferred, reply=reply)

    def _rcpt(self, client: smtplib.SMTP, address: str) -> Reply:
        if not _PLAIN_ADDRESS.fullmatch(address):
            return _not_plain(address)
        return verdict(client.docmd("RCPT", f"TO:<{address}>"))


def _for_all(recipients: tuple[str, ...], reply: Reply) -> Verdicts:
    return tuple((address, reply) for address in recipients)


def _none_accepted(
    recipients: tuple[str, ...], reply: Reply, *, refused: Verdicts = (), deferred: Verdicts = ()
) -> Delivery:
    """Return the delivery of a message that was refused as a whole. `reply` is the verdict for each of `recipients`."""
    verdicts = _for_all(recipients, reply)
    if reply.is_transient:
        return Delivery(accepted=(), refused=refused, deferred=deferred + verdicts, reply=reply)
    return Delivery(accepted=(), refused=refused + verdicts, deferred=deferred, reply=reply)


def _not_plain(address: str) -> Reply:
    """Return our own refusal of an address that needs SMTPUTF8 or would break the command (code 5.1.3 of RFC 3463)."""
    return Reply(code=553, text=f"5.1.3 not a plain ASCII address, not sent: {clean(ascii(address))}")


def _mail_parameters(client: smtplib.SMTP, raw: bytes) -> str:
    """Return SIZE (RFC 1870), so that the relay can refuse early, and BODY=8BITMIME (RFC 6152), if it offers them."""
    size = f" SIZE={len(raw)}" if client.has_extn("size") else ""
    return size + (" BODY=8BITMIME" if not raw.isascii() and client.has_extn("8bitmime") else "")
