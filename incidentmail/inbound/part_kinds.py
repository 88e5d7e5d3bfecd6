"""Define the kinds of MIME parts, and which of them hide the sender's words."""

from __future__ import annotations

from typing import NamedTuple

CALENDAR = frozenset({"text/calendar", "application/ics"})
"""The MIME types of calendar parts."""


class PartKind(NamedTuple):
    """The MIME type of a part, whether it is an attachment, and a detail.

    The detail is the `method` of a calendar part (RFC 5546), or `rpmsg` for a file with that extension. Otherwise it is
    empty.
    """

    type: str
    attached: bool = False
    told: str = ""


def is_protected(kinds: tuple[PartKind, ...]) -> bool:
    """Return whether a rights management system hides the words of the message (Microsoft's `message_v2.rpmsg`)."""
    return any(kind.type == "application/x-microsoft-rpmsg-message" or kind.told == "rpmsg" for kind in kinds)
