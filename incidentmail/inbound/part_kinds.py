"""What kinds of parts a mail has, as values, and which of them hold no words of its sender."""

from __future__ import annotations

from typing import NamedTuple


class PartKind(NamedTuple):
    """The MIME type of one part, whether it is attached, and the parameter that tells more about that type.

    The parameter is `method` of a calendar entry (RFC 5546) and `report-type` of a report (RFC 6522), else empty.
    """

    type: str
    attached: bool = False
    told: str = ""


def is_protected(kinds: tuple[PartKind, ...]) -> bool:
    """Return whether a rights management system holds the words back (Microsoft's `message_v2.rpmsg`)."""
    return any(kind.type == "application/x-microsoft-rpmsg-message" or kind.told == "rpmsg" for kind in kinds)
