"""The long-running service: listener, fetcher, applier, announcer and outbox, and the signals that end it.

The event loop only talks to sockets. Accepting, applying and sending each have a thread of their own, so that a slow
relay never keeps a mail from being accepted.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import signal
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

from incidentmail.app.announce import announce
from incidentmail.app.deliver import deliver
from incidentmail.app.fetch import Fetched
from incidentmail.app.fetcher import Fetcher
from incidentmail.app.office import Office
from incidentmail.app.receive import accept, apply_next
from incidentmail.core.text import printable
from incidentmail.errors import ConfigError, IncidentMailError
from incidentmail.inbound.message import Envelope
from incidentmail.ledger.port import OutboxMail, Outcome
from incidentmail.transport.smtp_in import Accept, Listener, parse_listen

log = logging.getLogger("incidentmail")
TICK_S = 1.0
"""How often the clock is looked at: for windows that end, retries that are due, mail that another process accepted."""
GRACE_S = 10.0
FAULT_WAIT_S = 5.0
"""A step that failed as a whole (disk full, ledger busy) is tried again after this time; nothing is lost meanwhile."""


@dataclass(frozen=True, slots=True)
class Bound:
    """Where a listener really listens, the port chosen by the system included."""

    protocol: str
    where: str


class Service:
    """Everything that runs while `incidentmail serve` runs."""

    def __init__(self, office: Office) -> None:
        """Raises ConfigError where nothing would listen, or where anybody could pretend to be a member."""
        self.office = office
        self._listeners = _listeners(office, self._accept, _log_event)
        self._fetcher = Fetcher(office) if office.config.settings.imap.url else None
        self._accepting = ThreadPoolExecutor(1, "accept")
        self._arrived: list[tuple[bytes, Envelope, asyncio.Future[None]]] = []
        self._is_committing = False
        self._stopping = asyncio.Event()
        self._mail_came = asyncio.Event()
        self._mail_made = asyncio.Event()
        self._deadline = 0.0

    async def run(self, ready: Callable[[list[Bound]], None] = lambda bound: None) -> None:
        """Serves until `stop`; then finishes what is in flight. `ready` hears where it listens."""
        for listener in self._listeners:
            await listener.start()
        ready([Bound(listener.address.protocol, _shown(listener.bound)) for listener in self._listeners])
        workers = [
            asyncio.create_task(self._repeat(self._apply, self._mail_came)),
            asyncio.create_task(self._repeat(self._send, self._mail_made)),
        ]
        fetching = self._start_fetching()
        await self._stopping.wait()
        await asyncio.to_thread(fetching.join, GRACE_S)
        await asyncio.gather(*(listener.stop(GRACE_S) for listener in self._listeners))
        await asyncio.gather(*workers)
        await self._finish()
        self._accepting.shutdown()

    def stop(self) -> None:
        """Ends `run`, after what is in flight."""
        self._stopping.set()
        self._mail_came.set()
        self._mail_made.set()
        if self._fetcher is not None:
            self._fetcher.stop()

    def _start_fetching(self) -> threading.Thread:
        """The mailbox's watch, in a thread that nobody has to wait for: what it has in flight is fetched again."""
        loop = asyncio.get_running_loop()

        def tell(fetched: Fetched) -> None:
            loop.call_soon_threadsafe(self._mail_came.set)

        def fetch() -> None:
            if self._fetcher is not None:
                self._fetcher.run(tell)

        thread = threading.Thread(target=fetch, name="fetch", daemon=True)
        thread.start()
        return thread

    async def _accept(self, raw: bytes, envelope: Envelope) -> None:
        """Durable when it returns. Mails that come while another commit is under way share the next one."""
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._arrived.append((raw, envelope, stored))
        if not self._is_committing:
            self._is_committing = True
            await self._commit()
        await stored

    async def _commit(self) -> None:
        """Commits batch after batch until nothing is left; each mail learns how its batch ended."""
        loop = asyncio.get_running_loop()
        try:
            while self._arrived:
                batch, self._arrived = self._arrived, []
                mails = [(raw, envelope) for raw, envelope, _ in batch]
                try:
                    await loop.run_in_executor(self._accepting, accept, self.office, mails)
                except Exception as error:  # told to each of them: the clients hear 451 and come again
                    for _, _, stored in batch:
                        stored.set_exception(error)
                else:
                    for _, _, stored in batch:
                        stored.set_result(None)
                    self._mail_came.set()
        finally:
            self._is_committing = False

    async def _repeat(self, step: Callable[[], bool], woken: asyncio.Event) -> None:
        """Runs `step` in its own thread whenever there may be work, until all ends."""
        with ThreadPoolExecutor(1, step.__name__.strip("_")) as thread:
            while not self._stopping.is_set():
                woken.clear()
                ran = await self._run(step, thread)
                await _wait(woken, TICK_S if ran else FAULT_WAIT_S)

    async def _finish(self) -> None:
        """What came in last is read, announced without waiting for its window, and sent, as far as time allows."""
        self._deadline = time.monotonic() + GRACE_S
        with ThreadPoolExecutor(1, "finish") as thread:
            await self._run(self._apply, thread)
            await self._run(self._send, thread)

    async def _run(self, step: Callable[[], bool], thread: ThreadPoolExecutor) -> bool:
        """One step; False where it failed, which is told and tried again later."""
        try:
            if await asyncio.get_running_loop().run_in_executor(thread, step):
                self._mail_made.set()
        except Exception as error:  # the service outlives a full disk or a locked ledger, and says so
            log.error("%s failed: %s", step.__name__.strip("_"), _said(error))
            return False
        return True

    def _apply(self) -> bool:
        """Reads all mail that waits and announces what is due; whether mail was made."""
        while (outcome := apply_next(self.office)) is not None:
            _log_outcome(outcome)
        if self.office.config.settings.mail.mute:
            return False
        made = announce(self.office, early=self._stopping.is_set())
        for fault in self.office.templates.take_faults():
            log.error("%s; the built-in template was used", _said(fault))
        return bool(made)

    def _send(self) -> bool:
        """Sends what is due; never makes mail."""
        if not self.office.config.settings.mail.mute:
            for mail in deliver(self.office, stop=self._is_out_of_time):
                _log_delivery(mail)
        return False

    def _is_out_of_time(self) -> bool:
        return self._stopping.is_set() and time.monotonic() > self._deadline


