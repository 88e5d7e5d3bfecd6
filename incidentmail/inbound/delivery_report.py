"""Delivery reports: which message came back, for whom, and why. Pure; any bytes give a report or None.

Reports of RFC 3464 are read by their fields, wherever they are among the parts. All others are read by their text
(report_text.py). Nothing is believed here: the caller uses the key to find out whether the returned Message-ID is ours.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from incidentmail.core.text import LINE_CHARS_MAX, clip, one_line

from .addresses import canonical_address
from .decode import decode_bytes, transfer_decode, uniform
from .fields import Head, message_ids, read_head
from .limits import CONTENT_FIELD_BYTES_MAX, REPORT_BYTES_MAX, REPORTED_MAX
from .report_text import ReportText, read_text
from .tree import LIBRARY_ERRORS, Part, parsed

Action = Literal["failed", "delayed", "delivered", "relayed", "expanded"]
"""RFC 3464 section 2.3.3."""
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
# RFC 3464 has no field for this; Exchange and others add one of these.
_ID_FIELDS = ("x-original-message-id", "original-message-id", "x-ms-exchange-message-id")
_ADDRESS_FIELDS = ("original-recipient", "final-recipient", "x-actual-recipient")
_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
_XTEXT = re.compile(r"\+([0-9A-Fa-f]{2})")
TEXTS_MAX = 10
"""The number of parts of a report whose text is read."""
_TAG = re.compile(r"<[^<>@]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What happened to one recipient.

    `addresses` are lower-cased; the one that we wrote to comes first, if it is known.

    `status` is a status code of RFC 3463, such as 5.1.1. `diagnostic` is one line, or empty.
    """

    addresses: tuple[str, ...]
    action: Action
    status: str | None = None
    diagnostic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """A delivery report.

    `original_ids` are the Message-IDs that the returned message may have, the most certain first. `recipients` are the
    people it concerns, empty if it does not say.
    """

    original_ids: tuple[str, ...]
    recipients: tuple[Reported, ...]


@dataclass(slots=True)
class _Found:
    """What the parts of a report hold: blocks of fields, headers of returned messages, and texts."""

    blocks: list[Head] = field(default_factory=list)
    returned: list[Head] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)


def read_report(raw: bytes) -> DeliveryReport | None:
    r"""Return `raw` as a delivery report, or None if it does not say that a message failed, waits or arrived.

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
    if not recipients and text.action is None:
        return None
    if not recipients and text.action is not None:
        recipients = (Reported(addresses=(), action=text.action, status=text.status, diagnostic=text.diagnostic),)
    return DeliveryReport(original_ids=_original_ids(head, found, text), recipients=recipients[:REPORTED_MAX])


def _original_ids(head: Head, found: _Found, text: ReportText) -> tuple[str, ...]:
    """Return Message-IDs from the returned message, or else from the report's fields, text or references."""
    values = [value for one in found.returned for value in one.all("message-id")]
    values += [value for block in found.blocks for name in _ID_FIELDS for value in block.all(name)]
    values += text.message_ids
    values += head.all("in-reply-to")
    ids = (*message_ids(values), *reversed(message_ids(head.all("references"))))
    return tuple(dict.fromkeys(ids))[:REPORTED_MAX]


