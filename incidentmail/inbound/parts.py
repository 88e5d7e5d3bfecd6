"""Find the parts of the MIME tree that the sender wrote. Only this module and `tree.py` use the library's parts.

The library's methods fail on damaged parts (KeyError, LookupError, IndexError, UnboundLocalError ...), so each access
is guarded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .decode import decode_bytes, transfer_decode, unflowed, uniform, without_armor, without_ciphertext
from .limits import COMMAND_TEXT_BYTES_MAX, CONTENT_FIELD_BYTES_MAX, HTML_BYTES_MAX, NESTING_DEPTH_MAX
from .markup import html_exceeded, is_stub, marks_signature, may_have_wrapped_value
from .part_kinds import PartKind, is_protected
from .tree import (
    ENCODING,
    Leaf,
    Part,
    children_of,
    content_of,
    disposition_of,
    file_name_of,
    header_of,
    leaf_of,
    leaf_of_fields,
    parameters_of,
    parsed,
    type_of,
)

_PLAIN_KINDS = frozenset({"text/plain", "text/html", "multipart/alternative", "multipart/mixed"})
_FOOTER_RULE = re.compile(r"_{3,}|-{2,}|={3,}|\*{3,}")
_STANDARD_PREAMBLE = "This is a multi-part message in MIME format"
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_ENVELOPED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})


@dataclass(slots=True)
class Body:
    """The content of a message's body. `text` is from text/plain. `html` is set only if the text part has no content.

    `wrapped` is the header of a wrapped post. `html_beside` is the HTML alternative to a text, if it marks a signature
    or if the text may have been wrapped. `kinds` lists all parts in order, except those of an enclosed message.
    """

    content_type: str
    report_type: str | None
    text: str = ""
    html: str | None = None
    html_beside: str | None = None
    is_flowed: bool = False
    wrapped: bytes | None = None
    kinds: tuple[PartKind, ...] = ()
    problems: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Found:
    """The text and HTML found in one branch of the tree."""

    text: str | None = None
    html: str | None = None
    is_flowed: bool = False

    def is_blank(self) -> bool:
        return not ((self.text or "").strip() or (self.html or "").strip())


def read_body(content_fields: list[tuple[str, str]], content: bytes | None, *, apple: bool, list_date: str) -> Body:
    """Parse the body according to the Content-* fields of the top header block.

    If `content` is None, parse only the type. If `apple` is true, the message is from Apple Mail, which splits a text
    around its attachments. `list_date` is the Date of a message that came through a list, otherwise "". An enclosed
    message with the same Date is the wrapped post.
    """
    first = dict(reversed(content_fields))
    top = leaf_of_fields(first)
    kind = top.type
    report_type = top.parameters.get("report-type") if kind == "multipart/report" else None
    body = Body(content_type=kind, report_type=report_type.lower() if report_type else None)
    if len(first) < len(content_fields):
        body.problems.append("two Content fields")
    if content is None:
        body.kinds = (_kind(top),)
        return body
    walk = _Walk(body, apple)
    if kind.startswith(("multipart/", "message/")):
        head = "".join(f"{name}: {value}\n" for name, value in content_fields) + "\n"
        whole = parsed(head.encode("utf-8", "replace"), content)
        if isinstance(whole, str):
            body.problems.append(f"over {whole}")
            return body
        if kind != "multipart/report":
            body.report_type = _nested_report(whole)
        if (whole.preamble or "").strip(" \n.") not in ("", _STANDARD_PREAMBLE):
            body.problems.append("preamble")
        wrapped = _wrapped(whole, list_date) if list_date else None
        if wrapped is not None:
            body.wrapped = "".join(f"{name}: {value}\n" for name, value in wrapped.raw_items()).encode(
                "utf-8", "surrogateescape"
            )
        root = whole if wrapped is None else wrapped
        body.kinds = tuple(_kinds(root))
        found = walk.branch(root, 0)
    else:
        body.kinds = (_kind(top),)
        found = walk.leaf(top, content, first.get(ENCODING, "")[:CONTENT_FIELD_BYTES_MAX], is_top=True)
    found = walk.written(body.kinds, found)
    body.text, body.is_flowed = found.text or "", found.is_flowed
    _choose_html(body, found.html)
    if walk.has_calendar and found.is_blank():
        body.problems.append("calendar")
    return body


def _choose_html(body: Body, html: str | None) -> None:
    """Use the HTML if no other part has text, if it marks a signature, or if the text may have been wrapped."""
    if not html:
        return
    says_nothing = not body.text.strip() or is_stub(body.text)
    if not says_nothing and not marks_signature(html) and (body.is_flowed or not may_have_wrapped_value(body.text)):
        return
    over = html_exceeded(html)
    if over and says_nothing:
        body.problems.append(f"html over {over}")
    elif says_nothing:
        body.text, body.html = "", html
    elif not over:
        body.html_beside = html


class _Walk:
    """A search of the tree for the part that a reader would see first."""

    def __init__(self, body: Body, apple: bool) -> None:
        self.problems = body.problems
        self.apple = apple
        self.has_calendar = False
        self.is_sealed_first = False
        """Whether an opaque S/MIME part came before any text, so that the text after it is somebody else's footer."""

    def branch(self, part: Part, depth: int) -> _Found:
        kind = type_of(part)
        parts = children_of(part)
        if depth > NESTING_DEPTH_MAX:
            self.note("over NESTING_DEPTH_MAX")
            return _Found()
        if not kind.startswith("multipart/") or not parts:
            return self.leaf(leaf_of(part), *content_of(part), is_top=depth == 0)
        if kind == "multipart/encrypted":
            self.note("encrypted")
            return _Found()
        if kind == "multipart/alternative":
            return self._alternative(parts, depth)
        if kind in ("multipart/signed", "multipart/report", "multipart/related"):
            # The first part is the content (RFC 1847, RFC 6522 section 3) or the root (RFC 2387).
            found = self.branch(parts[0], depth + 1)
            self._note_attachments(parts[1:])
            return found
        return self._mixed(parts, depth)

    def _alternative(self, parts: list[Part], depth: int) -> _Found:
        """Return the first plain text and the last HTML of a multipart/alternative (RFC 2046 section 5.1.4)."""
        found = _Found()
        for part in parts:
            one = self.branch(part, depth + 1)
            if found.text is None:
                found.text, found.is_flowed = one.text, one.is_flowed
            found.html = found.html if one.html is None else one.html
        return found

    def _mixed(self, parts: list[Part], depth: int) -> _Found:
        """Return the first part with text. Later parts are attachments or footers, except in mail from Apple Mail."""
        found = _Found()
        for index, part in enumerate(parts):
            is_later = not found.is_blank()
            if is_later and not (self.apple and found.text is not None and type_of(part) == "text/plain"):
                self._note_attachments([part])
                continue
            one = self.branch(part, depth + 1)
            if one.text is not None and index and index == len(parts) - 1 and _is_footer(one.text):
                continue
            if is_later and one.text is not None:
                found.text = f"{(found.text or '').rstrip()}\n\n{one.text.lstrip()}"
            elif not one.is_blank() or (found.text is None and found.html is None):
                found = one
        return found

    def leaf(self, part: Leaf, content: bytes, encoding: str, *, is_top: bool = False) -> _Found:
        kind, name = part.type, part.file_name.lower()
        self._note_attachment(kind, name)
        self.is_sealed_first |= kind in _ENVELOPED or name.endswith(".p7m")
        attached = part.disposition == "attachment" or (not is_top and name != "")
        if attached or kind not in ("text/plain", "text/html"):
            if kind.startswith("multipart/"):  # without a boundary, mail programs show the raw content
                self.note("multipart without parts")
                return _Found(text=self._text(content, encoding, "", COMMAND_TEXT_BYTES_MAX))
            return _Found()
        parameters = part.parameters
        charset = parameters.get("charset", "")
        if kind == "text/html":
            return _Found(html=self._text(content, encoding, charset, HTML_BYTES_MAX))
        whole = self._text(content, encoding, charset, COMMAND_TEXT_BYTES_MAX)
        text = without_ciphertext(whole)
        self.note("encrypted" if len(text) < len(whole) else None)
        text = without_armor(text)
        is_flowed = parameters.get("format", "").lower() == "flowed"
        if is_flowed:  # RFC 3676 section 4
            text = unflowed(text, delsp=parameters.get("delsp", "").lower() == "yes")
        return _Found(text=text, is_flowed=is_flowed)

    def _text(self, content: bytes, encoding: str, charset: str, bytes_max: int) -> str:
        raw, problems = transfer_decode(content, encoding, bytes_max)
        text, damage = decode_bytes(raw, charset or "us-ascii")
        for problem in [*problems, damage]:
            self.note(problem)
        return uniform(text)

    def _note_attachments(self, parts: list[Part]) -> None:
        for part in parts:
            kind = type_of(part)
            self._note_attachment(kind, file_name_of(part).lower() if kind.startswith("application/") else "")

    def _note_attachment(self, kind: str, name: str) -> None:
        """Record a calendar part, or an attached container that only some mail programs can open."""
        if kind == "text/calendar":
            self.has_calendar = True
        if not kind.startswith("application/"):
            return
        if kind in _ENVELOPED or name.endswith(".p7m"):
            self.note("s/mime")
        elif kind in _TNEF or name == "winmail.dat":
            self.note("tnef")
        elif kind == "application/pgp-encrypted" or name == "encrypted.asc":
            self.note("encrypted")

    def written(self, kinds: tuple[PartKind, ...], found: _Found) -> _Found:
        """Return `found`, or an empty result if the sender's own text is hidden or elsewhere."""
        if is_protected(kinds):
            self.note("protected")
            return _Found()
        if self.is_sealed_first:
            return _Found()
        if found.text and not found.html and is_stub(found.text) and not any(map(str.isdigit, found.text)):
            self.note("stub")
            return _Found()
        return found

    def note(self, problem: str | None) -> None:
        if problem and problem not in self.problems:
            self.problems.append(problem)


