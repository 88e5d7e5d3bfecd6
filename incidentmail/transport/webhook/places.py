"""Resolve the addresses of a host, and refuse those that only nearby machines can reach.

A name can resolve to the router, to the service that gives a cloud machine its credentials, or back to this machine.
Therefore the addresses are checked, and the connection is made to a checked address rather than to the name.
"""

from __future__ import annotations

import ipaddress
import socket
import threading

from incidentmail.errors import HookUnreachableError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""RFC 6052 section 2.1: the prefix that is followed by an IPv4 address."""
ADDRESSES_MAX = 4
"""The maximum number of addresses of a host that are tried."""


def places_of(host: str, port: int, *, allow_private: bool, timeout_s: float) -> list[str]:
    """Return at most ADDRESSES_MAX addresses of `host` to which a connection may be made.

    Raise HookUnreachableError if DNS returns none, or if all of them are private and `allow_private` is false. A
    link-local address (169.254.0.0/16, fe80::/10) is never allowed, because cloud machines get their credentials there.
    """
    found = _resolved(host, port, timeout_s)
    if any(_is_link_local(ipaddress.ip_address(one)) for one in found):
        raise HookUnreachableError(
            f"{host} is at {found[0]}, an address of this link, where no hook is allowed",
            hint="give the receiver an ordinary address",
        )
    usable = [one for one in found if allow_private or not is_private(ipaddress.ip_address(one))]
    if not usable:
        raise HookUnreachableError(
            f"{host} is at {found[0]}, a private address, and this hook does not allow those",
            hint="if the receiver is yours, set allow_private = true in its [[hook]]",
        )
    return usable[:ADDRESSES_MAX]


def is_private(address: Address) -> bool:
    """Return whether `address` does not belong to the public internet.

    For an IPv6 address that embeds an IPv4 address, the IPv4 address counts.

    >>> [is_private(ipaddress.ip_address(text)) for text in ("10.1.2.3", "::ffff:127.0.0.1", "1.1.1.1")]
    [True, True, False]
    """
    inner = _embedded(address)
    return not address.is_global or address.is_multicast or (inner is not None and is_private(inner))


def _is_link_local(address: Address) -> bool:
    inner = _embedded(address)
    return address.is_link_local or (inner is not None and inner.is_link_local)


def _embedded(address: Address) -> Address | None:
    """Return the IPv4 address embedded in an IPv6 address, or None."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


def _resolved(host: str, port: int, timeout_s: float) -> list[str]:
    """Return the addresses of a name. The system resolver is called in a thread, because it has no timeout."""
    answers: list[str] = []
    errors: list[OSError | UnicodeError] = []

    def ask() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            errors.append(error)
        else:
            answers.extend(dict.fromkeys(str(row[4][0]).partition("%")[0] for row in rows))

    thread = threading.Thread(target=ask, name="hook-dns", daemon=True)
    thread.start()
    thread.join(timeout_s)
    if thread.is_alive():
        raise HookUnreachableError(f"DNS gave no answer about {host} within {timeout_s:.0f} s")
    if errors or not answers:
        why = f": {errors[0].strerror or errors[0]}" if errors and isinstance(errors[0], OSError) else ""
        raise HookUnreachableError(f"DNS knows no address of {host}{why}", hint="is the name in its url right?")
    return answers
