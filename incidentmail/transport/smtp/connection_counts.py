"""Count connections, wrong passwords, and the bytes of messages being received.

Nothing here depends on the SMTP dialogue. A connection is any object with the methods of `Connection`.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Final, Protocol

from incidentmail.transport.smtp import limits
from incidentmail.transport.smtp.limits import Bounds

from .disk_room import DiskRoom

TOO_MANY_FROM_PEER: Final = "421 4.7.0 Too many connections from your address, try again later"
TOO_MANY: Final = "421 4.7.0 Too many connections, try again later"
MAKE_ROOM: Final = "421 4.3.2 Others are waiting, come again"


class Connection(Protocol):
    """A client that the listener counts, from its connection until the connection is lost."""

    peer: str
    is_trusted: bool
    is_storing: bool
    heard_at: float
    lost: asyncio.Future[None]

    @property
    def is_idle(self) -> bool:
        """Whether nothing would be lost if the connection ended now."""

    @property
    def is_leaving(self) -> bool:
        """Whether the last reply has been sent, or the client has disconnected."""

    def say_goodbye(self, reply: str) -> None:
        """Send a last reply and close the connection."""


class Load:
    """The resources shared by all listeners of one process: the memory for messages being received, and the disk."""

    def __init__(self, disk: DiskRoom | None = None) -> None:
        self.held_bytes, self.disk = 0, disk or DiskRoom()

    def is_too_much(self, more_bytes: int, bounds: Bounds, *, is_trusted: bool) -> bool:
        """Return whether a message of this size would currently need too much memory.

        Part of the memory is reserved for trusted peers.
        """
        room = bounds.in_flight_bytes_max
        if not is_trusted:
            room -= room // limits.IN_FLIGHT_RESERVED_SHARE
        return self.held_bytes + more_bytes * limits.COPIES_IN_FLIGHT > room


class ConnectionCounts:
    """The open connections of one listener, in total and by peer."""

    def __init__(self, bounds: Bounds, on_refusal: Callable[[str, str], None]) -> None:
        """Start with no connections.

        `on_refusal` is called with the peer and the reply for each connection that is refused or closed.
        """
        self._bounds, self._on_refusal = bounds, on_refusal
        self._connections: set[Connection] = set()
        self._by_peer: Counter[str] = Counter()

    def opened(self) -> tuple[Connection, ...]:
        """Return the connections that are still open."""
        return tuple(self._connections)

    def admit(self, connection: Connection) -> str | None:
        """Count a new connection or, if there are too many, return the reply that refuses it.

        If there is no room, the connection that has been idle the longest is closed, unless it is in a transaction.
        Strangers can replace only strangers, and some connections are reserved for trusted peers.
        """
        self._connections.add(connection)
        self._by_peer[connection.peer] += 1
        room, held = self._bounds.connections_max, {one for one in self._connections if not one.is_leaving}
        if not connection.is_trusted:
            held = {one for one in held if not one.is_trusted}
            room -= room // limits.CONNECTIONS_RESERVED_SHARE
            if self._by_peer[connection.peer] > self._bounds.connections_per_peer_max:
                return self._refused(connection, TOO_MANY_FROM_PEER)
        if len(held) <= room:
            return None
        idle = [one for one in held if one is not connection and one.is_idle]
        if not idle:
            return self._refused(connection, TOO_MANY)
        silent = min(idle, key=lambda one: one.heard_at)
        silent.say_goodbye(self._refused(silent, MAKE_ROOM))
        return None

    def _refused(self, connection: Connection, reply: str) -> str:
        self._on_refusal(connection.peer, reply)
        return reply

    def leave(self, connection: Connection) -> None:
        """Stop counting a connection that was lost."""
        self._connections.discard(connection)
        self._by_peer[connection.peer] -= 1
        if not self._by_peer[connection.peer]:
            del self._by_peer[connection.peer]


class LoginFailures:
    """The number of wrong passwords from each peer. It is reset an hour after the first one."""

    def __init__(self) -> None:
        self._by_peer: Counter[str] = Counter()
        self._since = 0.0

    def count(self, peer: str, now: float) -> None:
        """Record a wrong password from this peer. `now` is the loop's time in seconds."""
        self._forget(now)
        self._by_peer[peer] += 1

    def are_too_many(self, peer: str, now: float) -> bool:
        """Return whether passwords from this peer are currently refused."""
        self._forget(now)
        return self._by_peer[peer] >= limits.LOGIN_FAILURES_PER_PEER_MAX

    def _forget(self, now: float) -> None:
        if now - self._since > limits.LOGIN_FAILURES_S:
            self._by_peer.clear()
            self._since = now
