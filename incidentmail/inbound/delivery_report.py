"""Parse delivery reports: which message was not delivered, to whom, and why. Pure; never raises on bad input.

Reports in RFC 3464 format are parsed from their fields, in whichever part of the mail these are. All other
reports are parsed from their text (report_text.py). Nothing is trusted here: the caller uses the key to find out
whether the returned Message-ID is one of ours.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

from incidentmail.core.text import LINE_CHARS_MAX, clip, one_line

from .addresses import canonical_address
from .decode import decode_bytes, transfer_decode, uniform
from .fields import Head, message_ids, read_head
from .limits import (
    BOUNDARY_LINES_MAX,
    CONTENT_FIELD_BYTES_MAX,
    NESTING_DEPTH_MAX,
    PARTS_MAX,
    REPORT_BYTES_MAX,
    REPORTED_MAX,
)
from .report_text import ReportText, read_text
from .tree import ENCODING, Part, header_of, parameters_of, parsed, type_of

Action = Literal["failed", "delayed", "delivered", "relayed", "expanded"]
"""The actions defined in RFC 3464 section 2.3.3."""
_ACTIONS: dict[str, Action] = {
    "failed": "failed", "failure": "failed", "delayed": "delayed", "delivered": "delivered", "relayed": "relayed",
    "expanded": "expanded",
}  # fmt: skip
_BY_CLASS: dict[str, Action] = {"5": "failed", "4": "delayed", "2": "delivered"}

_STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RETURNED_TYPES = frozenset(
    {
        "message/rfc822", "message/global", "message/global-headers", "message/rfc822-headers", "text/rfc822-headers",
        "text/rfc822",
    }
)  # fmt: skip
# Fields for the Message-ID that Exchange and others add, because RFC 3464 has none.
_ID_FIELDS = ("x-original-message-id", "original-message-id", "x-ms-exchange-message-id")
_ADDRESS_FIELDS = ("original-recipient", "final-recipient", "x-actual-recipient")
_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
_XTEXT = re.compile(r"\+([0-9A-Fa-f]{2})")
TEXTS_MAX = 10
"""The maximum number of parts of a report that are parsed as text."""
_TAG = re.compile(r"<[^<>@]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What happened to a message for one recipient.

    `addresses` are in lower case. The address that we wrote to comes first, if known. `status` is an RFC 3463 code,
    such as 5.1.1. `diagnostic` is one line, or empty.
    """

    addresses: tuple[str, ...]
    action: Action
    status: str | None = None
    diagnostic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """A delivery report.

    `original_ids` are the possible Message-IDs of the returned message, most certain first. `recipients` may be empty.
    """

    original_ids: tuple[str, ...]
    recipients: tuple[Reported, ...]


@dataclass(slots=True)
class _Found:
    """The contents of a mail's parts: blocks of fields, headers of returned messages, texts and HTML pages.

    Also the number of parts parsed so far, and of lines that could be delimiters.
    """

    blocks: list[Head] = field(default_factory=list)
    returned: list[Head] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    parts: int = 0
    lines: int = 0


def read_report(raw: bytes, *, by_list: str | None = None) -> DeliveryReport | None:
    r"""Parse `raw` as a delivery report. Return None if it reports no mail as failed, delayed or delivered.

    `by_list` is the list whose manager wrote the mail, or None. A manager that returns a whole message has rejected it.

    >>> report = read_report(
    ...     b"From: MAILER-DAEMON@mx.example.com\nSubject: failure notice\n\n<bo@example.com>:\nNo such user. 5.1.1\n\n"
    ...     b"--- Below this line is a copy of the message.\n\nMessage-ID: <1@example.com>\n"
    ... )
    >>> report.original_ids, report.recipients[0].addresses, report.recipients[0].status
    (('<1@example.com>',), ('bo@example.com',), '5.1.1')
    """
    head = read_head(raw)
    found = _parts(raw, head)
    text = read_text("\n".join((found.texts or found.pages)[:TEXTS_MAX]), subject=head.first("subject"))
    recipients = tuple(_reported(found.blocks)) or tuple(_from_text(head, text))
    if by_list is not None and found.returned and not found.blocks:
        recipients = (_rejected(by_list, found, text),)
    if not recipients and text.action is None:
        return None
    if not recipients and text.action is not None:
        recipients = (Reported(addresses=(), action=text.action, status=text.status, diagnostic=text.diagnostic),)
    return DeliveryReport(original_ids=_original_ids(head, found, text), recipients=recipients[:REPORTED_MAX])


