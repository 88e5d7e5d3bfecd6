"""Check the signatures and seals of a message without relying on a server. The DNS key records are arguments."""

from __future__ import annotations

from datetime import datetime

from incidentmail.inbound.message import Message

from .arc import sealed, seals_hold
from .author import Provenance, Roster
from .dkim_signature import LookUp, check_signatures
from .evidence import NOTHING, Evidence


def examine(
    raw: bytes, message: Message, roster: Roster, author_domain: str, *, look_up: LookUp, at: datetime
) -> Evidence:
    """Return the evidence from a message's seals and signatures. Exceptions raised by `look_up` are propagated.

    The seal of a listed server is checked first, because nothing else can prove the author of a list's copy.
    """
    found = sealed(message, author_domain, roster.sealers)
    if found is not None and seals_hold(raw, message, look_up):
        return found
    if Provenance(message=message, roster=roster).through_our_list:
        return NOTHING
    return check_signatures(raw, message, author_domain, look_up=look_up, at=at)
