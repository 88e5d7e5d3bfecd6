"""Check at intervals whether anything has become due in an incident."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from incidentmail.app.context import AppContext
from incidentmail.app.reminding.remind import remind

from .event_log import log_event

EVERY = timedelta(seconds=5)
"""How often to check open incidents."""
LOOK_BACK_EVERY = timedelta(minutes=10)
"""How often to also check incidents that have ended, or are in their last phase."""


class Reminders:
    """The work done by the service's reminder thread. The thread that applies mail writes the reminders themselves."""

    def __init__(self, context: AppContext) -> None:
        self.context = context
        self.woken = asyncio.Event()
        self._looked_at = self._looked_back_at = datetime.min.replace(tzinfo=UTC)

    def remind(self) -> bool:
        """Record what is due. Return False, because no mail is written here."""
        now = self.context.now()
        if self.context.is_muted or now - self._looked_at < EVERY:
            return False
        looks_back = now - self._looked_back_at >= LOOK_BACK_EVERY
        for incident, reason in remind(self.context, everything=looks_back):
            log_event("somebody was not told", logging.WARNING, incident=incident, reason=reason)
        self._looked_at = now
        self._looked_back_at = now if looks_back else self._looked_back_at
        return False
