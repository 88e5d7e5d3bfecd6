"""Write the heads of the ledger's two hash chains into a header field of our messages, and read them back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from incidentmail.core.frozen import Frozen
from incidentmail.core.ids import OurField, mac
from incidentmail.core.lazy_pattern import lazy_pattern
from incidentmail.core.record.keys import proven_by
from incidentmail.core.text import one_line
from incidentmail.ledger.values import Head

if TYPE_CHECKING:
    from incidentmail.inbound.message import Message

_FIELD = lazy_pattern(
    r"(?P<heads>(?P<origin>[a-z2-7]{1,32}); (?P<size>[0-9]{1,18}); (?P<hash>[0-9a-f]{64})"
    r"(?:; (?P<accepted>[0-9]{1,18}); (?P<accepted_hash>[0-9a-f]{64}))?)(?:; (?P<mac>[a-z2-7]{10}))?",
    re.ASCII,
)


class Witness(Frozen, kw_only=True):
    """The heads of both chains as stated in a message. Older messages have no head for accepted mail.

    `is_proven` is true if the keyed hash in the field is valid. Otherwise the heads may have been changed by anybody
    who has the message.
    """

    entries: Head
    accepted: Head | None
    is_proven: bool


def signed(key: bytes, heads: str) -> str:
    """Return the value of the field: the heads, followed by a keyed hash of them.

    >>> signed(b"k", "ghijkl; 1; " + 64 * "0")[-12:]
    '; w75gwqylkj'
    """
    return f"{heads}; {mac(key, 'ledger', heads)}"


def read_witness(message: Message, key: bytes) -> Witness | None:
    """Return the ledger heads that the message states, or None if it has no such field."""
    found = _FIELD.fullmatch(one_line(message.field(OurField.LEDGER) or ""))
    if found is None:
        return None
    origin, accepted = found["origin"], found["accepted"]
    return Witness(
        entries=Head(origin=origin, size=int(found["size"]), hash=found["hash"]),
        accepted=Head(origin=origin, size=int(accepted), hash=found["accepted_hash"]) if accepted else None,
        is_proven=proven_by(key, found["mac"] or "", lambda one: mac(one, "ledger", found["heads"])) is not None,
    )
