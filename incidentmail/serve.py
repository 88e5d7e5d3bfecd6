"""The long-running service: listener, fetcher, applier, announcer and outbox, and the signals that end it.

The event loop only talks to sockets. Accepting, applying and sending each have a thread of their own, so that a slow
relay never keeps a mail from being accepted.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from incidentmail.accepting import Acceptor, Mail
from incidentmail.app.announce import announce
from incidentmail.app.deliver import deliver
from incidentmail.app.fetch import Fetched
from incidentmail.app.fetcher import Fetcher
from incidentmail.app.office import Office
from incidentmail.app.operator import tell_of_templates
from incidentmail.app.proposals import expire_due
from incidentmail.app.receive import accept, apply_some
from incidentmail.app.running import marked_as_running
from incidentmail.app.watch import watch
from incidentmail.errors import ConfigError
from incidentmail.footprint import give_memory_back
from incidentmail.journal import said, tell, tell_delivery, tell_listener, tell_outcome
from incidentmail.ledger.values import OutboxMail
from incidentmail.listening import Bound as Bound
from incidentmail.listening import doors
from incidentmail.metrics import Metrics
from incidentmail.transport.systemd import notify

TICK_S = 1.0
"""How often the clock is looked at: for windows that end, retries that are due, mail that another process accepted."""
GRACE_S = 10.0
FAULT_WAIT_S = 5.0
"""A step that failed as a whole (disk full, ledger busy) is tried again after this time; nothing is lost meanwhile."""


class Service:
    """Everything that runs while `incidentmail serve` runs."""

    def __init__(self, office: Office) -> None:
        """Raises ConfigError where nothing would listen, or where anybody could pretend to be a member."""
        self.office = office
        self._acceptor = Acceptor(self._store, self._wake_applier)
        self._doors = doors(office.config, self._acceptor.accept, tell_listener)
        self._metrics = Metrics(office)
        self._fetcher = Fetcher(office) if office.config.settings.imap.url else None
        self._stopping = asyncio.Event()
        self._mail_came = asyncio.Event()
        self._mail_made = asyncio.Event()
        self._deadline = 0.0
        self._started = office.now()

    async def run(self, ready: Callable[[list[Bound]], None] = lambda bound: None) -> None:
        """Serves until `stop`; then finishes what is in flight. `ready` hears where it listens."""
        measured = self._metrics.open()
        ready([*await self._doors.open(), *([Bound("metrics", measured)] if measured else [])])
        _tell_systemd("READY=1")
        workers = [
            asyncio.create_task(self._repeat(self._apply, self._mail_came)),
            asyncio.create_task(self._repeat(self._send, self._mail_made)),
        ]
        fetching = self._start_fetching()
        await self._stopping.wait()
        _tell_systemd("STOPPING=1")
        await asyncio.gather(
            asyncio.to_thread(fetching.join, GRACE_S),
            *(listener.stop(GRACE_S) for listener in self._doors.listeners),
        )
        await self._acceptor.close()
        await asyncio.gather(*workers)
        await self._finish()
        self._metrics.close()

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

    def reload(self) -> None:
        """Reads certificate and users again; where that fails, it says so and goes on with what it has."""
        try:
            self._doors.reload()
        except ConfigError as error:
            tell("not reloaded", logging.ERROR, error=said(error))
        else:
            tell("certificate and users read again")

    def _store(self, mails: Sequence[Mail]) -> None:
        accept(self.office, mails)

    def _wake_applier(self) -> None:
        self._mail_came.set()

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
            tell(f"{step.__name__.strip('_')} failed", logging.ERROR, error=said(error))
            return False
        return True

    def _apply(self) -> bool:
        """Reads all mail that waits and announces what is due; whether mail was made."""
        while done := apply_some(self.office):
            for outcome in done:
                tell_outcome(outcome)
                self._metrics.count_outcome(outcome)
        for name in expire_due(self.office):
            tell("a proposal has expired", incident=name)
        if self.office.config.settings.mail.mute:
            return False
        for missing in self._missing():
            tell("the list has not returned a mail", logging.WARNING, number=missing.id, message_id=missing.message_id)
        made = announce(self.office, early=self._stopping.is_set())
        faults = self.office.templates.take_faults()
        for fault in faults:
            tell("the built-in template was used", logging.ERROR, error=said(fault))
        tell_of_templates(self.office, faults)
        return bool(made)

    def _missing(self) -> list[OutboxMail]:
        """What the list has not returned; nothing before copies had their time to come in since the start."""
        now = self.office.now()
        if now - self._started < self.office.config.settings.list.returns_within:
            return []
        return watch(self.office, heard_until=now)

    def _send(self) -> bool:
        """Sends what is due; never makes mail."""
        if not self.office.config.settings.mail.mute:
            for mail in deliver(self.office, stop=self._is_out_of_time):
                tell_delivery(mail)
                self._metrics.count_delivery(mail)
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
        loop.add_signal_handler(signal.SIGHUP, service.reload)
        await service.run(ready)

    give_memory_back()
    with marked_as_running(office.config.ledger_path, muted=office.config.settings.mail.mute):
        asyncio.run(main())


def _tell_systemd(state: str) -> None:
    try:
        notify(state)
    except OSError as error:
        tell(f"systemd was not told {state}", logging.WARNING, error=said(error))


async def _wait(event: asyncio.Event, timeout_s: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), timeout_s)
    except TimeoutError:
        return  # the tick itself is what was waited for
