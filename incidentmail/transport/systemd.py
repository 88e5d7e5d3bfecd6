"""Communicate with systemd: use the sockets that it opened (sd_listen_fds), and report our state (sd_notify)."""

from __future__ import annotations

import os
import socket
from typing import Final

from incidentmail.errors import ConfigError

FIRST_FD: Final = 3


def inherited_socket(name: str) -> socket.socket:
    """Return the listening socket that systemd passed as `FileDescriptorName=name`.

    Raise ConfigError if it is missing.
    """
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
    """Send a state such as "READY=1" to systemd (Type=notify). Do nothing if systemd does not expect it.

    Raise OSError if the notification socket named by systemd does not exist.
    """
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):  # a name in Linux's abstract namespace
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
        sock.connect(address)
        sock.sendall(state.encode())


def watchdog_timeout_s() -> float | None:
    """Return the number of seconds within which systemd expects "WATCHDOG=1", or None if it does not expect that."""
    microseconds, pid = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID")
    if not microseconds.isdigit() or int(microseconds) == 0 or (pid is not None and pid != str(os.getpid())):
        return None
    return int(microseconds) / 1_000_000
