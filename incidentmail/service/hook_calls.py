"""Call hooks while the service runs, in a separate thread, so that a slow hook delays no mail."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from incidentmail.app.context import AppContext
from incidentmail.app.hooks.deliver import deliver_to_hooks
from incidentmail.ledger.deliveries import Delivery

from .event_log import log_event


class HookCalls:
    """The work done by the service's hook thread."""

    def __init__(self, context: AppContext, stop: Callable[[], bool]) -> None:
        self.context, self._stop = context, stop
        self.woken = asyncio.Event()

    def call_hooks(self) -> bool:
        """Call the hooks that are due. Return False, because no mail is written here."""
        if self.context.config.settings.hook and not self.context.is_muted:
            for delivery in deliver_to_hooks(self.context, stop=self._stop):
                _log(delivery)
        return False


def _log(delivery: Delivery) -> None:
    """Log the result of a call, without the content that was sent."""
    level = {"failed": logging.ERROR, "queued": logging.WARNING}.get(delivery.state, logging.INFO)
    log_event(
        f"hook {delivery.state}", level,
        number=f"h{delivery.id}", hook=delivery.hook, event_told=delivery.event, incident=delivery.incident,
        attempts=delivery.attempts, error=delivery.last_error,
    )  # fmt: skip
