"""Determine, after a failed session, which kind of TLS a mail server uses on a port.

There are three kinds: implicit TLS, STARTTLS, or no TLS at all. A client that uses the wrong kind gets an error that
does not mention the cause, or waits until it times out.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from typing import Final, Literal

Speech = Literal["tls", "starttls", "plain"]
Protocol = Literal["smtp", "imap"]

LOOK_S_MAX: Final = 5.0
"""The maximum duration of each of the two connections, in seconds. They follow a failure, and people may be waiting."""
ANSWER_BYTES_MAX: Final = 16_000


def speech_of(host: str, port: int, protocol: Protocol) -> Speech | None:
    """Return the kind of TLS that the server uses, or None if it cannot be determined.

    This takes at most twice `LOOK_S_MAX` seconds. Certificates are not checked, because no user name or password is
    sent.
    """
    try:
        offers = _offers(host, port, protocol)
    except TimeoutError:  # the server waits for the client to begin, as in TLS (RFC 8446 section 2)
        return "tls" if _takes_tls(host, port) else None
    except OSError:  # the server cannot be reached any more, and the caller's own error says so
        return None
    if offers is None:
        return "tls" if _takes_tls(host, port) else None
    return "starttls" if b"STARTTLS" in offers else "plain"


def _offers(host: str, port: int, protocol: Protocol) -> bytes | None:
    """Return the extensions that a server offers before TLS, in upper case, or None if its greeting is invalid.

    Raise TimeoutError if the server sends nothing, and other OSErrors if it cannot be reached.
    """
    with socket.create_connection((host, port), timeout=LOOK_S_MAX) as client:
        lines = _lines(client)
        if protocol == "imap":  # RFC 3501 sections 7.1 and 6.1.1
            if not next(lines, b"").startswith(b"* "):
                return None
            client.sendall(b"a CAPABILITY\r\n")
            return next((line for line in lines if line.startswith(b"* CAPABILITY")), b"")
        for line in lines:  # RFC 5321 section 4.2.1: the last line of a reply has a space after its code
            if not line.startswith(b"220"):
                return None
            if line[3:4] != b"-":
                break
        else:
            return None
        client.sendall(b"EHLO localhost\r\n")
        said = b""
        for line in lines:
            said += line
            if line[3:4] != b"-":
                break
        return said


def _lines(client: socket.socket) -> Iterator[bytes]:
    """Yield the lines that the server sends, in upper case. Raise TimeoutError if the server takes too long."""
    until, rest, count = time.monotonic() + LOOK_S_MAX, b"", 0
    while count < ANSWER_BYTES_MAX:
        client.settimeout(max(0.01, until - time.monotonic()))
        more = client.recv(ANSWER_BYTES_MAX - count)
        if not more:
            return
        count += len(more)
        *whole, rest = (rest + more).split(b"\n")
        for line in whole:
            yield line.upper()


def _takes_tls(host: str, port: int) -> bool:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with (
            socket.create_connection((host, port), timeout=LOOK_S_MAX) as client,
            context.wrap_socket(client, server_hostname=host),
        ):
            return True
    except OSError:
        return False
