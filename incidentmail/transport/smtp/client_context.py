"""Hold the data shared by all clients of a listener: settings, counts, and callables for messages and events."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from incidentmail.inbound.message import Envelope
from incidentmail.transport.smtp.limits import Bounds

from .certificate import Certificate
from .connection_counts import ConnectionCounts, Load, LoginFailures
from .listen_address import Protocol
from .users_file import Users

OnEvent = Callable[[str, dict[str, object]], None]


@dataclass(kw_only=True, eq=False)
class ClientContext:
    """The data that one client needs from its listener. Only `is_stopping` ever changes."""

    protocol: Protocol
    hostname: str
    bounds: Bounds
    trusted_networks: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]
    certificate: Certificate | None
    require_starttls: bool
    users: Users | None
    load: Load
    connections: ConnectionCounts
    deliver: Callable[[bytes, Envelope], asyncio.Task[bool]]
    emit: EmitEvent
    login_failures: LoginFailures = field(default_factory=LoginFailures)
    checking_password: asyncio.Lock = field(default_factory=asyncio.Lock)
    is_tls_first: bool = False
    is_stopping: bool = False

    def is_trusted(self, peer: str) -> bool:
        """Return whether this peer is exempt from permanent refusals of content and from the connection limit."""
        if peer == "unix":
            return True
        return peer != "unknown" and any(ipaddress.ip_address(peer) in network for network in self.trusted_networks)


@dataclass(frozen=True)
class EmitEvent:
    """A callable that passes an event's name and facts to `on_event`.

    Exceptions from `on_event` go to the event loop's handler and not to the client.
    """

    on_event: OnEvent | None

    def __call__(self, name: str, **facts: object) -> None:
        if self.on_event is None:
            return
        try:
            self.on_event(name, facts)
        except Exception as error:
            context = {"message": f"on_event failed for {name}", "exception": error}
            asyncio.get_running_loop().call_exception_handler(context)
