"""Recognise a signed message sent again with another Message-ID, which many signatures do not cover."""

from __future__ import annotations

import hashlib

from incidentmail.core.text import one_line
from incidentmail.inbound.limits import SIGNATURES_MAX
from incidentmail.inbound.message import Message

from .dkim_signature import covered, tags_of

_SIGNATURES = ("dkim-signature", "arc-message-signature")


def signature_ids(message: Message) -> tuple[str, ...]:
    """Return an identifier, in the form of a Message-ID, for each signature that does not cover Message-ID.

    The identifier is computed from the signature's tags, which include the hash of the body, and from Date and Subject,
    which every signature covers. The tag `b=` is omitted, because its value can be written in several ways. Different
    messages by the same person differ in Date.

    >>> from incidentmail.inbound.message import Envelope, parse_message
    >>> fields = "DKIM-Signature: d=x.example; h=From:Date:Subject; bh=eA==; b=%s\\nMessage-ID: <%s@x.example>\\n\\n"
    >>> first, again = (parse_message((fields % ("eA==", n)).encode(), Envelope(way="pipe")) for n in (1, 2))
    >>> signature_ids(first) == signature_ids(again) != ()
    True
    """
    values = [value for name in _SIGNATURES for value in message.all_fields(name)][:SIGNATURES_MAX]
    found = []
    for tags in map(tags_of, values):
        if tags and "message-id" not in covered(message.fields, tags):
            signed = sorted((name, value) for name, value in tags.items() if name != "b")
            text = repr((signed, str(message.date), one_line(message.subject)))
            found.append(f"<{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()}@signature.invalid>")
    return tuple(found)
