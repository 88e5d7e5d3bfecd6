"""Record the last mail that this laptop sent. The next one refers to it, so that the authority keeps their order."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

from incidentmail.errors import NotPermittedError

from .laptop import Laptop

NAME = "laptop-last-sent"
REMEMBERED_FOR = timedelta(days=1)
"""Mail servers rarely delay a mail for longer than this, so an older mail has either arrived or been lost."""


def last_sent(laptop: Laptop) -> str | None:
    """Return the Message-ID of the last mail sent to the authority, or None if there is none or it is too old."""
    try:
        message_id, _, at = _path(laptop).read_text(encoding="ascii").strip().partition(" ")
        is_recent = timedelta() <= laptop.now() - datetime.fromisoformat(at) <= REMEMBERED_FOR
    except (OSError, ValueError):
        return None  # the file is missing or damaged, but mail can be sent without it
    return message_id if is_recent else None


def remember_sent(laptop: Laptop, message_id: str) -> None:
    """Remember a mail that has been sent. Raise NotPermittedError if the file cannot be written."""
    path = _path(laptop)
    beside = path.with_name(f"{NAME}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside.write_text(f"{message_id} {laptop.now().isoformat()}\n", encoding="ascii")
        beside.replace(path)
    except OSError as error:
        raise NotPermittedError(
            f"{path} cannot be written: {error.strerror}", hint="the mail was sent; a later one may overtake it"
        ) from error


def _path(laptop: Laptop) -> Path:
    return laptop.config.ledger_path.with_name(NAME)
