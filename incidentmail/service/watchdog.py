"""Tell systemd again and again that the service works, as long as it does (WatchdogSec= of the unit).

If the messages stop, systemd ends the service and starts it again; nothing that was accepted is lost by that. A step
that fails has come to its end, so it counts as alive: a full disk or a locked ledger is not cured by a restart.
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
"""The threads that have to come round. Sending may wait for a slow relay as long as it takes."""


class Watchdog:
    """Knows when each of `PARTS` was last seen alive, and tells systemd while all of them are.

    `timeout_s` is the time after which systemd gives up; None if it does not ask. A part counts as stuck after half of
    it. `clock` gives seconds and never goes back.
    """

    def __init__(self, timeout_s: float | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.timeout_s = watchdog_timeout_s() if timeout_s is None else timeout_s
        self._clock = clock
        self._seen = dict.fromkeys(PARTS, clock())
        self._was_told: Sequence[str] = ()

    def saw(self, part: str) -> None:
        """Note that a part of the service came round just now. Any thread may call this."""
        self._seen[part] = self._clock()

    def stuck(self) -> list[str]:
        """Return the parts that have not come round for too long."""
        now = self._clock()
        return [part for part, at in self._seen.items() if now - at > (self.timeout_s or 0) / 2]

    def tell(self, others: Mapping[str, bool]) -> bool:
        """Tell systemd that the service works, if it does. Return whether it was told.

        `others` says of further parts whether they work. What does not work is logged once.
        """
        broken = self.stuck() + [part for part, works in others.items() if not works]
        if broken and broken != self._was_told:
            log_event("the service is stuck, so systemd will restart it", logging.ERROR, parts=", ".join(broken))
        self._was_told = broken
        if not broken:
            notify_systemd("WATCHDOG=1")
        return not broken

    async def watch(self, probe: Callable[[], asyncio.Future[None]], others: Callable[[], Mapping[str, bool]]) -> None:
        """Tell systemd four times in each time-out, until this task is cancelled.

        `probe` gives the accepting thread something to do, and is not called again before that is done.
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
