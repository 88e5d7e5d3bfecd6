"""Wake the threads of the service when another process has written something that they are waiting for."""

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
"""How long to listen before checking whether the service is stopping."""
WAIT_S: Final = 5.0
"""How long to wait after listening failed. Meanwhile the threads look for work at intervals."""


class HearNews:
    """A listener for notifications from the ledger, if it sends any. It sets the events of the threads that wait."""

    def __init__(self, ledger: Ledger, wakes: Mapping[str, Sequence[asyncio.Event]]) -> None:
        self._ledger, self._wakes = ledger, wakes
        self._stopping = threading.Event()

    def start(self) -> None:
        """Listen in a daemon thread until `stop` is called. Do nothing if the ledger sends no notifications."""
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
            with suppress(RuntimeError):  # the event loop has just ended
                for event in (event for word in found for event in self._wakes.get(word, ())):
                    loop.call_soon_threadsafe(event.set)
