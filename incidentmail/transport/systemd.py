"""What systemd and we tell each other: the sockets that it opened (sd_listen_fds), and how we are (sd_notify)."""

from __future__ import annotations

import os
import socket
from typing import Final

from incidentmail.errors import ConfigError

FIRST_FD: Final = 3


def inherited_socket(name: str) -> socket.socket:
    """The listening socket that systemd handed to this process under `FileDescriptorName=name`. ConfigError: none."""
    names = os.environ.get("LISTEN_FDNAMES", "").split(":")
    count = os.environ.get("LISTEN_FDS", "")
    is_ours = os.environ.get("LISTEN_PID") == str(os.getpid()) and count.isdigit()
    for number, found in enumerate(names[: int(count)] if is_ours else ()):
        if found == name:
            sock = socket.socket(fileno=FIRST_FD + number)
            sock.set_inheritable(False)
            return sock
    raise ConfigError(
        f"systemd has opened no socket {name!r} for this process",
        hint=f"in incidentmail.socket: FileDescriptorName={name}; and start it before the service",
    )


def notify(state: str) -> None:
    """Tells systemd (Type=notify), such as "READY=1"; does nothing where it is not asked for.

    Raises OSError where the notification socket that systemd named is not there.
    """
    where = os.environ.get("NOTIFY_SOCKET")
    if not where:
        return
    if where.startswith("@"):  # a name in the abstract namespace of Linux
        where = "\0" + where[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
        sock.connect(where)
        sock.sendall(state.encode())
