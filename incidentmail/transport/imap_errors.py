"""Describe failures of an IMAP session to the operator."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, ProtocolError

from incidentmail.core.text import one_line
from incidentmail.errors import MailboxRefusedError, MailboxUnavailableError

from .mailbox_url import Mailbox
from .port_speech import Speech, speech_of


@contextmanager
def translated_errors(mailbox: Mailbox, doing: str, *, hints: bool = False) -> Iterator[None]:
    """Translate imaplib and socket errors into MailboxRefusedError or MailboxUnavailableError.

    If `hints` is true, check after an error whether the server expects another kind of TLS, and mention it in the hint.
    """
    name = mailbox.name
    try:
        yield
    except (MailboxRefusedError, MailboxUnavailableError):
        raise
    except ssl.SSLCertVerificationError as error:
        raise MailboxUnavailableError(
            f"the certificate of {mailbox.host} does not hold: {error.verify_message}",
            mailbox=name,
            hint="the server's certificate must be valid for the host name in [imap] url",
        ) from error
    except (IMAPClientAbortError, ProtocolError, OSError) as error:
        hint = _wrong_beginning(mailbox, error) if hints else None
        raise MailboxUnavailableError(f"{doing} failed: {plain(error)}", mailbox=name, hint=hint) from error
    except IMAPClientError as error:
        raise MailboxRefusedError(f"{doing} was refused: {plain(error)}", mailbox=name) from error
    except Exception as error:  # the library may raise any exception if it cannot parse an answer
        raise MailboxUnavailableError(
            f"{doing} failed: the answer cannot be read ({type(error).__name__}: {plain(error)})", mailbox=name
        ) from error


def plain(error: BaseException) -> str:
    """Return the text of the error on one line."""
    text = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return one_line(text[2:-1] if text[:2] in ("b'", 'b"') else text)[:300] or type(error).__name__


def other_scheme(mailbox: Mailbox, speech: Speech | None) -> str | None:
    """Return a hint with the right URL if the server does not use the kind of TLS that its URL says, or None.

    >>> from .mailbox_url import parse_mailbox
    >>> other_scheme(parse_mailbox("imaps://bot@imap.example.com:143"), "starttls")
    'port 143 begins without TLS and offers STARTTLS: [imap] url = "imap://bot@imap.example.com:143/INBOX"'
    """
    port = mailbox.port
    match speech:
        case "tls" if not mailbox.is_tls:
            return f"port {port} speaks TLS from the first byte: {_line(mailbox, 'imaps', port)}"
        case "starttls" if mailbox.is_tls:
            return f"port {port} begins without TLS and offers STARTTLS: {_line(mailbox, 'imap', port)}"
        case "plain" if mailbox.is_tls and mailbox.is_local:
            return f"port {port} offers no TLS, and this machine itself needs none: {_line(mailbox, 'imap', port)}"
        case "plain" if not mailbox.is_local:
            return (
                f"port {port} offers no TLS and no STARTTLS. Try {_line(mailbox, 'imaps', 993)}. "
                "If this port worked until now, somebody may be in between"
            )
    return None


def _line(mailbox: Mailbox, scheme: str, port: int) -> str:
    host = f"[{mailbox.host}]" if ":" in mailbox.host else mailbox.host
    return f'[imap] url = "{scheme}://{quote(mailbox.user, safe="")}@{host}:{port}/{quote(mailbox.folder)}"'


def _wrong_beginning(mailbox: Mailbox, error: Exception) -> str | None:
    """Return a hint with the right URL if the server seems to expect a kind of TLS other than the URL says, or None."""
    if isinstance(error, ConnectionRefusedError):
        return None
    return other_scheme(mailbox, speech_of(mailbox.host, mailbox.port, "imap"))
