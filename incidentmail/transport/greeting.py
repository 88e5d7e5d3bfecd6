"""Read a mail server's greeting, to determine whether a server answers at an address."""

from __future__ import annotations

import socket
import ssl
import time
from contextlib import suppress
from typing import Final

from incidentmail.core.text import one_line

GREETING_BYTES_MAX: Final = 2000
"""RFC 5321 section 4.5.3.1.5 allows 512 octets per line, and a greeting may have several lines."""


def greeting(place: tuple[str, int] | str, *, timeout_s: float, is_tls_first: bool = False) -> str:
    """Return the first line that a server sends. `place` is host and port, or the path of a unix socket.

    The line is cleaned and may be empty. If `is_tls_first` is true, implicit TLS is used; the certificate is not
    checked, because no secrets are sent to the server. Raise OSError if nothing answers within `timeout_s` seconds.
    """
    until = time.monotonic() + timeout_s
    with _connected(place, timeout_s) as plain, _wrapped(plain) if is_tls_first else plain as client:
        said = b""
        while b"\n" not in said and len(said) < GREETING_BYTES_MAX:
            client.settimeout(max(0.01, until - time.monotonic()))
            if not (more := client.recv(GREETING_BYTES_MAX)):
                break
            said += more
        line = one_line(said.partition(b"\n")[0].decode("utf-8", "replace"))
        client.settimeout(max(0.01, min(1.0, until - time.monotonic())))
        with suppress(OSError):  # the server may have closed the connection already, after its greeting
            client.sendall(b"QUIT\r\n")
    return line


def _connected(place: tuple[str, int] | str, timeout_s: float) -> socket.socket:
    if not isinstance(place, str):
        return socket.create_connection(place, timeout=timeout_s)
    client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        client.settimeout(timeout_s)
        client.connect(place)
    except OSError:
        client.close()
        raise
    return client


def _wrapped(client: socket.socket) -> socket.socket:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(client)
