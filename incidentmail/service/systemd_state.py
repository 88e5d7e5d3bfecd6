"""Report the state of the service to systemd. The service also works without systemd."""

from __future__ import annotations

import logging

from incidentmail.transport.systemd import notify

from .event_log import format_error, log_event


def notify_systemd(state: str) -> None:
    """Notify systemd of `state`, such as `READY=1`. If that fails, log it."""
    try:
        notify(state)
    except OSError as error:
        log_event(f"systemd was not notified of {state}", logging.WARNING, error=format_error(error))
