"""Parse the part `user@host:port` of a URL in the configuration, and check whether a host is this machine."""

from __future__ import annotations

import ipaddress
import re
import urllib.parse
from typing import Final

from incidentmail.core.frozen import Frozen

USER_CHARS_MAX: Final = 500
"""The maximum length of a user name. It is sent in a single protocol line, and no server allows as much."""


class ServerAddress(Frozen, kw_only=True):
    """A host, a port and a decoded user name. Port and user name are None if they are not given."""

    host: str
    port: int | None
    user: str | None


def read_server(text: str, *, forms: str) -> ServerAddress:
    """Parse `text` into host, port and user name.

    If `text` cannot be parsed, raise a ValueError that says what is wrong and shows `forms`. The error does not repeat
    any part of `text`, which may contain a password.

    >>> read_server("bot%40example.com@[::1]:1143", forms="imaps://user@host")
    ServerAddress(host='::1', port=1143, user='bot@example.com')
    """
    quoted, _, server = text.rpartition("@")
    if ":" in quoted:
        raise ValueError("the URL must not hold a password; use password_command or the environment")
    try:
        parts = urllib.parse.urlsplit(f"//{server}")
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError(f"the host or port cannot be read; write {forms}") from None
    if not host or not re.fullmatch(r"[\w.:-]+", host, re.ASCII) or server != parts.netloc or port == 0:
        raise ValueError(f"the URL needs a host, and nothing behind host and port; write {forms}")
    user = urllib.parse.unquote(quoted)
    if not user.isprintable() or len(user) > USER_CHARS_MAX:
        raise ValueError("the user's name holds control characters, or is too long")
    return ServerAddress(host=host, port=port, user=user or None)


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach `host`.

    >>> is_loopback("127.0.0.2"), is_loopback("LocalHost"), is_loopback("localhost.example.com")
    (True, True, False)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