def _original_ids(head: Head, found: _Found, text: ReportText) -> tuple[str, ...]:
    """Return the Message-IDs of returned messages, followed by those in the report's fields, text and references."""
    values = [value for one in found.returned for value in one.all("message-id")]
    values += [value for block in found.blocks for name in _ID_FIELDS for value in block.all(name)]
    values += text.message_ids
    values += head.all("in-reply-to")
    ids = (*message_ids(values), *reversed(message_ids(head.all("references"))))
    return tuple(dict.fromkeys(ids))[:REPORTED_MAX]


def _reported(blocks: Iterable[Head]) -> Iterator[Reported]:
    """Yield one recipient for each block of fields (RFC 3464 section 2.3).

    The block about the whole message names no recipient and is skipped.
    """
    for block in blocks:
        named = [value for name in _ADDRESS_FIELDS for value in block.all(name)]
        status = _STATUS.search(block.first("status"))
        word = re.match(r"[a-z]*", block.first("action").strip().lower())
        action = _ACTIONS.get(word[0] if word else "") or (_BY_CLASS[status[0][0]] if status else None)
        if action is None or not named:
            continue
        diagnostic = block.first("diagnostic-code")
        _, _, said = diagnostic.partition(";")
        yield Reported(
            addresses=tuple(dict.fromkeys(address for value in named for address in _addresses(value))),
            action=action,
            status=status[0] if status else None,
            diagnostic=clip(one_line(said or diagnostic), LINE_CHARS_MAX),
        )


def _addresses(value: str) -> Iterator[str]:
    """Yield the addresses in a field such as `rfc822; bo@example.com` (RFC 3464 section 2.3.1).

    Some systems omit the address type, or encode the address as in RFC 3461.
    """
    text = value.rpartition(";")[2].strip().strip("<>").strip()
    for form in (text, _XTEXT.sub(lambda found: chr(int(found[1], 16)), text)):
        if (address := canonical_address(form)) is not None:
            yield address


def _from_text(head: Head, text: ReportText) -> Iterator[Reported]:
    """Yield the recipients named in a header field, which Exim and Gmail add, or else in the text."""
    failed = [part for value in head.all("x-failed-recipients") for part in value.split(",")]
    named = dict.fromkeys(address for part in failed if (address := canonical_address(part.strip().strip("<>"))))
    if named:
        reasons = {one.address: one for one in text.named}
        for address in named:
            reason = reasons.get(address)
            yield Reported(
                addresses=(address,),
                action=text.action or "failed",
                status=reason.status if reason else text.status,
                diagnostic=reason.diagnostic if reason else text.diagnostic,
            )
    elif text.action is not None:
        for one in text.named:
            yield Reported(
                addresses=(one.address,), action=text.action, status=one.status, diagnostic=one.diagnostic
            )  # fmt: skip


def _rejected(by_list: str, found: _Found, text: ReportText) -> Reported:
    """Return the rejection of a post by a list manager. The reason is the beginning of the manager's mail."""
    said = "".join(found.texts or found.pages)[:REPORT_BYTES_MAX].strip().split("\n\n", 2)
    why = " ".join(said[:2] if said[0].endswith(":") else said[:1])
    return Reported(
        addresses=(by_list,), action="failed", status=text.status, diagnostic=clip(one_line(why), LINE_CHARS_MAX)
    )


