"""Check whether posts to a URL would work, without posting: DNS, the address, the connection and the certificate."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

from .places import places_of
from .post import Limits, tls_context, unreachable


def reach(url: str, limits: Limits) -> str:
    """Return the address to which a post to `url` would go.

    Raise HookUnreachableError if it cannot be reached, or if its certificate is not valid.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    addresses = places_of(host, port, allow_private=limits.allow_private, timeout_s=limits.timeout_s)
    try:
        with socket.create_connection((addresses[0], port), timeout=limits.timeout_s) as connection:
            if parts.scheme == "https":
                tls_context(limits.ca_file).wrap_socket(connection, server_hostname=host).close()
    except OSError as error:
        raise unreachable(host, error) from error
    return addresses[0]
