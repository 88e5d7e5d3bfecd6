"""Parse a raw message in one call. The call is expensive, so it is made in a worker process. Pure.

The header decides how far the author is trusted before the body is examined. The body of a stranger's message is never
decoded.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from msgspec import json

from incidentmail.core.frozen import replace as with_fields
from incidentmail.core.ids import OurField
from incidentmail.core.model import Trust
from incidentmail.inbound.authentication.author import Provenance, Roster
from incidentmail.inbound.calendar.calendar_answer import read_calendar_answer
from incidentmail.inbound.delivery_report import read_report
from incidentmail.inbound.fields import read_head
from incidentmail.inbound.list_notice import list_of_notice
from incidentmail.inbound.message import Envelope, Message, parse_message
from incidentmail.inbound.no_letter import is_calendar
from incidentmail.inbound.screen import Disposition, reports_failure, screen

from .extraction.cut import Extraction, cut
from .understand import lines_of, signature_of

HEADER_ONLY: Final = b"-"
"""Sent in place of the roster if no body is to be decoded, whoever the author is."""
_SIZES: Final = struct.Struct(">II")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A parsed message. `extraction` says which lines of its text are the sender's own (None if it was not decoded)."""

    message: Message
    extraction: Extraction | None = None


def read_mail(raw: bytes, envelope: Envelope, roster: Roster | None) -> Reading:
    """Parse a message. If `roster` is None, as in a call from the command line, parse all of the message.

    >>> lists = {"list_address": "list@example.com", "own_address": "bot@example.com"}
    >>> roster = Roster(members=("*@example.com",), relays=("pipe",), **lists)
    >>> for address in ("bo@example.com", "eve@evil.example"):
    ...     read_mail(f"From: {address}\\n\\nsev 1\\n".encode(), Envelope(way="pipe"), roster).message.text
    'sev 1\\n'
    ''
    """
    head = read_head(raw)
    if roster is not None:
        header = parse_message(raw, envelope, with_body=False, head=head)
        if not may_decode(header, roster):
            return Reading(message=header)
    message = parse_message(raw, envelope, head=head)
    if screen(message).disposition is Disposition.BOUNCE:
        message = with_fields(message, report=read_report(raw, by_list=list_of_notice(message)))
    if is_calendar(message):
        message = with_fields(message, calendar=read_calendar_answer(raw))
    signature, box = signature_of(message), message.header_from
    if roster is not None:
        box = Provenance(message=message, roster=roster).author or box
    is_page = message.html is not None
    text, is_typed = lines_of(message)
    message = with_fields(message, text=text, html=None, html_beside=None)
    extraction = cut(text, box.name if box else "", signature)
    extraction = with_fields(extraction, is_page=is_page, is_typed=is_typed)
    return Reading(message=message, extraction=extraction)


def may_decode(head: Message, roster: Roster) -> bool:
    """Return whether to decode the body: it belongs to a member's message, our own message, or a report about our mail.

    If the message did not arrive in a trusted way, the body is not decoded, because anybody can make a mail look like
    our own or like a report. A list that wraps the messages it distributes shows only its own address, so our own mail
    may be inside.
    """
    provenance = Provenance(message=head, roster=roster)
    if not provenance.came_a_trusted_way:
        return False
    if head.field(OurField.PROOF) is not None or provenance.belief.trust is not Trust.STRANGER:
        return True
    if provenance.is_from_list_itself or (head.header_from and roster.is_alert_sender(head.header_from.address)):
        return True
    return screen(head).disposition is Disposition.BOUNCE or reports_failure(head)


def request(raw: bytes, envelope: Envelope, roster: bytes) -> bytes:
    """Return the request that asks a worker to parse a message. `roster` is the result of `roster_json`."""
    head = json.encode(envelope)
    return b"".join((_SIZES.pack(len(head), len(roster)), head, roster, raw))


def roster_json(roster: Roster | None) -> bytes:
    return json.encode(roster)


def answer(request: bytes) -> bytes:
    """Parse the message in a request, and return the result as JSON. This runs in the worker."""
    head, roster = _SIZES.unpack_from(request)
    start = _SIZES.size + head
    envelope = json.decode(request[_SIZES.size : start], type=Envelope)
    allowed, raw = request[start : start + roster], request[start + roster :]
    if allowed == HEADER_ONLY:
        return json.encode(Reading(message=parse_message(raw, envelope, with_body=False)))
    return json.encode(read_mail(raw, envelope, _roster(allowed)))


def reading(answer: bytes) -> Reading:
    """Return the reading in a worker's answer. Raise ValueError if it contains none."""
    return json.decode(answer, type=Reading)


@lru_cache(maxsize=1)
def _roster(text: bytes) -> Roster | None:
    return json.decode(text, type=Roster | None)
