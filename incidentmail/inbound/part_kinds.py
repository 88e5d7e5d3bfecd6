"""What kinds of parts a mail has, as values, and which of them hold no words of its sender."""

from __future__ import annotations

import re
from typing import NamedTuple

_HTML = re.compile(r"\bhtml\b", re.I | re.A)
_STUB_ALONE = re.compile(
    r"an? html[ \w-]{0,30}(?:viewer|client|program|reader|browser)"
    r"|(?:not|n['’]t) (?:support|display|show|render)s? html|this is an html (?:message|e-?mail)\b",
    re.I | re.A,
)
STUB_CHARS_MAX = 400
"""A text that only says where the words are is shorter."""


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


def is_stub(text: str, *, beside_html: bool) -> bool:
    """Return whether a plain text only says that the words are in HTML, and so has none of its sender's.

    If the HTML is there, it says all that the text says, so that a mention of HTML is enough.
    """
    if len(text) > STUB_CHARS_MAX:
        return False
    if beside_html:
        return _HTML.search(text) is not None
    return _STUB_ALONE.search(text) is not None and not any(character.isdigit() for character in text)