def _reported(blocks: Iterable[Head]) -> Iterator[Reported]:
    """Yield one recipient for each block of fields (RFC 3464 section 2.3).

    The block about the whole message names none.
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
    """Yield the addresses of a field such as `rfc822; bo@example.com` (RFC 3464 section 2.3.1).

    Some systems leave the type out, or write the encoded form of RFC 3461.
    """
    text = value.rpartition(";")[2].strip().strip("<>").strip()
    for form in (text, _XTEXT.sub(lambda found: chr(int(found[1], 16)), text)):
        if (address := canonical_address(form)) is not None:
            yield address


def _from_text(head: Head, text: ReportText) -> Iterator[Reported]:
    """Yield the recipients that a field or the text names. Exim and Gmail name the failed ones in a field."""
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


def _parts(raw: bytes, head: Head) -> _Found:
    found = _Found()
    fields = [(name, value) for name, value in head.fields if name.startswith("content-")]
    block = "".join(f"{name}: {value}\n" for name, value in fields if len(value) <= CONTENT_FIELD_BYTES_MAX) + "\n"
    tree = parsed(block.encode("utf-8", "replace"), uniform(raw[head.body_start :].decode("latin-1")).encode("latin-1"))
    if not isinstance(tree, str):
        _walk(tree, found, is_top=True)
    return found


def _walk(part: Part, found: _Found, *, is_top: bool = False) -> None:
    """Collect from one part and those below it. A report inside an enclosed message was forwarded, and is left out."""
    kind, children = _type(part), _children(part)
    if kind in _STATUS_TYPES:
        found.blocks += _blocks(part, children)
    elif kind in _RETURNED_TYPES and not is_top:
        inner = children[0] if children else None
        if inner is not None and _type(inner) == "multipart/report" and not found.blocks:
            _walk(inner, found)
        else:
            found.returned.append(_returned(part, inner))
    elif kind.startswith("multipart/"):
        for child in children:
            _walk(child, found)
    elif kind in ("text/plain", "text/html"):
        page = kind == "text/html"
        text = _text(part)
        (found.pages if page else found.texts).append(html.unescape(_TAG.sub("\n", text)) if page else text)


def _blocks(part: Part, children: list[Part]) -> Iterator[Head]:
    """Yield the blocks of a delivery-status part. The library reads each block as a message."""
    pieces = [_own_bytes(child) for child in children] or [_content(part)]
    content, _ = transfer_decode(b"\n\n".join(pieces), _header(part, "content-transfer-encoding"), REPORT_BYTES_MAX)
    for piece in uniform(content.decode("latin-1")).split("\n\n"):
        if block := piece.strip("\n"):
            yield read_head(f"{block}\n\n".encode("latin-1", "replace"))


def _returned(part: Part, inner: Part | None) -> Head:
    """Return the header of the message that came back, whether or not it is encoded."""
    content = _own_bytes(inner) if inner is not None else _content(part)
    head = read_head(content.lstrip(b"\r\n"))
    if head.first("message-id"):
        return head
    decoded, _ = transfer_decode(content.lstrip(), _header(part, "content-transfer-encoding"), REPORT_BYTES_MAX)
    return read_head(decoded.lstrip(b"\r\n"))


def _own_bytes(part: Part) -> bytes:
    """Return the fields of a part, and its content if it is a leaf, as they came."""
    try:
        fields = "".join(f"{name}: {value}\n" for name, value in part.raw_items())
    except LIBRARY_ERRORS:
        fields = ""
    body = b"" if part.is_multipart() else _content(part)
    return fields.encode("utf-8", "surrogateescape") + (b"\n" + body if fields else body)


def _text(part: Part) -> str:
    raw, _ = transfer_decode(_content(part), _header(part, "content-transfer-encoding"), REPORT_BYTES_MAX)
    try:
        charset = part.get_content_charset("utf-8")
    except LIBRARY_ERRORS:
        charset = "utf-8"
    return uniform(decode_bytes(raw, charset)[0])


def _content(part: Part) -> bytes:
    """Return the bytes of a leaf as they came, without letting the library decode them."""
    payload = part.get_payload() if not part.is_multipart() else ""
    return payload.encode("utf-8", "surrogateescape") if isinstance(payload, str) else b""


def _children(part: Part) -> list[Part]:
    children = part.get_payload() if part.is_multipart() else []
    return [child for child in children if isinstance(child, Part)]


def _type(part: Part) -> str:
    try:
        return part.get_content_type()
    except LIBRARY_ERRORS:
        return "text/plain"


def _header(part: Part, name: str) -> str:
    try:
        return str(part.get(name, ""))[:CONTENT_FIELD_BYTES_MAX]
    except LIBRARY_ERRORS:
        return ""
