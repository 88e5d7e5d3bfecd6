"""The listener: SMTP (RFC 5321) and LMTP (RFC 2033), over TCP or a unix socket.

It opens the socket, counts connections and bytes in flight, and hands each message that a client has received to
`accept`, together with its envelope. The dialogue with one client is aiosmtpd's, as mended in `smtp_dialogue`.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable
from pathlib import Path
from typing import Final

from incidentmail.inbound import limits
from incidentmail.inbound.limits import Bounds
from incidentmail.inbound.message import Envelope

from .certificate import Certificate
from .dialogue import GOING_DOWN, Client, LmtpClient
from .listen_address import BACKLOG, ListenAddress, open_sockets
from .users_file import Users

Accept = Callable[[bytes, Envelope], Awaitable[None]]
OnEvent = Callable[[str, dict[str, object]], None]
WAYS: Final = ("unix", "pipe", "imap")
# Patience with clients that do not close their end when we stop, seconds.
LEAVE_S_MAX: Final = 1.0


class Load:
    """Memory held for messages on their way in, by all listeners of one process together."""

    held_bytes = 0


class Listener:
    """Accepts mail on one address and hands each message to `accept`.

    `trusted_peers` are IP addresses or networks (the other ways in may stand among them). They, and every client of a
    unix socket, may open any number of connections and never get a permanent refusal for content.
    With a `certificate` it offers STARTTLS; with `users`, login under TLS, and their mail came the way `submission`.
    `bound` is where it listens, host and real port or the path of the unix socket, once `start` has returned.
    `on_event` gets a name and facts: connection_refused, message_refused, accept_failed, session_failed, tls_failed,
    logged_in, login_failed, stop_late.
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
        users: Users | None = None,
        on_event: OnEvent | None = None,
    ) -> None:
        self.address, self.hostname = address, hostname
        self.bounds, self.load = bounds or Bounds(), load or Load()
        self.certificate, self.require_starttls, self.users = certificate, require_starttls, users
        self.checking_password = asyncio.Lock()
        self.stopping = False
        self._accept, self._on_event = accept, on_event
        self._networks = [ipaddress.ip_network(peer) for peer in trusted_peers if peer not in WAYS]
        self._clients: set[Client] = set()
        self._connections: Counter[str] = Counter()
        self._login_failures: Counter[str] = Counter()
        self._login_failures_since = 0.0
        self._deliveries: set[asyncio.Task[bool]] = set()
        self._servers: list[asyncio.Server] = []
        self._inode: int | None = None
        self.bound: tuple[str, int] | str = address.path or (address.host or "", address.port or 0)

    async def start(self) -> None:
        """Listen. OSError where the address is taken or not ours, ConfigError where systemd has opened none for us."""
        loop = asyncio.get_running_loop()
        protocol = LmtpClient if self.address.protocol == "lmtp" else Client
        for sock in open_sockets(self.address):
            make = loop.create_unix_server if sock.family == socket.AF_UNIX else loop.create_server
            self._servers.append(await make(lambda: protocol(self), sock=sock, backlog=BACKLOG))
        if self.address.path is None:
            name = self._servers[0].sockets[0].getsockname()
            self.bound = name if isinstance(name, str) else name[:2]
        else:
            self._inode = Path(self.address.path).stat().st_ino

    async def stop(self, grace_s: float = 10) -> None:
        """Stop listening, say 421, and wait up to `grace_s` for what is being accepted, which is never cancelled."""
        self.stopping = True
        for server in self._servers:
            server.close()
        if self.address.path is not None:
            with contextlib.suppress(FileNotFoundError):  # gone already, which is what we want
                if Path(self.address.path).stat().st_ino == self._inode:
                    Path(self.address.path).unlink()
        for client in tuple(self._clients):
            if not client.is_storing:  # that one hears 421 after the answer to its message
                client.say_goodbye(GOING_DOWN)
        if self._deliveries:
            _, late = await asyncio.wait(set(self._deliveries), timeout=grace_s)
            if late:
                self.emit("stop_late", deliveries=len(late))
        await _wait_for_loss(client for client in self._clients if not client.is_storing)
        for client in tuple(self._clients):
            client.say_goodbye(GOING_DOWN)
        await _wait_for_loss(self._clients)

    def is_trusted(self, peer: str) -> bool:
        """Whether permanent refusals of content and the connection cap spare this peer."""
        if peer == "unix":
            return True
        return peer != "unknown" and any(ipaddress.ip_address(peer) in network for network in self._networks)

    def is_full(self, client: Client, more: int = 0) -> bool:
        """Whether a message of `more` bytes is too much at the moment. Strangers leave a part to trusted peers."""
        room = self.bounds.in_flight_bytes_max
        if not client.is_trusted:
            room -= room // limits.IN_FLIGHT_RESERVED_SHARE
        return self.load.held_bytes + more * limits.COPIES_IN_FLIGHT > room

    def admit(self, client: Client) -> str | None:
        """Count a new connection; the reply that refuses it where it is one too many.

        Where all are taken, the one that has been silent longest gives way, unless it is in a transaction. Strangers
        take the places of strangers only, and leave some to trusted peers.
        """
        self._clients.add(client)
        self._connections[client.peer] += 1
        room, held = self.bounds.connections_max, {one for one in self._clients if not one.is_leaving}
        if not client.is_trusted:
            held = {one for one in held if not one.is_trusted}
            room -= room // limits.CONNECTIONS_RESERVED_SHARE
            if self._connections[client.peer] > self.bounds.connections_per_peer_max:
                return self._refused(client, "421 4.7.0 Too many connections from your address, try again later")
        if len(held) <= room:
            return None
        idle = [one for one in held if one is not client and one.is_idle]
        if not idle:
            return self._refused(client, "421 4.7.0 Too many connections, try again later")
        silent = min(idle, key=lambda one: one.heard_at)
        silent.say_goodbye(self._refused(silent, "421 4.3.2 Others are waiting, come again"))
        return None

    def _refused(self, client: Client, reply: str) -> str:
        self.emit("connection_refused", peer=client.peer, reply=reply)
        return reply

    def count_login_failure(self, peer: str) -> None:
        """Remember that a password from there was wrong, for an hour after the first."""
        now = asyncio.get_running_loop().time()
        if now - self._login_failures_since > limits.LOGIN_FAILURES_S:
            self._login_failures.clear()
            self._login_failures_since = now
        self._login_failures[peer] += 1

    def has_failed_too_often(self, peer: str) -> bool:
        """Whether no more passwords are heard from there."""
        return self._login_failures[peer] >= limits.LOGIN_FAILURES_PER_PEER_MAX

    def leave(self, client: Client) -> None:
        """Forget a connection that was lost."""
        self._clients.discard(client)
        self._connections[client.peer] -= 1
        if not self._connections[client.peer]:
            del self._connections[client.peer]

    def deliver(self, raw: bytes, envelope: Envelope) -> asyncio.Task[bool]:
        """Start `accept` in a task of its own, which no disconnect and no stop cancels; True where it returned."""

        async def run() -> bool:
            try:
                await self._accept(raw, envelope)
            except Exception as error:  # whatever it is, the client hears one generic 451 and the operator the rest
                self.emit("accept_failed", peer=envelope.peer, error=error)
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

    def emit(self, name: str, **facts: object) -> None:
        """Tell `on_event`; what that raises goes to the loop's own handler and harms no client."""
        if self._on_event is None:
            return
        try:
            self._on_event(name, facts)
        except Exception as error:
            context = {"message": f"on_event failed for {name}", "exception": error}
            asyncio.get_running_loop().call_exception_handler(context)


async def _wait_for_loss(clients: Iterable[Client]) -> None:
    """Wait a moment until the connections of these clients are closed."""
    if waiting := [client.lost for client in clients]:
        await asyncio.wait(waiting, timeout=LEAVE_S_MAX)
