"""Parse what a relay says: verdicts about messages, and failures of the whole connection, in words for the operator."""

from __future__ import annotations

import re
import smtplib
import ssl
from typing import Final

from incidentmail.core.frozen import Frozen
from incidentmail.core.lazy_pattern import lazy_pattern
from incidentmail.core.text import one_line
from incidentmail.errors import RelayUnavailableError

from .relay_url import Relay

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
        """Whether the same message may be accepted later, as after 4yz (RFC 5321 section 4.2.1)."""
        return 400 <= self.code < 500


def verdict(answer: tuple[int, bytes | str]) -> Reply:
    """Return the reply if it is a verdict: 2yz, 4yz or 5yz.

    Raise SMTPResponseException for any other code, which is not SMTP. Also raise it for 421, with which the relay
    closes the connection (RFC 5321 section 3.8), and if the relay refuses our name in EHLO, because it would then
    refuse every other message too.
    """
    if answer[0] // 100 not in (2, 4, 5) or answer[0] == 421:
        raise smtplib.SMTPResponseException(*answer)
    reply = reply_of(*answer)
    if reply.code >= 400 and _GREETING_REFUSED.search(reply.text):  # Postfix only says so at RCPT
        raise smtplib.SMTPHeloError(reply.code, reply.text)
    return reply


def reply_of(code: int, text: bytes | str) -> Reply:
    """Return the reply with its text on one line, short enough to be displayed."""
    return Reply(code=code, text=clean(text.decode("utf-8", "replace") if isinstance(text, bytes) else text))


def clean(text: str) -> str:
    """Return the text on one line, short enough to be displayed."""
    return one_line(text)[:REPLY_CHARS_MAX]


def unavailable(relay: Relay, error: Exception) -> RelayUnavailableError:
    """Return an error that describes the failure in words for the operator."""
    hint = None
    if isinstance(error, smtplib.SMTPAuthenticationError):
        hint = "check the user in the relay's URL, and the password"
    elif isinstance(error, smtplib.SMTPHeloError):
        hint = 'the relay does not take our name: set [mail] helo = "NAME", a name that is known to DNS'
    elif isinstance(error, ssl.SSLCertVerificationError):
        hint = "the relay's certificate must be valid for the host name in its URL"
    elif isinstance(error, smtplib.SMTPNotSupportedError):
        hint = f"does {relay.host} offer STARTTLS and a login on port {relay.port}?"
    if isinstance(error, smtplib.SMTPResponseException):
        reply = reply_of(error.smtp_code, error.smtp_error)
        problem = f"answers {reply.code} {reply.text}" if reply.code >= 200 else "does not speak SMTP"
    elif isinstance(error, TimeoutError):
        problem = "does not answer in time"
    elif isinstance(error, UnicodeError):  # the error's text may quote the password
        problem = "cannot be used: host, user and password must be plain ASCII"
    else:
        said = (error.strerror if isinstance(error, OSError) else None) or str(error)
        problem = f"cannot be used: {clean(said) or type(error).__name__}"
    return RelayUnavailableError(f"relay {relay.url} {problem}", relay=relay.url, hint=hint)
