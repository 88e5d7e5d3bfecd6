"""The listener: SMTP (RFC 5321) and LMTP (RFC 2033), over TCP or a unix socket.

It opens the socket, counts connections and bytes in flight, and hands each message that a client has received to
`accept`, together with its envelope. The dialogue with one client is aiosmtpd's, as mended in `smtp_dialogue`.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import os
import re
import socket
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from incidentmail.inbound import limits
from incidentmail.inbound.message import Envelope
from incidentmail.transport.smtp_dialogue import GOING_DOWN, Client, LmtpClient

Accept = Callable[[bytes, Envelope], Awaitable[None]]
OnEvent = Callable[[str, dict[str, object]], None]
# Patience with clients that do not close their end when we stop, seconds.
LEAVE_S_MAX: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenAddress:
    """Where to listen: host and port, or the path of a unix socket. Port 0 takes any free port."""

    protocol: Literal["smtp", "lmtp"]
    host: str | None = None
    port: int | None = None
    path: str | None = None


def parse_listen(protocol: Literal["smtp", "lmtp"], text: str) -> ListenAddress:
    """The address that `text` names; ValueError says what is wrong and shows the right form.

    >>> parse_listen("lmtp", "[::1]:8024").host
    '::1'
    >>> parse_listen("lmtp", "unix:/run/incidentmail/lmtp.sock").path
    '/run/incidentmail/lmtp.sock'
    """
    if text.startswith("unix:"):
        path = text.removeprefix("unix:")
        if not path.startswith("/") or "\0" in path:
            raise ValueError(f"{text!r} needs an absolute path, as in 'unix:/run/incidentmail/lmtp.sock'")
        return ListenAddress(protocol=protocol, path=path)
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


class Listener:
    """Accepts mail on one address and hands each message to `accept`.

    `trusted_peers` are IP addresses or networks ("unix", "pipe" and "imap" may stand among them). They, and every
    client of a unix socket, may open any number of connections and never get a permanent refusal for content.
    `bound` is where it listens, host and real port or the path of the unix socket, once `start` has returned.
    `on_event` gets a name and facts: connection_refused, message_refused, accept_failed, session_failed, stop_late.
    """

    def __init__(
        self,
        accept: Accept,
        address: ListenAddress,
        *,
        hostname: str,
        trusted_peers: Collection[str] = (),
        message_bytes_max: int = limits.MESSAGE_BYTES_MAX,
        on_event: OnEvent | None = None,
    ) -> None:
        self.address, self.hostname, self.message_bytes_max = address, hostname, message_bytes_max
        self.in_flight_bytes = 0
        self.stopping = False
        self._accept, self._on_event = accept, on_event
        self._networks = [ipaddress.ip_network(p) for p in trusted_peers if p not in ("unix", "pipe", "imap")]
        self._clients: set[Client] = set()
        self._connections: Counter[str] = Counter()
        self._deliveries: set[asyncio.Task[bool]] = set()
        self._server: asyncio.Server | None = None
        self._inode: int | None = None
        self.bound: tuple[str, int] | str = address.path or (address.host or "", address.port or 0)

    async def start(self) -> None:
        """Listen. OSError where the address is taken or not ours."""
        loop = asyncio.get_running_loop()
        protocol = LmtpClient if self.address.protocol == "lmtp" else Client
        if self.address.path is None:
            self._server = await loop.create_server(
                lambda: protocol(self), self.address.host, self.address.port or 0, backlog=256
            )
            self.bound = self._server.sockets[0].getsockname()[:2]
            return
        sock = _bind_unix(Path(self.address.path))
        self._inode = Path(self.address.path).stat().st_ino
        self._server = await loop.create_unix_server(lambda: protocol(self), sock=sock, backlog=256)

    async def stop(self, grace_s: float = 10) -> None:
        """Stop listening, say 421, and wait up to `grace_s` for what is being accepted, which is never cancelled."""
        self.stopping = True
        if self._server is not None:
            self._server.close()
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

    def admit(self, client: Client) -> str | None:
        """Count a new connection; the reply that refuses it where it is one too many."""
        self._clients.add(client)
        self._connections[client.peer] += 1
        if len(self._clients) > limits.CONNECTIONS_MAX:
            refusal = "421 4.7.0 Too many connections, try again later"
        elif not client.is_trusted and self._connections[client.peer] > limits.CONNECTIONS_PER_ADDRESS_MAX:
            refusal = "421 4.7.0 Too many connections from your address, try again later"
        else:
            return None
        self.emit("connection_refused", peer=client.peer, reply=refusal)
        return refusal

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
            self.in_flight_bytes -= len(raw)

        self.in_flight_bytes += len(raw)
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


def _bind_unix(path: Path) -> socket.socket:
    """A bound unix socket of mode 0660; a stale socket file is replaced where nobody answers on it."""
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
    umask = os.umask(0o117)  # the file is never wider than this, not even between bind and chmod
    try:
        sock.bind(str(path))
    except OSError as error:
        sock.close()
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        os.umask(umask)
    return sock
