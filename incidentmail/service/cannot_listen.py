"""Explain why `serve` cannot listen on an address, and what to do about it."""

from __future__ import annotations

import errno

from incidentmail.errors import ConfigError, IncidentMailError, ListenError, NotPermittedError

_WHY: dict[int | None, tuple[type[IncidentMailError], str]] = {
    errno.EADDRINUSE: (
        ListenError, "another program listens there, perhaps another 'serve'; stop it, or name another address"
    ),
    errno.EADDRNOTAVAIL: (ListenError, "this machine does not have that address, or not yet"),
    errno.EACCES: (
        NotPermittedError, "take a port above 1023, or a socket that systemd opens; for a unix socket, check its folder"
    ),
    errno.EPERM: (NotPermittedError, "check the folder of the socket, and [listen] socket_group"),
}  # fmt: skip


def cannot_listen(key: str, address: str, error: OSError) -> IncidentMailError:
    """Return the error for the setting `key`, such as `[listen] lmtp`, if its `address` cannot be used.

    It is a ListenError if the address may become usable, so that systemd tries again, and otherwise a ConfigError.
    """
    kind, hint = _WHY.get(error.errno, (ConfigError, "name an address of this machine, such as '127.0.0.1:8024'"))
    return kind(f"cannot listen on {key} = {address!r}: {error.strerror or error}", hint=hint)
