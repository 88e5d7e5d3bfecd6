"""Decide which references to an incident count if a message is proven by a signature alone.

Anybody who receives a signed message can send it again, to another plus-address or with other unsigned fields.
"""

from __future__ import annotations

from dataclasses import replace

from incidentmail.core.frozen import replace as with_fields
from incidentmail.core.model import Trust
from incidentmail.inbound.message import Message

from .author import Belief, Roster, is_ours

_THREAD_FIELDS = ("to", "cc", "in-reply-to", "references")


def proven_thread(message: Message, belief: Belief) -> Message:
    """Return the message with only those references to its incident that the signature covers."""
    return message if belief.signed is None else _with_thread(message, belief.signed)


def claimed_thread(message: Message, belief: Belief, roster: Roster) -> tuple[Message, Belief] | None:
    """Return the message with the incident that it claims to answer, trusted only as a member's.

    Some signers cover neither To nor In-Reply-To. Unsigned addresses never count here, and neither does the envelope,
    because anybody can forward a signed message to another address. To find out whether the message answers that
    incident, the caller has to compare the subject, which is always signed.

    Return None if no signature was checked, if the signed fields show that the message was not meant for us, or if the
    message repeats a field that may occur only once (RFC 5322 section 3.6).
    """
    if belief.signed is None or any(len(message.all_fields(name)) > 1 for name in _THREAD_FIELDS):
        return None
    signed_to = (*message.to, *(message.cc if "cc" in belief.signed else ()))
    if "to" in belief.signed and not any(is_ours(box.address, roster) for box in signed_to):
        return None
    why = f"{belief.why}, but what names the incident is not signed"
    lesser = Belief(trust=Trust.MEMBER, rule="unsigned-thread", why=why)
    return _with_thread(message, belief.signed | {"in-reply-to", "references"}), lesser


def _with_thread(message: Message, fields: frozenset[str]) -> Message:
    return with_fields(
        message,
        envelope=replace(message.envelope, forward_paths=()),
        to=message.to if "to" in fields else (),
        cc=message.cc if "cc" in fields else (),
        in_reply_to=message.in_reply_to if "in-reply-to" in fields else (),
        references=message.references if "references" in fields else (),
    )
