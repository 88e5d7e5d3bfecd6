"""Listen for SMTP (RFC 5321) and LMTP (RFC 2033), over TCP or a unix socket.

The listener opens the socket and passes each received message to `accept`, together with its envelope. The dialogue
with a client is in `dialogue`, and the counting is in `connection_counts`.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Collection, Iterable
from pathlib import Path
from typing import Final

from incidentmail.inbound.message import Envelope
from incidentmail.transport.smtp import limits
from incidentmail.transport.smtp.limits import Bounds

from .certificate import Certificate
from .client_context import ClientContext, EmitEvent, OnEvent
from .connection_counts import Connection, ConnectionCounts, Load
from .dialogue import GOING_DOWN, Client, LmtpClient
from .listen_address import BACKLOG, ListenAddress, open_sockets
from .users_file import Users

Accept = Callable[[bytes, Envelope], Awaitable[None]]
WAYS: Final = ("unix", "pipe", "imap")
# How long to wait for clients that do not close their end when we stop, in seconds.
LEAVE_S_MAX: Final = 1.0


class Listener:
    """A listener that accepts mail on one address and passes each message to `accept`.

    `trusted_peers` are IP addresses or networks (other values of `[trust] relays` are ignored here). These peers, and
    every client of a unix socket, may open any number of connections and never get a permanent refusal because of
    content. If there is a `certificate`, STARTTLS is offered or, if `is_tls_first` is true, implicit TLS is used
    instead. If there are `users`, login under TLS is offered, and mail from a user who logged in is recorded as having
    arrived by `submission`. Once `start` has returned, `bound` is where the listener listens: host and actual port, or
    the path of the unix socket. `on_event` is called with the name of each event and its facts. The names are
    connection_refused, message_refused, accept_failed, session_failed, tls_failed, logged_in, login_failed and
    stop_late.
    """

    def __init__(
        self,
        accept: Accept,
        address: ListenAddress,
        *,
        hostname: str,
        trusted_peers: Collection[str] = (),
        bounds: Bounds | None = None,
        load: Load | None = None,
        certificate: Certificate | None = None,
        require_starttls: bool = False,
        is_tls_first: bool = False,
        users: Users | None = None,
        on_event: OnEvent | None = None,
    ) -> None:
        self.address, self.load = address, load or Load()
        self.key = "smtps" if is_tls_first else address.protocol  # its name in the configuration
        bounds = bounds or Bounds()
        self._accept, self._emit = accept, EmitEvent(on_event)
        self._context = ClientContext(
            protocol=address.protocol,
            hostname=hostname,
            bounds=bounds,
            trusted_networks=[ipaddress.ip_network(peer) for peer in trusted_peers if peer not in WAYS],
            certificate=certificate,
            require_starttls=require_starttls,
            is_tls_first=is_tls_first,
            users=users,
            load=self.load,
            connections=ConnectionCounts(bounds, self._connection_refused),
            deliver=self._deliver,
            emit=self._emit,
        )
        self._deliveries: set[asyncio.Task[bool]] = set()
        self._servers: list[asyncio.Server] = []
        self._inode: int | None = None
        self.bound: tuple[str, int] | str = address.path or (address.host or "", address.port or 0)

    async def start(self) -> None:
        """Start listening.

        Raise OSError if the address is taken or does not belong to this machine, and ConfigError if systemd did not
        open the socket.
        """
        loop = asyncio.get_running_loop()
        protocol = LmtpClient if self.address.protocol == "lmtp" else Client
        for sock in open_sockets(self.address):
            make = loop.create_unix_server if sock.family == socket.AF_UNIX else loop.create_server
            self._servers.append(await make(lambda: protocol(self._context), sock=sock, backlog=BACKLOG))
        if self.address.path is None:
            name = self._servers[0].sockets[0].getsockname()
            self.bound = name if isinstance(name, str) else name[:2]
        else:
            self._inode = Path(self.address.path).stat().st_ino

    @property
    def listens(self) -> bool:
        """Whether all sockets of the listener accept connections."""
        return bool(self._servers) and all(server.is_serving() for server in self._servers)

    async def stop(self, grace_s: float = 10) -> None:
        """Stop listening, send 421, and wait up to `grace_s` for messages being accepted, which are never cancelled."""
        self._context.is_stopping, connections = True, self._context.connections
        for server in self._servers:
            server.close()
        if self.address.path is not None:
            with contextlib.suppress(FileNotFoundError):  # the socket file is already gone
                if Path(self.address.path).stat().st_ino == self._inode:
                    Path(self.address.path).unlink()
        for client in connections.opened():
            if not client.is_storing:  # a client that is storing gets 421 after the answer to its message
                client.say_goodbye(GOING_DOWN)
        if self._deliveries:
            _, late = await asyncio.wait(set(self._deliveries), timeout=grace_s)
            if late:
                self._emit("stop_late", deliveries=len(late))
        await _wait_for_loss(client for client in connections.opened() if not client.is_storing)
        for client in connections.opened():
            client.say_goodbye(GOING_DOWN)
        await _wait_for_loss(connections.opened())

    def _connection_refused(self, peer: str, reply: str) -> None:
        self._emit("connection_refused", peer=peer, reply=reply)

    def _deliver(self, raw: bytes, envelope: Envelope) -> asyncio.Task[bool]:
        """Start `accept` in a separate task, which is not cancelled if the client disconnects or the listener stops.

        The result of the task is True if `accept` returned.
        """

        async def run() -> bool:
            try:
                await self._accept(raw, envelope)
            except Exception as error:  # the client gets a generic 451 for any error, and the operator the details
                self._emit("accept_failed", peer=envelope.peer, error=error)
                return False
            return True

        def done(task: asyncio.Task[bool]) -> None:
            self._deliveries.discard(task)
            self.load.held_bytes -= size

        size = len(raw) * limits.COPIES_IN_FLIGHT
        self.load.held_bytes += size
        task = asyncio.get_running_loop().create_task(run())
        self._deliveries.add(task)
        task.add_done_callback(done)
        return task


async def _wait_for_loss(clients: Iterable[Connection]) -> None:
    """Wait briefly for the connections of these clients to close."""
    if waiting := [client.lost for client in clients]:
        await asyncio.wait(waiting, timeout=LEAVE_S_MAX)
