"""Provide a stand-in mailing list on loopback, for the demo and for tests. It handles posts like Mailman 3.

A post keeps its Message-ID, References, Date, Auto-Submitted and unknown fields. It gets a subject prefix, the fields
of RFC 2369 and RFC 2919, a Reply-To and a footer. The list is not for real use: it checks nothing and keeps everything
in memory.
"""

from __future__ import annotations

import asyncio
import queue
import smtplib
import threading
import time
from collections.abc import Collection, Mapping, Sequence
from email.parser import BytesHeaderParser
from email.utils import parseaddr
from pathlib import Path
from types import TracebackType
from typing import Final

from aiosmtpd.smtp import SMTP, Envelope, Session

from incidentmail.errors import RelayError
from incidentmail.transport.maildir import deliver

from .standin_post import ListStyle, list_copy

# How long to retry a copy while its listener is down, and the longest pause between attempts, in seconds.
RETRY_S_MAX: Final = 60.0
RETRY_EVERY_S: Final = 0.1
# How long to wait for anything else, in seconds. Only a very slow machine needs that long.
WAIT_S_MAX: Final = 60.0
_ROLES: Final = ("bounces", "owner", "request", "join", "leave", "confirm")

Post = tuple[str, tuple[str, ...], bytes]


class StandInList:
    """A list at `address`. Each post goes to every subscriber's Maildir and to every listener in `also`.

    `also` holds (protocol, host, port) and may be changed at any time. A listener that is down is tried again for a
    minute. A message to `bot` or `bot+anything` (or, if there is no `bot`, to any address of the list's domain) is
    delivered to `also` directly. A message to any other address, which is neither the list nor a subscriber, is
    refused with 550. `held` contains the posts of non-members, and `failures` the deliveries that failed.
    """

    def __init__(
        self,
        address: str,
        *,
        subscribers: Mapping[str, Path],
        also: Sequence[tuple[str, str, int]] = (),
        members: Collection[str] | None = None,
        prefix: str | None = None,
        footer: str | None = None,
        munge: bool = False,
        wrap: bool = False,
        anonymous: bool = False,
        bot: str | None = None,
    ) -> None:
        self.style = ListStyle(
            address=address.lower(), prefix=prefix, footer=footer, munge=munge, wrap=wrap, anonymous=anonymous
        )
        self.address, self.also, self.bot = address.lower(), list(also), None if bot is None else bot.lower()
        self.subscribers = {name.lower(): maildir for name, maildir in subscribers.items()}
        self.members = None if members is None else {member.lower() for member in members}
        self.posts: list[bytes] = []
        self.held: list[bytes] = []
        self.failures: list[str] = []
        self._roles = {self.style.role(name) for name in _ROLES}
        self._domain = self.address.partition("@")[2]
        self._changed = threading.Condition()
        self._queue: queue.Queue[Post | None] = queue.Queue()
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self.where = ("127.0.0.1", 0)

    def __enter__(self) -> StandInList:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def start(self) -> tuple[str, int]:
        """Listen on a free port of loopback. Return host and port."""
        started: queue.Queue[tuple[str, int]] = queue.Queue()
        self._loop = asyncio.new_event_loop()
        server = threading.Thread(target=self._serve, args=(self._loop, started), daemon=True)
        self._threads = [server, threading.Thread(target=self._work, daemon=True)]
        for thread in self._threads:
            thread.start()
        self.where = started.get(timeout=WAIT_S_MAX)
        return self.where

    def stop(self) -> None:
        """Close every socket. Each queued post is tried once and then given up."""
        if not self._threads:
            return
        self._stopping.set()
        self._queue.put(None)
        self._loop.call_soon_threadsafe(self._loop.stop)
        for thread in self._threads:
            thread.join(WAIT_S_MAX)
        self._threads = []

    def wait_for(self, count: int, timeout_s: float) -> list[bytes]:
        """Return the posts so far, once there are `count` of them. Raise TimeoutError after `timeout_s` seconds."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.posts) >= count, timeout_s):
                raise TimeoutError(f"{len(self.posts)} posts instead of {count} after {timeout_s} s")
            return list(self.posts)

    # Run in the server's thread.

    def _serve(self, loop: asyncio.AbstractEventLoop, started: queue.Queue[tuple[str, int]]) -> None:
        clients: set[SMTP] = set()
        server = loop.run_until_complete(loop.create_server(lambda: _Server(self, clients, loop), "127.0.0.1", 0))
        started.put(server.sockets[0].getsockname()[:2])
        loop.run_forever()
        server.close()
        for client in tuple(clients):
            if client.transport is not None:
                client.transport.close()
        while tasks := asyncio.all_tasks(loop):
            loop.run_until_complete(asyncio.wait(tasks, timeout=1))
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()

    def _is_known(self, recipient: str) -> bool:
        if recipient == self.address or recipient in self.subscribers or recipient in self._roles:
            return True
        local, _, domain = recipient.partition("@")
        if self.bot is None:
            return domain == self._domain
        return f"{local.partition('+')[0]}@{domain}" == self.bot

    async def handle_RCPT(  # aiosmtpd prescribes the names of its hooks
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not self._is_known(address.lower()):
            return "550 5.1.1 No such user here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self._queue.put((envelope.mail_from or "", tuple(envelope.rcpt_tos), envelope.content))
        return "250 2.0.0 Queued"

    # Run in the worker's thread.

    def _work(self) -> None:
        while (post := self._queue.get()) is not None:
            reverse_path, recipients, raw = post
            if self.address in map(str.lower, recipients):
                self._distribute(raw)
            for recipient in recipients:
                if (maildir := self.subscribers.get(recipient.lower())) is not None:
                    self._store(maildir, raw, reverse_path, recipient)
            elsewhere = {self.address, *self.subscribers, *self._roles}
            if direct := tuple(recipient for recipient in recipients if recipient.lower() not in elsewhere):
                self._forward((reverse_path, direct, raw))

    def _distribute(self, raw: bytes) -> None:
        author = parseaddr(str(BytesHeaderParser().parsebytes(raw)["From"]))[1].lower()
        if self.members is not None and author not in self.members:
            self.held.append(raw)  # Mailman holds such a post for the moderator, and does not answer automatic senders
            return
        try:
            copy = list_copy(raw, self.style)
        except Exception as error:  # the email package raises on some real mail; one post must not end the list
            self.failures.append(f"post not distributed: {error!r}")
            return
        for address, maildir in self.subscribers.items():
            self._store(maildir, copy, self.style.role("bounces"), address)
        with self._changed:
            self.posts.append(copy)
            self._changed.notify_all()
        self._forward((self.style.role("bounces"), (self.bot or f"incident-bot@{self._domain}",), copy))

    def _store(self, maildir: Path, raw: bytes, reverse_path: str, recipient: str) -> None:
        try:
            deliver(maildir, raw, reverse_path=reverse_path, forward_paths=(recipient,))
        except RelayError as error:
            self.failures.append(str(error))

    def _forward(self, post: Post) -> None:
        reverse_path, recipients, raw = post
        for protocol, host, port in tuple(self.also):
            # smtplib reads one reply to DATA, but LMTP gives one for each recipient, so there is one recipient at a
            # time.
            for group in [(recipient,) for recipient in recipients] if protocol == "lmtp" else [recipients]:
                deadline = time.monotonic() + RETRY_S_MAX
                while problem := _push(protocol, (host, port), (reverse_path, group, raw)):
                    if not problem[1] or time.monotonic() > deadline or self._stopping.wait(RETRY_EVERY_S):
                        self.failures.append(problem[0])
                        break


class _Server(SMTP):
    """aiosmtpd's server, changed so that it accepts lines as long as real servers do."""

    line_length_limit = 2**20

    def __init__(self, owner: StandInList, clients: set[SMTP], loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(owner, hostname="lists.example.test", loop=loop)
        self._clients = clients

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._clients.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._clients.discard(self)
        super().connection_lost(error)


def _push(protocol: str, place: tuple[str, int], post: Post) -> tuple[str, bool] | None:
    """Send one message. Return None, or the error and whether a retry may help."""
    client = smtplib.LMTP if protocol == "lmtp" else smtplib.SMTP
    reverse_path, recipients, raw = post
    try:
        with client(*place, local_hostname="lists.example.test", timeout=WAIT_S_MAX) as connection:
            connection.sendmail(reverse_path, recipients, raw)
    except smtplib.SMTPRecipientsRefused as error:
        return f"{place}: {error}", all(code < 500 for code, _ in error.recipients.values())
    except smtplib.SMTPResponseException as error:
        return f"{place}: {error}", error.smtp_code < 500
    except (OSError, smtplib.SMTPException) as error:
        return f"{place}: {error}", True
    return None
