"""Find the time zone of a sender who writes times without a zone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, tzinfo

from .message import Message

EARLIER_FOR = timedelta(days=7)
"""The maximum age of an earlier message that shows its author's time zone. People travel, and clocks change."""
_OUTLOOK_FIELDS = ("x-ms-exchange-", "thread-index")


def sender_zone(message: Message, earlier: Callable[[], Iterable[datetime]]) -> tzinfo:
    """Return the UTC offset in the message's Date, or UTC if there is none.

    Outlook for business writes +0000 wherever its user is. In that case, use the newest of the `earlier` Dates from the
    same address that has another offset. `earlier` is called only if needed.
    """
    own = message.date.tzinfo if message.date else None
    if own is None:
        return UTC
    if message.date and not message.date.utcoffset() and _is_business_outlook(message):
        return next((date.tzinfo for date in earlier() if date.utcoffset() and date.tzinfo), own)
    return own


def _is_business_outlook(message: Message) -> bool:
    mailer = (message.field("x-mailer") or "").lower()
    return "outlook" in mailer or any(name.startswith(_OUTLOOK_FIELDS) for name, _ in message.fields)
