"""Parse raw bytes and their envelope into a frozen `Message`. No later code uses the email package.

Each message is parsed in only one way, by rules stricter than the library's. Fields end only at real line ends, the
author is known only if From can be parsed in only one way, and the text is the part that a reader sees first.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal

from incidentmail.core.frozen import Frozen
from incidentmail.core.ids import OurField
from incidentmail.core.text import one_line
from incidentmail.inbound.authentication.evidence import Evidence

from .addresses import Mailbox, canonical_address, read_from, read_mailboxes
from .calendar.calendar_answer import CalendarAnswer
from .delivery_report import DeliveryReport
from .fields import Head, display, message_id, message_ids, read_date, read_head
from .limits import FIELD_BYTES_MAX, FIRST_REFERENCES_MAX, REFERENCES_MAX, SUBJECT_CHARS_MAX, exceeded
from .part_kinds import PartKind
from .parts import read_body

__all__ = ["Envelope", "Mailbox", "Message", "Way", "canonical_address", "parse_message"]

Way = Literal["smtp", "lmtp", "submission", "pipe", "imap"]

# If one of these is exceeded, the end of the header block was not read and could contain a second From.
_HEADER_LIMITS = frozenset({"MESSAGE_BYTES_MAX", "HEADER_BLOCK_BYTES_MAX", "FIELDS_MAX", "FIELD_BYTES_MAX"})
# Fields that only the wrapped post has, and that show whether a program or incidentmail wrote it.
_WRAPPED_FIELDS = (
    "auto-submitted",
    OurField.PREFIX.lower(),
    "x-auto",
    "x-failed-recipients",
    "x-loop",
    "x-ms-exchange-inbox-rules-loop",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """How a message reached us (RFC 5321 section 2.3.1). For a pipe or a mailbox, some values are unknown."""

    way: Way
    peer: str | None = None  # IP address, or "unix"; None for pipe and imap
    reverse_path: str | None = None  # None if unknown, "" for the null reverse-path <>
    forward_paths: tuple[str, ...] = ()
    backlog: bool = False  # it was in the mailbox long before we first fetched from it
    unfetched: str | None = None  # why only the header, or nothing, was fetched


class Message(Frozen, kw_only=True, dict=True, gc=True):
    """A parsed message.

    Text has LF line ends. Header values are single lines without control characters.
    """

    envelope: Envelope
    message_id: str | None  # "<id>" with its case kept; None if missing, malformed or repeated
    in_reply_to: tuple[str, ...]
    wrapped_id: str | None  # the Message-ID of the original post if a list wrapped it in a message
    references: tuple[str, ...]  # oldest first; for a wrapped post, its own id is last
    subject: str
    date: datetime | None  # aware; None if missing or implausible
    header_from: Mailbox | None  # None unless From can be read in exactly one way
    from_problem: str | None  # why header_from is None
    reply_to: tuple[Mailbox, ...]
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    # (lower-cased name, value of at most FIELD_BYTES_MAX) in order; address fields are not decoded
    fields: tuple[tuple[str, str], ...]
    content_type: str
    report_type: str | None  # type of the multipart/report (RFC 6522), at any depth
    text: str  # the sender's text/plain; "" if none
    html: str | None  # only if text/plain is missing, blank, or says only that there is HTML
    problems: tuple[
        str, ...
    ]  # "over FIELDS_MAX", "bare CR in header", "tnef", "encrypted", "calendar", "unknown charset 'x'" ...
    kinds: tuple[PartKind, ...] = ()  # every part in order, without those of an enclosed message
    html_beside: str | None = None  # the HTML beside a text, only if it marks a signature or the text may be wrapped
    is_flowed: bool = False  # the text is format=flowed, so that each line ends where its writer ended it
    evidence: Evidence | None = None  # the result of checking its signatures; None if unchecked
    report: DeliveryReport | None = None  # parsed delivery report; None until it has been read
    calendar: CalendarAnswer | None = None  # parsed calendar reply; None until it has been read

    @property
    def is_over_a_limit(self) -> bool:
        """Whether the message exceeds a limit, so that it was not parsed completely and cannot be acted on."""
        return any(name.startswith("over ") for name in self.problems)

    def field(self, name: str) -> str | None:
        """Return the first value of the field, or None if it is missing. Case is ignored."""
        return self._first.get(name.lower())

    def has_any(self, names: Set[str]) -> bool:
        """Return whether the message has any of the fields. The names are in lower case."""
        return not names.isdisjoint(self._first)

    def all_fields(self, name: str) -> tuple[str, ...]:
        """Return every value of the field, in order."""
        name = name.lower()
        return tuple([value for found, value in self.fields if found == name]) if name in self._first else ()

    @cached_property
    def _first(self) -> Mapping[str, str]:
        """A mapping from each field to its first value. Cached, because the screening rules look up a dozen fields."""
        return dict(reversed(self.fields))


def parse_message(raw: bytes, envelope: Envelope, *, with_body: bool = True, head: Head | None = None) -> Message:
    r"""Parse a message. Never raise, whatever the bytes are; `problems` names what could not be parsed.

    If `with_body` is false, parse only the header. `head` is the result of `read_head(raw)`, if already known.

    A message over a limit keeps the fields that could be parsed safely, and has no text. If a limit on the header or on
    the whole message is exceeded, it has no author either.

    >>> mail = b"From: Bo <bo@example.com>\nSubject: Re: cards fail\nMessage-ID: <1@example.com>\n\nsev 1\n"
    >>> message = parse_message(mail, Envelope(way="pipe"))
    >>> message.header_from.address, message.subject, message.text
    ('bo@example.com', 'Re: cards fail', 'sev 1\n')
    """
    head = head or read_head(raw)
    limit = exceeded(raw, head.block)
    body = read_body(
        [(name, value) for name, value in head.fields if "content-" in name and name.startswith("content-")],
        _body_bytes(raw, head.body_start) if with_body and not limit else None,
        apple="Apple" in head.first("x-mailer") or "iPhone Mail" in head.first("x-mailer"),
        list_date=head.first("date") if head.first("list-id") else "",
    )
    ids = _thread_ids(head, body.wrapped)
    problems = ["two Message-ID fields"] if len(set(head.all("message-id"))) > 1 else []
    header_from, from_problem = read_from(head.all("from"))
    split = [problem for problem in head.problems if problem.endswith("in header")]
    if split or limit in _HEADER_LIMITS:
        header_from, from_problem = None, split[0] if split else f"over {limit}"
    return Message(
        envelope=envelope,
        message_id=message_id(head.all("message-id")),
        wrapped_id=message_id(read_head(body.wrapped).all("message-id")) if body.wrapped is not None else None,
        in_reply_to=ids[0],
        references=ids[1],
        subject=one_line(display("subject", head.first("subject")))[:SUBJECT_CHARS_MAX],
        date=read_date(head.first("date")),
        header_from=header_from,
        from_problem=from_problem,
        reply_to=read_mailboxes(head.all("reply-to")),
        to=read_mailboxes(head.all("to")),
        cc=read_mailboxes(head.all("cc")),
        fields=_shown(head, body.wrapped),
        content_type=body.content_type,
        report_type=body.report_type,
        text=body.text,
        html=body.html,
        kinds=body.kinds,
        html_beside=body.html_beside,
        is_flowed=body.is_flowed,
        problems=(*([f"over {limit}"] if limit else []), *head.problems, *problems, *body.problems),
    )


def _body_bytes(raw: bytes, start: int) -> bytes:
    """Return the body with LF line ends, so that the limits and the parser agree on where lines end."""
    content = raw[start:]
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in content else content


def _shown(head: Head, wrapped: bytes | None) -> tuple[tuple[str, str], ...]:
    if head.is_plain and wrapped is None and head.block[0] <= FIELD_BYTES_MAX:
        return head.fields
    fields = [*head.fields]
    if wrapped is not None:
        own = {name for name, _ in fields}
        inner = read_head(wrapped).fields
        fields += [(name, value) for name, value in inner if name.startswith(_WRAPPED_FIELDS) and name not in own]
    return tuple([(name, display(name, value[:FIELD_BYTES_MAX])) for name, value in fields])


def _thread_ids(head: Head, wrapped: bytes | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the Message-IDs in In-Reply-To and References.

    If there are too many, the first and the newest ones are kept. If a list wrapped a post, the wrapper's ids are
    followed by those of the enclosed post and by its own id.
    """
    replied, references = head.all("in-reply-to"), head.all("references")
    if wrapped is not None:
        inner = read_head(wrapped)
        replied += inner.all("in-reply-to")
        references += [*inner.all("references"), *inner.all("message-id")]
    found = message_ids(references)
    answered = found if replied == references else message_ids(replied)  # as in the first reply of a thread
    return _trimmed(answered), _trimmed(found)


def _trimmed(ids: tuple[str, ...]) -> tuple[str, ...]:
    if len(ids) <= REFERENCES_MAX:
        return ids
    return (*ids[:FIRST_REFERENCES_MAX], *ids[FIRST_REFERENCES_MAX - REFERENCES_MAX :])
