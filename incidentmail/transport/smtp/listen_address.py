"""Define where a listener listens: host and port, a unix socket with mode and group, or a socket from systemd."""

from __future__ import annotations

import errno
import grp
import os
import re
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from incidentmail.errors import ConfigError
from incidentmail.transport.systemd import inherited_socket

Protocol = Literal["smtp", "lmtp"]
BACKLOG = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenAddress:
    """Host and port (0 means any free port), the path of a unix socket, or the name of a socket from systemd."""

    protocol: Protocol
    host: str | None = None
    port: int | None = None
    path: str | None = None
    systemd: str | None = None
    mode: int = 0o660
    group: str | None = None

    def __str__(self) -> str:
        """Return the address in the form used in the configuration."""
        if self.systemd is not None:
            return f"systemd:{self.systemd}"
        if self.path is not None:
            return f"unix:{self.path}"
        host = self.host or ""
        return f"{f'[{host}]' if ':' in host else host}:{self.port}"


def parse_listen(protocol: Protocol, text: str, *, mode: int = 0o660, group: str | None = None) -> ListenAddress:
    """Return the address named by `text`. Raise a ValueError that says what is wrong and shows the correct form.

    >>> parse_listen("lmtp", "[::1]:8024").host
    '::1'
    >>> parse_listen("lmtp", "unix:/run/incidentmail/lmtp.sock").path
    '/run/incidentmail/lmtp.sock'
    >>> parse_listen("lmtp", "systemd:lmtp").systemd
    'lmtp'
    """
    if text.startswith("unix:"):
        path = text.removeprefix("unix:")
        if not path.startswith("/") or "\0" in path:
            raise ValueError(f"{text!r} needs an absolute path, as in 'unix:/run/incidentmail/lmtp.sock'")
        return ListenAddress(protocol=protocol, path=path, mode=mode, group=group)
    if text.startswith("systemd:"):
        return ListenAddress(protocol=protocol, systemd=text.removeprefix("systemd:"))
    host, _, port = text.rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        raise ValueError(f"{text!r} has an IPv6 address without brackets, write '[::1]:8024'")
    if not host or not re.fullmatch(r"[\w.:%-]+", host, re.ASCII):
        raise ValueError(f"{text!r} names no host, write '127.0.0.1:8024' or 'unix:/run/incidentmail/lmtp.sock'")
    if not re.fullmatch("[0-9]{1,5}", port) or int(port) > 65535:
        raise ValueError(f"{text!r} has no port between 0 and 65535, write '127.0.0.1:8024'")
    return ListenAddress(protocol=protocol, host=host, port=int(port))


def open_sockets(address: ListenAddress) -> list[socket.socket]:
    """Return sockets that are bound to the address.

    Raise OSError if the address is taken or does not belong to this machine, and ConfigError if systemd did not open
    the socket.
    """
    if address.systemd is not None:
        return [inherited_socket(address.systemd)]
    if address.path is not None:
        return [_bind_unix(Path(address.path), address.mode, address.group)]
    sockets: list[socket.socket] = []
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, kind, number, _, where in dict.fromkeys(found):
            sock = socket.socket(family, kind, number)
            sockets.append(sock)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            sock.bind(where)
    except OSError:
        for sock in sockets:
            sock.close()
        raise
    return sockets


def _bind_unix(path: Path, mode: int, group: str | None) -> socket.socket:
    """Return a bound unix socket. Replace a stale socket file on which nothing answers."""
    group_id = _group_id(group) if group else -1
    if path.is_socket():
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(1)
            try:
                probe.connect(str(path))
            except ConnectionRefusedError:
                path.unlink()
            else:
                raise OSError(errno.EADDRINUSE, "another process listens there", str(path))
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    umask = os.umask(0o777 & ~mode)  # the file never has more permissions than this, not even between bind and chmod
    try:
        sock.bind(str(path))
        os.chown(path, -1, group_id)
        path.chmod(mode)
    except OSError as error:
        sock.close()
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        os.umask(umask)
    return sock


def _group_id(name: str) -> int:
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        raise ConfigError(
            f"[listen] socket_group: this machine has no group {name!r}", hint="name the group of your mail server"
        ) from None
