"""Parse the replies of a relay to messages, and describe failures of the whole connection to the operator."""

from __future__ import annotations

import re
import smtplib
import ssl
from typing import TYPE_CHECKING, Final

from incidentmail.core.frozen import Frozen
from incidentmail.core.lazy_pattern import lazy_pattern
from incidentmail.core.text import one_line
from incidentmail.errors import RelayUnavailableError

from .relay_url import Relay
from .server_address import is_loopback

if TYPE_CHECKING:
    from .port_speech import Speech

REPLY_CHARS_MAX: Final = 500
_GREETING_REFUSED: Final = lazy_pattern(
    r"\b(?:helo|ehlo)\b.{0,40}?\b(?:reject|refus|denied|invalid|require|fully-qualified|bad\b|not found|resolve)"
    r"|\b(?:reject|refus|invalid|bad|need|require)\w*.{0,30}?\b(?:helo|ehlo)\b",
    re.IGNORECASE,
)


class Reply(Frozen, kw_only=True):
    """A relay's reply, without control characters and at most `REPLY_CHARS_MAX` characters long."""

    code: int
    text: str

    @property
    def is_transient(self) -> bool:
        """Whether the same message may be accepted on a later attempt, as after 4yz (RFC 5321 section 4.2.1)."""
        return 400 <= self.code < 500


def verdict(answer: tuple[int, bytes | str]) -> Reply:
    """Return the reply if it is a verdict: 2yz, 4yz or 5yz.

    Raise SMTPResponseException for any other code, since SMTP does not allow it here, and for 421, which means that the
    relay is closing the connection (RFC 5321 section 3.8). Raise SMTPHeloError if the relay rejects the name that we
    gave in EHLO, because such a relay would reject every message.
    """
    if answer[0] // 100 not in (2, 4, 5) or answer[0] == 421:
        raise smtplib.SMTPResponseException(*answer)
    reply = reply_of(*answer)
    if reply.code >= 400 and _GREETING_REFUSED.search(reply.text):  # Postfix only says so at RCPT
        raise smtplib.SMTPHeloError(reply.code, reply.text)
    return reply


def verdict_on_mail(answer: tuple[int, bytes | str]) -> Reply:
    """Return the reply to a MAIL command, like `verdict`.

    Also raise SMTPResponseException for 530, which means that the relay requires STARTTLS or a login first (RFC 3207
    section 4, RFC 4954 section 6). The message is kept until the configuration is corrected.
    """
    if answer[0] == 530:
        raise smtplib.SMTPResponseException(*answer)
    return verdict(answer)


def reply_of(code: int, text: bytes | str) -> Reply:
    """Return the reply with its text on one line, short enough to be displayed."""
    return Reply(code=code, text=clean(text.decode("utf-8", "replace") if isinstance(text, bytes) else text))


def clean(text: str) -> str:
    """Return the text on one line, short enough to be displayed."""
    return one_line(text)[:REPLY_CHARS_MAX]


def other_scheme(relay: Relay, speech: Speech | None) -> str | None:
    """Return a hint with the right URL if the relay does not use the kind of TLS that its URL says, or None.

    >>> from .relay_url import parse_relay
    >>> other_scheme(parse_relay("smtps://bot@mx.example.com:587"), "starttls")
    'port 587 begins without TLS and offers STARTTLS: write smtp+starttls://bot@mx.example.com:587'
    """
    user, colon, rest = relay.url.partition("://")[2].rpartition("@")
    where = f"{user}{colon}{rest}"
    match speech:
        case None:
            return None
        case "tls" if relay.scheme != "smtps":
            return f"port {relay.port} speaks TLS from the first byte: write smtps://{where}"
        case "starttls" if relay.scheme == "smtps":
            return f"port {relay.port} begins without TLS and offers STARTTLS: write smtp+starttls://{where}"
        case "plain" if relay.scheme != "smtp" and is_loopback(relay.host):
            return f"port {relay.port} offers no STARTTLS, and this machine itself needs no TLS: write smtp://{rest}"
        case "plain" if relay.scheme != "smtp":
            host = rest.rpartition(":")[0]
            return (
                f"port {relay.port} offers no TLS and no STARTTLS. Try smtps://{user}{colon}{host}:465 or "
                f"smtp+starttls://{user}{colon}{host}:587. If one of them worked until now, somebody may be in between"
            )
    return None


def unavailable(relay: Relay, error: Exception, *, hint: str | None = None) -> RelayUnavailableError:
    """Return an error that describes the failure to the operator. If `hint` is given, it replaces the usual hint."""
    if isinstance(error, smtplib.SMTPResponseException):
        reply = reply_of(error.smtp_code, error.smtp_error)
        problem = f"answers {reply.code} {reply.text}" if reply.code >= 200 else "does not speak SMTP"
    elif isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):  # as smtplib wraps it
        problem = "does not answer in time"
    elif isinstance(error, UnicodeError):  # the error's text may quote the password
        problem = "cannot be used: host, user and password must be plain ASCII"
    else:
        said = (error.strerror if isinstance(error, OSError) else None) or str(error)
        problem = f"cannot be used: {clean(said) or type(error).__name__}"
    return RelayUnavailableError(
        f"relay {relay.url} {problem}", relay=relay.url, hint=hint or _usual_hint(relay, error)
    )


def _usual_hint(relay: Relay, error: Exception) -> str | None:
    match error:
        case smtplib.SMTPAuthenticationError():
            return "check the user in the relay's URL, and the password"
        case smtplib.SMTPHeloError():
            return 'the relay does not take our name: set [mail] helo = "NAME", a name that is known to DNS'
        case ssl.SSLCertVerificationError():
            return "the relay's certificate must be valid for the host name in its URL"
        case smtplib.SMTPNotSupportedError():
            return f"does {relay.host} offer STARTTLS and a login on port {relay.port}?"
        case smtplib.SMTPResponseException(smtp_code=530, smtp_error=said) if b"TLS" in _upper(said):
            return f"it wants STARTTLS: write smtp+starttls://{relay.url.partition('://')[2]}"
        case smtplib.SMTPResponseException(smtp_code=530):
            return f"it wants a login: write smtp+starttls://USER@{relay.host}:587, and set [mail] password_command"
    return None


def _upper(said: bytes | str) -> bytes:
    return (said if isinstance(said, bytes) else said.encode()).upper()
