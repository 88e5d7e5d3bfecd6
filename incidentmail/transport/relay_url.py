"""Parse a relay from its URL in the configuration. The result is safe to print."""

from __future__ import annotations

import urllib.parse
from typing import Final, Literal, cast

from incidentmail.core.frozen import Frozen

from .server_address import is_loopback, read_server

Scheme = Literal["smtp", "smtps", "smtp+starttls", "maildir"]

_PORTS: Final[dict[str, int]] = {"smtp": 25, "smtps": 465, "smtp+starttls": 587, "maildir": 0}
_FORMS: Final = "smtp://127.0.0.1:25, smtps://user@host:465, smtp+starttls://user@host:587 or maildir:///path"


class Relay(Frozen, kw_only=True):
    """A relay from the configuration. `url` never holds a password."""

    scheme: Scheme
    host: str
    port: int
    user: str | None
    path: str | None
    url: str


def parse_relay(url: str) -> Relay:
    """Return the relay named by `url`.

    If the URL cannot be parsed, raise a ValueError that says what is wrong and shows the correct form.

    >>> parse_relay("smtps://mara%40example.com@mx.example.com").user
    'mara@example.com'
    >>> parse_relay("maildir:///var/spool/incidents").path
    '/var/spool/incidents'
    """
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in _PORTS:
        raise ValueError(f"a relay is {_FORMS}")
    if scheme == "maildir":
        path = urllib.parse.unquote(rest)
        if not path.startswith("/") or "\0" in path:
            raise ValueError("a maildir relay needs an absolute path: maildir:///path")
        return Relay(scheme="maildir", host="", port=0, user=None, path=path, url=f"maildir://{path}")
    server = read_server(rest.rstrip("/"), forms=_FORMS)
    host, port = server.host, server.port or _PORTS[scheme]
    login = f"{urllib.parse.quote(server.user)}@" if server.user else ""
    shown = f"[{host}]" if ":" in host else host
    if login and scheme == "smtp" and not is_loopback(host):
        raise ValueError(f"smtp:// would send the password in the clear; write smtp+starttls://{login}{shown}:587")
    safe = f"{scheme}://{login}{shown}:{port}"
    return Relay(scheme=cast(Scheme, scheme), host=host, port=port, user=server.user, path=None, url=safe)