def serve(office: Office, ready: Callable[[list[Bound]], None] = lambda bound: None) -> None:
    """Runs the service until SIGTERM or SIGINT."""

    async def main() -> None:
        service = Service(office)
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, service.stop)
        await service.run(ready)

    asyncio.run(main())


def _listeners(
    office: Office,
    take: Accept,
    on_event: Callable[[str, dict[str, object]], None],
) -> list[Listener]:
    settings = office.config.settings
    wanted: list[tuple[Literal["smtp", "lmtp"], str]] = []
    wanted += [("lmtp", settings.listen.lmtp)] if settings.listen.lmtp else []
    wanted += [("smtp", settings.listen.smtp)] if settings.listen.smtp else []
    if not wanted and settings.imap.url is None:
        raise ConfigError("nothing to listen on", hint='[listen] lmtp = "127.0.0.1:8024", or [imap] url')
    found = []
    for protocol, text in wanted:
        address = parse_listen(protocol, text)
        if address.host is not None and not _is_loopback(address.host) and not settings.listen.allow_public:
            raise ConfigError(
                f"[listen] {protocol} = {text!r} can be reached from other machines, and no sender is verified",
                hint="listen on 127.0.0.1 or a unix socket, behind your mail server; or [listen] allow_public = true",
            )
        found.append(
            Listener(
                take,
                address,
                hostname=settings.listen.hostname or socket.gethostname(),
                trusted_peers=settings.trust.relays,
                on_event=on_event,
            )
        )
    return found


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _shown(bound: tuple[str, int] | str) -> str:
    return bound if isinstance(bound, str) else f"{bound[0]}:{bound[1]}"


def _log_outcome(outcome: Outcome) -> None:
    log.info(
        "mail=%d outcome=%s disposition=%s incident=%s from=%s %s",
        outcome.seq, outcome.outcome, outcome.disposition, outcome.incident or "-", outcome.header_from or "-",
        _said(outcome.reason),
    )  # fmt: skip


def _log_delivery(mail: OutboxMail) -> None:
    to = ",".join(recipient.address for recipient in mail.recipients)
    log.info("%s %s to=%s attempts=%d %s", mail.state, mail.message_id, to, mail.attempts, _said(mail.last_error))


def _log_event(name: str, facts: dict[str, object]) -> None:
    shown = " ".join(f"{key}={_said(value)}" for key, value in facts.items())
    log.warning("listener: %s %s", name.replace("_", " "), shown)


def _said(value: object) -> str:
    """Anything, on one line that no log reader stumbles over."""
    if isinstance(value, IncidentMailError):
        value = f"{value} ({value.hint})" if value.hint else str(value)
    elif isinstance(value, BaseException):
        value = f"{type(value).__name__}: {value}"
    return printable(" ".join(str(value or "").split()))[:500]


async def _wait(event: asyncio.Event, timeout_s: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), timeout_s)
    except TimeoutError:
        return  # the tick itself is what was waited for
