"""The kinds of parts of a message, as values, and which kinds hold no words of the sender."""

from __future__ import annotations

from typing import NamedTuple


class PartKind(NamedTuple):
    """The MIME type of one part, whether it is attached, and a detail about that type.

    The detail is the `method` of a calendar entry (RFC 5546), or `rpmsg` for a file of that name; otherwise it is
    empty.
    """

    type: str
    attached: bool = False
    told: str = ""


def is_protected(kinds: tuple[PartKind, ...]) -> bool:
    """Return whether a rights management system hides the words (Microsoft's `message_v2.rpmsg`)."""
    return any(kind.type == "application/x-microsoft-rpmsg-message" or kind.told == "rpmsg" for kind in kinds)