def _parts(raw: bytes, head: Head) -> _Found:
    """Collect the contents of all parts of the mail.

    The mail is split into parts here, not by the email package. A mail over the limits, such as one with many parts, is
    thus still parsed as far as the limits allow.
    """
    found = _Found()
    _walk(head, raw[head.body_start :].replace(b"\r\n", b"\n").replace(b"\r", b"\n"), found, depth=0)
    return found


def _walk(head: Head, body: bytes, found: _Found, *, depth: int) -> None:
    """Collect the contents of a part and the parts below it.

    Reports inside an enclosed message are ignored, because somebody forwarded them.
    """
    part = _fields_of(head)
    kind = type_of(part)
    if kind.startswith("multipart/") and depth < NESTING_DEPTH_MAX:
        boundary = parameters_of(part).get("boundary", "").rstrip()
        for piece in _split(body, boundary.encode("utf-8", "replace"), found) if boundary else ():
            inner = read_head(piece)
            _walk(inner, piece[inner.body_start :], found, depth=depth + 1)
    elif kind in _STATUS_TYPES:
        found.blocks += _blocks(_content(part, body))
    elif kind in _RETURNED_TYPES and depth > 0:
        content = body if body[:1].strip() else body.lstrip()
        inner = read_head(content)
        if not inner.first("message-id") and header_of(part, ENCODING):
            content = _content(part, content).lstrip()
            inner = read_head(content)
        if type_of(_fields_of(inner)) == "multipart/report" and not found.blocks:
            _walk(inner, content[inner.body_start :], found, depth=depth + 1)
        else:
            found.returned.append(inner)
    elif kind in ("text/plain", "text/html"):
        text = uniform(decode_bytes(_content(part, body), parameters_of(part).get("charset", "utf-8"))[0])
        if kind == "text/html":
            found.pages.append(html.unescape(_TAG.sub("\n", text)))
        else:
            found.texts.append(text)


def _split(body: bytes, boundary: bytes, found: _Found) -> Iterator[bytes]:
    """Yield the parts of a multipart (RFC 2046 section 5.1.1), even if the last part has no closing delimiter."""
    mark, begins = b"--" + boundary, -1
    at = 0 if body.startswith(mark) else body.find(b"\n" + mark) + 1 or -1
    while at >= 0 and found.parts < PARTS_MAX and found.lines < BOUNDARY_LINES_MAX:
        found.lines += 1
        end = body.find(b"\n", at)
        end = len(body) if end < 0 else end
        rest = body[at + len(mark) : end].rstrip()
        if rest in (b"", b"--"):
            if begins >= 0:
                found.parts += 1
                yield body[begins : max(at - 1, begins)]
            if rest:
                return
            begins = end + 1
        at = body.find(b"\n" + mark, end) + 1 or -1
    if 0 <= begins < len(body) and at < 0:
        yield body[begins:]


def _blocks(content: bytes) -> Iterator[Head]:
    """Yield the field blocks of a delivery-status part: one for the whole message and one per recipient."""
    pieces = (piece.strip("\n") for piece in uniform(content.decode("latin-1")).split("\n\n"))
    for block in islice(filter(None, pieces), REPORTED_MAX + 1):
        yield read_head(f"{block}\n\n".encode("latin-1", "replace"))


def _fields_of(head: Head) -> Part:
    """Return an empty part with the Content-* fields of a header block."""
    fields = [(name, value) for name, value in head.fields if name.startswith("content-")]
    block = "".join(f"{name}: {value}\n" for name, value in fields if len(value) <= CONTENT_FIELD_BYTES_MAX) + "\n"
    part = parsed(block.encode("utf-8", "replace"))
    return Part() if isinstance(part, str) else part


def _content(part: Part, body: bytes) -> bytes:
    """Return the decoded content of a leaf part, as far as the limits allow."""
    return transfer_decode(body, header_of(part, ENCODING), REPORT_BYTES_MAX)[0]
