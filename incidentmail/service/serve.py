"""Run the service: it accepts, fetches, processes and sends mail until a signal ends it.

The event loop only handles sockets. Accepting, applying and sending each have a separate thread, so that a slow relay
never prevents a message from being accepted.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from incidentmail.app.context import AppContext
from incidentmail.app.receiving.apply import accept_mails, apply_some
from incidentmail.app.sending.deliver import deliver
from incidentmail.app.sending.flush import make_due
from incidentmail.app.serve_lock import is_running, marked_as_running
from incidentmail.core.frozen import replace
from incidentmail.errors import ConfigError
from incidentmail.isolation.pool import Pool
from incidentmail.isolation.process import interpreted

from .event_log import format_error, log_delivery, log_event, log_listener_event, log_outcome
from .fetching import Fetching
from .group_commit import GroupCommit, Mail
from .hear_news import HearNews
from .hook_calls import HookCalls
from .listeners import BoundAddress as BoundAddress
from .listeners import listeners_for
from .memory_use import give_memory_back
from .metrics import Metrics
from .pages import Pages
from .reminders import Reminders
from .systemd_state import notify_systemd
from .turns import Rank, RankedLedger, Turns
from .watchdog import Watchdog

TICK_S = 1.0
"""How often to look for work, such as windows that end, retries that are due, or mail from another process."""
READERS = 2
"""How many workers parse mail. If one is busy with a message designed to be slow to parse, the other continues."""
MAKE_EVERY_S = 0.5
"""How long, roughly, outgoing mail waits while incoming mail keeps arriving."""
DNS_PATIENCE_S = 0.5
"""How long other mail waits while a signature is looked up in DNS. The signed mail itself may wait for longer."""
LATE_TICK_S = 0.1
"""How often to look for work while a message takes long to parse."""
GRACE_S = 10.0
MUTED_LOGGED_EVERY = timedelta(hours=1)
NOT_READ_AGAIN = "the configuration: a change of it, such as a new listener, needs a restart"
FAULT_WAIT_S = 5.0
"""How long to wait after a whole step failed (disk full, ledger busy). Nothing is lost in the meantime."""


class Service:
    """The service: listeners, mailbox watch, and the threads that apply, send and remind."""

    def __init__(self, context: AppContext) -> None:
        """Set up the service. Raise ConfigError under the same conditions as `listeners_for`."""
        turns = Turns()
        self._accepts, self._applies, self._sends = (
            replace(context, ledger=RankedLedger(context.ledger, turns, rank)) for rank in Rank
        )
        self._reminders = Reminders(replace(self._applies))
        self._hook_calls = HookCalls(replace(self._sends), self._is_out_of_time)
        self._pages = Pages(replace(self._applies))
        self.context = context
        self._group_commit = GroupCommit(self._store, self._wake_applier)
        self._listeners = listeners_for(context.config, self._group_commit.submit, log_listener_event)
        if context.config.settings.trust.verify == "dkim":
            self._applies.resolver.patience_s = DNS_PATIENCE_S
        self._metrics = Metrics(context)
        self._stopping = asyncio.Event()
        self._mail_came = asyncio.Event()
        self._mail_made = asyncio.Event()
        self._fetching = Fetching(self._accepts, self._mail_came)
        self._news = HearNews(
            context.ledger,
            {"accepted": [self._mail_came], "outbox": [self._mail_made], "entries": [self._hook_calls.woken]},
        )
        self._watchdog = Watchdog()
        self._deadline = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._started = context.now()
        self._muted_logged_at: datetime | None = None

    async def run(self, ready: Callable[[list[BoundAddress]], None] = lambda bound: None) -> None:
        """Serve until `stop` is called, then finish the work in progress.

        `ready` is called with the addresses on which the service listens.
        """
        self._loop = asyncio.get_running_loop()
        metrics_address = self._metrics.open()
        ready([*await self._listeners.open(), *([BoundAddress("metrics", metrics_address)] if metrics_address else [])])
        notify_systemd("READY=1")
        steps: list[tuple[Callable[[], bool], asyncio.Event]] = [
            (self._apply, self._mail_came),
            (self._send, self._mail_made),
            (self._reminders.remind, self._reminders.woken),
            (self._hook_calls.call_hooks, self._hook_calls.woken),
            (self._pages.write_pages, self._pages.woken),
        ]
        workers = [asyncio.create_task(self._repeat(*step), name=step[0].__name__.strip("_")) for step in steps]
        self._fetching.start()
        self._news.start()
        watching = asyncio.create_task(self._watchdog.watch(self._group_commit.probe, lambda: self._alive(workers)))
        await self._stopping.wait()
        watching.cancel()
        notify_systemd("STOPPING=1")
        await asyncio.gather(
            self._fetching.join(GRACE_S),
            *(listener.stop(GRACE_S) for listener in self._listeners.listeners),
        )
        await self._group_commit.close()
        await asyncio.gather(*workers)
        await self._finish()
        await asyncio.to_thread(self._pages.say_stopped)
        self._metrics.close()

    def stop(self) -> None:
        """End `run` once the work in progress is finished."""
        self._stopping.set()
        others = (self._reminders.woken, self._hook_calls.woken, self._pages.woken)
        for woken in (self._mail_came, self._mail_made, *others):
            woken.set()
        self._fetching.stop()
        self._news.stop()

    def _alive(self, workers: Sequence[asyncio.Task[None]]) -> dict[str, bool]:
        """Return the parts that do not report to the watchdog themselves, each with whether it works."""
        return {
            "listening": all(listener.listens for listener in self._listeners.listeners),
            "fetching": self._fetching.works,
            **{worker.get_name(): not worker.done() for worker in workers},
        }

    def reload(self) -> None:
        """Reload the certificate and the user list. If that fails, log it and keep the old ones."""
        try:
            self._listeners.reload()
        except ConfigError as error:
            log_event("not reloaded", logging.ERROR, error=format_error(error))
        else:
            log_event("certificate and users read again", not_read_again=NOT_READ_AGAIN)

    def _store(self, mails: Sequence[Mail]) -> None:
        accept_mails(self._accepts, mails)

    def _wake_applier(self) -> None:
        self._mail_came.set()

    def _wake_sender(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._mail_made.set)

    async def _repeat(self, step: Callable[[], bool], woken: asyncio.Event) -> None:
        """Run `step` in its own thread whenever there may be work, until the service stops."""
        with ThreadPoolExecutor(1, step.__name__.strip("_")) as thread:
            while not self._stopping.is_set():
                woken.clear()
                ran = await self._run(step, thread)
                tick_s = LATE_TICK_S if self._applies.reader.late else TICK_S
                await _wait(woken, tick_s if ran else FAULT_WAIT_S)

    async def _finish(self) -> None:
        """Process the last messages, announce without waiting for windows to end, and send, within `GRACE_S`."""
        self._deadline = time.monotonic() + GRACE_S
        with ThreadPoolExecutor(1, "finish") as thread:
            await self._run(self._apply, thread)
            await self._run(self._apply_late, thread)
            await self._run(self._send, thread)
            await self._run(self._hook_calls.call_hooks, thread)

    async def _run(self, step: Callable[[], bool], thread: ThreadPoolExecutor) -> bool:
        """Run one step. Return False if it failed; the failure is logged."""
        try:
            if await asyncio.get_running_loop().run_in_executor(thread, step):
                self._mail_made.set()
                self._hook_calls.woken.set()
        except Exception as error:  # the service must outlive a full disk or a locked ledger
            log_event(f"{step.__name__.strip('_')} failed", logging.ERROR, error=format_error(error))
            return False
        return True

    def _apply(self) -> bool:
        """Process all mail that is waiting and write the mail that becomes due. Return whether any mail was written.

        Mail that is due is written at least every MAKE_EVERY_S seconds, however much mail arrives.
        """
        self._watchdog.saw("applying")
        while self._read_some():
            self._watchdog.saw("applying")
            if self._make():
                self._wake_sender()
        return self._make()

    def _read_some(self) -> bool:
        """Process waiting mail for about MAKE_EVERY_S seconds. Return whether some mail may be left."""
        until = time.monotonic() + MAKE_EVERY_S
        while True:
            done = apply_some(self._applies, until=until)
            for outcome in done:
                log_outcome(outcome)
                self._metrics.count_outcome(outcome)
            if not done or time.monotonic() >= until:
                return time.monotonic() >= until

    def _make(self) -> bool:
        """Write the mail that is due. Return whether any mail was written."""
        made = make_due(self._applies, early=self._stopping.is_set(), heard_until=self._heard_until())
        for expired in made.expired:
            log_event("proposals have expired", incident=expired.incident, count=expired.count)
        for untold in made.untold:
            log_event("somebody was not told", logging.WARNING, incident=untold.incident, reason=untold.text)
        for mail in made.missing:
            log_event("the list has not returned a mail", logging.WARNING, number=mail.id, message_id=mail.message_id)
        for template_fault in made.template_faults:
            log_event("the built-in template was used", logging.ERROR, error=format_error(template_fault))
        if made.faults:
            raise made.faults[0].error
        return bool(made.message_ids)

    def _apply_late(self) -> bool:
        """Wait for messages that are still being parsed, and process them. Return whether any mail was written."""
        reader, made = self._applies.reader, False
        while reader.late and time.monotonic() < self._deadline:
            if reader.reading(min(reader.late), self._deadline - time.monotonic()) is not None:
                made = self._apply() or made
        return made

    def _heard_until(self) -> datetime | None:
        """Return the time up to which returned copies have been processed.

        Return None soon after the start, because some copies may not have arrived yet.
        """
        now = self.context.now()
        patience = self.context.config.settings.list.returns_within
        return now if now - self._started >= patience else None

    def _send(self) -> bool:
        """Send the mail that is due. Return False, because sending creates no new mail."""
        if self.context.is_muted:
            self._log_mute()
        else:
            for mail in deliver(self._sends, stop=self._is_out_of_time):
                log_delivery(mail)
                self._metrics.count_delivery(mail)
        return False

    def _log_mute(self) -> None:
        """Log once an hour that nothing is sent, so that nobody forgets the stop switch."""
        now = self.context.now()
        if self._muted_logged_at is None or now - self._muted_logged_at >= MUTED_LOGGED_EVERY:
            self._muted_logged_at = now
            log_event("muted", logging.WARNING, reason="nothing is sent by itself")

    def _is_out_of_time(self) -> bool:
        return self._stopping.is_set() and time.monotonic() > self._deadline


def reading_pool() -> Pool:
    """Return the pool of workers that parse mail for the service, in separate interpreters (docs/adr/0013)."""
    return Pool(interpreted("incidentmail.reply.read_mail:answer"), size=READERS)


def serve(context: AppContext, ready: Callable[[list[BoundAddress]], None] = lambda bound: None) -> None:
    """Run the service until SIGTERM or SIGINT. On SIGHUP, reload the certificate and the user list.

    Several services may share a ledger, for example while one replaces another. This is logged, because it may be a
    mistake.
    """

    async def main() -> None:
        service = Service(context)
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, service.stop)
        loop.add_signal_handler(signal.SIGHUP, service.reload)
        await service.run(ready)

    give_memory_back()
    if is_running(context.config.ledger_path):
        log_event("another service runs on this ledger", logging.WARNING, ledger=context.config.ledger.name)
    context.pool.warm()  # before there are threads, and so that the first message does not have to wait for it
    with marked_as_running(context.config.ledger_path, muted=context.config.settings.mail.mute):
        asyncio.run(main())


async def _wait(event: asyncio.Event, timeout_s: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), timeout_s)
    except TimeoutError:
        return  # the tick is over, so look for work without being woken
