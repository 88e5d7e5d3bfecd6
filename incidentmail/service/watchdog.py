"""Report to systemd at intervals for as long as the service works (WatchdogSec= of the unit).

If the reports stop, systemd restarts the service, and no accepted mail is lost. A step that fails has still ended, so
it counts as alive: a restart would not help against a full disk or a locked ledger.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence

from incidentmail.transport.systemd import watchdog_timeout_s

from .event_log import log_event
from .systemd_state import notify_systemd

PARTS = ("accepting", "applying")
"""The threads that have to report regularly. Sending is not among them, because a relay may be slow."""


class Watchdog:
    """The time at which each of `PARTS` was last seen alive. While all of them are alive, systemd is notified.

    `timeout_s` is the time after which systemd restarts the service, or None if systemd expects no reports. A part
    counts as stuck after half of this time. `clock` returns seconds and is monotonic.
    """

    def __init__(self, timeout_s: float | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.timeout_s = watchdog_timeout_s() if timeout_s is None else timeout_s
        self._clock = clock
        self._seen = dict.fromkeys(PARTS, clock())
        self._was_told: Sequence[str] = ()

    def saw(self, part: str) -> None:
        """Record that a part of the service is alive now. Any thread may call this."""
        self._seen[part] = self._clock()

    def stuck(self) -> list[str]:
        """Return the parts that have not been seen alive for too long."""
        now = self._clock()
        return [part for part, at in self._seen.items() if now - at > (self.timeout_s or 0) / 2]

    def tell(self, others: Mapping[str, bool]) -> bool:
        """Notify systemd if all parts of the service work. Return whether it was notified.

        `others` maps the names of other parts to whether they work. Parts that do not work are logged once.
        """
        broken = self.stuck() + [part for part, works in others.items() if not works]
        if broken and broken != self._was_told:
            log_event("the service is stuck, so systemd will restart it", logging.ERROR, parts=", ".join(broken))
        self._was_told = broken
        if not broken:
            notify_systemd("WATCHDOG=1")
        return not broken

    async def watch(self, probe: Callable[[], asyncio.Future[None]], others: Callable[[], Mapping[str, bool]]) -> None:
        """Notify systemd four times per timeout, until this task is cancelled.

        `probe` gives the accepting thread a task, and is called again only once that task is done.
        """
        if not self.timeout_s:
            return
        asked: asyncio.Future[None] | None = None
        self._seen = dict.fromkeys(PARTS, self._clock())
        while True:
            if asked is None or asked.done():
                asked = probe()
                asked.add_done_callback(lambda done: self.saw("accepting"))
            await asyncio.sleep(self.timeout_s / 4)
            self.tell(others())
