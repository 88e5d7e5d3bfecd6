"""Wake the threads of the service as soon as another process has written what they wait for."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from incidentmail.errors import LedgerError, NotPermittedError
from incidentmail.ledger.port import Ledger
from incidentmail.ledger.sharing import News

from .event_log import format_error, log_event

LISTEN_S: Final = 1.0
"""How long to listen before it is looked whether the service stops."""
WAIT_S: Final = 5.0
"""How long to wait after the ledger could not be heard. The threads look by themselves meanwhile."""


class HearNews:
    """Hears what is new in a ledger that can tell it, and sets the events of who waits for it."""

    def __init__(self, ledger: Ledger, wakes: Mapping[str, Sequence[asyncio.Event]]) -> None:
        self._ledger, self._wakes = ledger, wakes
        self._stopping = threading.Event()

    def start(self) -> None:
        """Listen in a daemon thread until `stop`. A ledger without news is left alone."""
        news = self._ledger.news()
        if news is not None:
            loop = asyncio.get_running_loop()
            threading.Thread(target=self._hear, args=(news, loop), name="hear news", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()

    def _hear(self, news: News, loop: asyncio.AbstractEventLoop) -> None:
        while not self._stopping.is_set():
            try:
                found = news.wait(LISTEN_S)
            except (LedgerError, NotPermittedError) as error:
                if not self._stopping.is_set():
                    log_event("hear news failed", logging.WARNING, error=format_error(error))
                self._stopping.wait(WAIT_S)
                continue
            with suppress(RuntimeError):  # the loop has ended just now
                for event in (event for word in found for event in self._wakes.get(word, ())):
                    loop.call_soon_threadsafe(event.set)
