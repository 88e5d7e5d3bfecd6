"""A relay, parsed from the URL in the configuration and safe to print."""

from __future__ import annotations

import re
import urllib.parse
from typing import Final, Literal, cast

from incidentmail.core.frozen import Frozen

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
    """Return the relay that `url` names.

    Raise ValueError, which says what is wrong and shows the right form, if it cannot be read.

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
    user, _, server = rest.rpartition("@")
    if ":" in user:
        raise ValueError("a relay's URL must not hold a password; use password_command or the environment")
    try:
        parts = urllib.parse.urlsplit(f"//{server}")
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"the relay's host or port cannot be read ({error}); write {_FORMS}") from None
    if not host or not re.fullmatch(r"[\w.:-]+", host, re.ASCII) or server.rstrip("/") != parts.netloc or port == 0:
        raise ValueError(f"the relay's URL needs a host, and nothing behind host and port: {_FORMS}")
    if user and scheme == "smtp" and host not in ("127.0.0.1", "::1", "localhost"):
        raise ValueError(f"smtp:// would send the password in the clear; write smtp+starttls://{user}@{host}:587")
    name = urllib.parse.unquote(user) or None
    if name is not None and not name.isprintable():
        raise ValueError("the relay's user name holds control characters")
    port = port or _PORTS[scheme]
    shown = f"[{host}]" if ":" in host else host
    safe = f"{scheme}://{user + '@' if user else ''}{shown}:{port}"
    return Relay(scheme=cast(Scheme, scheme), host=host, port=port, user=name, path=None, url=safe)
