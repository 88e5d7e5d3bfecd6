"""Parse a mailbox from its URL in the configuration. The result is safe to print."""

from __future__ import annotations

import re
import urllib.parse
from dataclasses import dataclass
from typing import Final

from .server_address import is_loopback, read_server

_FORM: Final = "imaps://user@host/INBOX"
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A folder of an IMAP account. If `is_tls` is true, implicit TLS is used.

    Otherwise STARTTLS is used, except on loopback.
    """

    host: str
    port: int
    user: str
    folder: str
    is_tls: bool

    @property
    def is_local(self) -> bool:
        """Whether the host is this machine, so that the password does not cross a network."""
        return is_loopback(self.host)

    @property
    def name(self) -> str:
        """The folder's name for the ledger and the log. It does not depend on the port or on TLS."""
        return f"{self.user}@{self.host}/{self.folder}"


def parse_mailbox(url: str) -> Mailbox:
    r"""Return the mailbox that `url` names (RFC 5092).

    If the URL cannot be parsed, raise a ValueError that says what is wrong and shows the correct form.

    >>> parse_mailbox("imaps://bot%40example.com@imap.example.com/Incidents/In").name
    'bot@example.com@imap.example.com/Incidents/In'
    >>> parse_mailbox("imap://bot@127.0.0.1:1143").folder
    'INBOX'
    """
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in ("imaps", "imap"):
        raise ValueError(f"write {_FORM}")
    authority, _, path = rest.partition("/")
    server = read_server(authority, forms=_FORM)
    if server.user is None:
        raise ValueError(f"it names no user; write {_FORM}")
    return Mailbox(
        host=server.host,
        port=server.port or (993 if scheme == "imaps" else 143),
        user=server.user,
        folder=folder_name(urllib.parse.unquote(path) or "INBOX"),
        is_tls=scheme == "imaps",
    )


def folder_name(name: str) -> str:
    """Return `name`. Raise ValueError if it cannot be part of a one-line command (RFC 3501 section 4.3)."""
    if not name or len(name) > 500 or _CONTROLS.search(name):
        raise ValueError("a folder's name is one line without control characters")
    return name
