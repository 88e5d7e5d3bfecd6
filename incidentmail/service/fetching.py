"""Watch the mailbox while the service runs, in a daemon thread."""

from __future__ import annotations

import asyncio
import threading

from incidentmail.app.context import AppContext
from incidentmail.app.receiving.fetch_folder import Fetched
from incidentmail.app.receiving.fetch_loop import Fetcher


class Fetching:
    """The service's thread that watches the mailbox. Without `[imap] url` there is no such thread.

    If the service ends during a fetch, those messages are fetched again later.
    """

    def __init__(self, context: AppContext, mail_came: asyncio.Event) -> None:
        self._fetcher = Fetcher(context) if context.config.settings.imap.url else None
        self._mail_came = mail_came
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start watching the mailbox. Call this in the event loop that owns `mail_came`."""
        if (fetcher := self._fetcher) is None:
            return
        loop = asyncio.get_running_loop()

        def wake(fetched: Fetched) -> None:
            loop.call_soon_threadsafe(self._mail_came.set)

        self._thread = threading.Thread(target=fetcher.run, args=(wake,), name="fetch", daemon=True)
        self._thread.start()

    @property
    def works(self) -> bool:
        """Whether the thread is running or there is nothing to watch."""
        return self._fetcher is None or (self._thread is not None and self._thread.is_alive())

    def stop(self) -> None:
        """Ask the thread to end."""
        if self._fetcher is not None:
            self._fetcher.stop()

    async def join(self, grace_s: float) -> None:
        """Wait until the thread has ended, for at most `grace_s` seconds."""
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join, grace_s)