def _kinds(part: Part, depth: int = 0) -> Iterator[PartKind]:
    """Yield the kinds of `part` and of all parts in it. Enclosed messages are not opened, because others wrote them."""
    kind = PartKind(type_of(part)) if type_of(part) in _PLAIN_KINDS else _kind(leaf_of(part))
    yield kind
    if kind.type.startswith("multipart/") and depth < NESTING_DEPTH_MAX:
        for child in children_of(part):
            yield from _kinds(child, depth + 1)


def _kind(part: Leaf) -> PartKind:
    kind = part.type
    if kind in _PLAIN_KINDS:
        return PartKind(kind)
    told = part.parameters.get("method", "") if kind == "text/calendar" else ""
    if kind.startswith("application/") and part.file_name.lower().endswith(".rpmsg"):
        told = "rpmsg"
    return PartKind(kind, part.disposition == "attachment", told.lower())


def _nested_report(part: Part) -> str | None:
    """Return the report type (RFC 6522) of a part at any depth, or None.

    Relays and filters wrap reports in another multipart.
    """
    kind = type_of(part)
    if kind == "message/delivery-status":
        return "delivery-status"
    if kind == "multipart/report" and (found := parameters_of(part).get("report-type")):
        return found.lower()
    if not kind.startswith("multipart/"):  # an enclosed message may have been forwarded by somebody else
        return None
    return next((found for child in children_of(part) if (found := _nested_report(child))), None)


def _wrapped(top: Part, list_date: str) -> Part | None:
    """Return the post that a list wrapped in another message (Mailman's wrap-message), or None.

    Apart from the post, the wrapper may contain only the list's own footers.
    """
    enclosed, *others = (type_of(top) == "multipart/mixed" and children_of(top)) or [top]
    inner = children_of(enclosed)
    if type_of(enclosed) != "message/rfc822" or not inner:
        return None
    if any(type_of(part) != "text/plain" or disposition_of(part) == "attachment" for part in others):
        return None
    return inner[0] if header_of(inner[0], "date").strip() == list_date.strip() else None


def _is_footer(text: str) -> bool:
    """Return whether the text starts with a rule, such as a line of dashes, as the footers of mailing lists do."""
    return _FOOTER_RULE.fullmatch(text.lstrip().partition("\n")[0].rstrip()) is not None
