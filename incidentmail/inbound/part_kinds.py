"""What kinds of parts a mail has, as values, and which of them hold no words of its sender."""

from __future__ import annotations

from typing import NamedTuple


class PartKind(NamedTuple):
    """The MIME type of one part, whether it is attached, and what tells more about that type.

    That is the `method` of a calendar entry (RFC 5546), and `rpmsg` of a file so called; else it is empty.
    """

    type: str
    attached: bool = False
    told: str = ""


def is_protected(kinds: tuple[PartKind, ...]) -> bool:
    """Return whether a rights management system holds the words back (Microsoft's `message_v2.rpmsg`)."""
    return any(kind.type == "application/x-microsoft-rpmsg-message" or kind.told == "rpmsg" for kind in kinds)
