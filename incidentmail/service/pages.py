"""Keep the web pages up to date with the record while the service runs."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from incidentmail.app.context import AppContext
from incidentmail.app.publishing.publish import is_wanted, publish, publish_if_due
from incidentmail.errors import PagesError, RenderError

from .event_log import format_error, log_event

RETRY_AFTER = timedelta(seconds=30)
"""How long to wait after writing the pages failed, because each attempt reads the record."""
LOGGED_EVERY = timedelta(minutes=10)


class Pages:
    """The work done by the service's web page thread."""

    def __init__(self, context: AppContext) -> None:
        self.context = context
        self.woken = asyncio.Event()
        self._is_first = True
        self._wait_until = self._log_after = datetime.min.replace(tzinfo=UTC)

    def write_pages(self) -> bool:
        """Write the pages if the record has changed. Return False, because no mail is written here."""
        now = self.context.now()
        if not is_wanted(self.context.config.settings.publish) or now < self._wait_until:
            return False
        try:
            publish_if_due(self.context, is_first=self._is_first)
            self._is_first = False
        except (PagesError, RenderError) as error:
            self._wait_until = now + RETRY_AFTER
            if now >= self._log_after:
                log_event("pages not written", logging.ERROR, error=format_error(error))
                self._log_after = now + LOGGED_EVERY
        return False

    def say_stopped(self) -> None:
        """Make the pages say that they are no longer kept up to date."""
        if not is_wanted(self.context.config.settings.publish):
            return
        try:
            publish(self.context, stopped=True)
        except (PagesError, RenderError) as error:
            log_event("pages not written", logging.ERROR, error=format_error(error))
