"""Serialize a message to bytes with exactly the intended meaning, and verify them by parsing them again.

This module writes the header fields itself, because the standard library decodes text that looks like an encoded word
before writing it. Text from a message could then become a separate header field.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import format_datetime

from incidentmail.core.frozen import Frozen
from incidentmail.core.ids import OurField
from incidentmail.core.lazy_pattern import lazy_pattern
from incidentmail.core.text import one_line
from incidentmail.errors import RenderError

LINE_CHARS_MAX = 78  # RFC 5322 section 2.1.1: the recommended length of a line
TOKEN_CHARS_MAX = 60  # a longer word fills a line, which lists fold at commas, adding a space
WORD_BYTES_MAX = 42  # RFC 2047 section 2: an encoded word has at most 75 characters
# Only names in address fields may be encoded words (RFC 2047 section 5), so these fields are already encoded.
_ADDRESS_FIELDS = frozenset({"From", "Sender", "To", "Cc", "Reply-To"})
_FROM = lazy_pattern(rb"^From ", re.M)
_ID_FIELDS = frozenset({"Message-ID", "In-Reply-To", "References", OurField.LEDGER})
_ATOMS = lazy_pattern(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
# If all lines are 7-bit text, no relay has a reason to re-encode the message and break a signature.
_POLICY = policy.SMTP.clone(cte_type="7bit")


def phrase(text: str) -> str:
    r"""Return a name as a phrase for an address field (RFC 5322 section 3.2.5): bare, quoted or encoded.

    >>> phrase("Bo"), phrase("Smith, John"), phrase("Tomás R.")
    ('Bo', '"Smith, John"', '=?utf-8?b?VG9tw6FzIFIu?=')
    """
    text = one_line(text)
    if not _is_plain(text):
        return encoded_words(text)
    if _ATOMS.fullmatch(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def encoded_words(text: str) -> str:
    """Return `text` as encoded-words (RFC 2047) in UTF-8, separated by spaces.

    No character is split between two encoded-words (section 5).

    >>> encoded_words("café")
    '=?utf-8?b?Y2Fmw6k=?='
    """
    words, piece = [], b""
    for character in text:
        raw = character.encode("utf-8", "replace")
        if len(piece) + len(raw) > WORD_BYTES_MAX:
            words.append(piece)
            piece = b""
        piece += raw
    return " ".join(f"=?utf-8?b?{base64.b64encode(word).decode('ascii')}?=" for word in [*words, piece])


def readable(raw: bytes) -> str:
    r"""Return one of our messages in readable form: the same fields and the plain text, in UTF-8 with LF line endings.

    >>> readable(b"Subject: =?utf-8?q?T=C3=A1?=\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nsev 1\r\n")
    'Subject: Tá\nContent-Type: text/plain; charset="utf-8"\nContent-Transfer-Encoding: 8bit\n\nsev 1\n'
    """
    parsed = message_from_bytes(raw, policy=policy.default)
    shown = EmailMessage(policy=policy.SMTPUTF8.clone(cte_type="8bit", max_line_length=None, linesep="\n"))
    for name, value in parsed.items():
        if not name.lower().startswith(("content-", "mime-")):
            shown[name] = str(value)
    body = parsed.get_body(("plain",))
    shown.set_content(body.get_content() if body else "", cte="8bit")
    del shown["MIME-Version"]
    return shown.as_bytes().decode("utf-8", "replace")


def addressed(raw: bytes) -> list[tuple[str, str]]:
    r"""Return the author, recipients and subject of one of our messages, each with the name of its header field.

    >>> addressed(b"To: bo@example.com\r\nX-Other: 1\r\nSubject: =?utf-8?q?T=C3=A1?=\r\n\r\nsev 1\r\n")
    [('To', 'bo@example.com'), ('Subject', 'Tá')]
    """
    parsed = message_from_bytes(raw, policy=policy.default)
    return [(name, str(parsed[name])) for name in ("From", "To", "Cc", "Subject") if name in parsed]


def page_of(raw: bytes) -> str:
    """Return the HTML of one of our messages, or "" if it has none."""
    body = message_from_bytes(raw, policy=policy.default).get_body(("html",))
    return str(body.get_content()) if body else ""


class CalendarPart(Frozen):
    """A calendar entry in a mail (RFC 6047): its method, and its text with LF line endings."""

    method: str
    text: str


def to_bytes(
    fields: Mapping[str, str], *, date: datetime, text: str, html: str | None = None,
    calendar: CalendarPart | None = None,
) -> bytes:  # fmt: skip
    """Return the message as bytes with CRLF line endings.

    Raise RenderError if parsing these bytes would not give the same content.

    The values in `fields` are plain text, which this function encodes where necessary. In these values, each address is
    a `phrase` followed by the address in angle brackets. `html` is the same content as `text` in HTML, for mail
    programs that display it (multipart/alternative, RFC 2046 section 5.1.4). `calendar` is the same content as a
    calendar entry, for programs that store such entries.
    """
    intended = {name: one_line(value) for name, value in {**fields, "Date": format_datetime(date)}.items()}
    wire = {name: _on_the_wire(name, value) for name, value in intended.items()}
    head = "".join(_folded(f"{name}: {value}") + "\r\n" for name, value in wire.items())
    parts = [text + "\n", *([html + "\n"] if html is not None else []), *([calendar.text] if calendar else [])]
    raw = head.encode("ascii") + _body(text + "\n", html + "\n" if html is not None else None, calendar)
    _check(raw, intended, parts)
    return raw


def _body(text: str, html: str | None, calendar: CalendarPart | None) -> bytes:
    """Return the MIME fields and the parts of the message.

    No line begins with `From `, because mailboxes and lists would put a `>` before such a line.
    """
    body = EmailMessage(policy=_POLICY)
    body.set_content(text, cte=_encoding(text))
    if html is not None:
        body.add_alternative(html, subtype="html", cte=_encoding(html))
    if calendar is not None:
        # Base64, so that relays and lists do not touch its lines, which end with CRLF and are folded (RFC 5545 section
        # 3.1).
        parameters = {"method": calendar.method}
        body.add_alternative(calendar.text, subtype="calendar", charset="utf-8", cte="base64", params=parameters)
    if body.is_multipart():
        # The boundary is not random, so that the same message always has the same bytes.
        content = f"{text}\0{html}\0{calendar.text}" if calendar else f"{text}\0{html}"
        body.set_boundary("=_" + hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:32])
    return _FROM.sub(b"=46rom ", body.as_bytes())


def _encoding(text: str) -> str | None:
    """Return "quoted-printable" if a line begins with `From `, or None to let the library choose."""
    return "quoted-printable" if _FROM.search(text.encode("utf-8", "replace")) else None


def _is_plain(text: str) -> bool:
    """Return whether `text` is visible ASCII without an encoded word, so that it can be parsed in only one way."""
    return text.isascii() and text.isprintable() and "=?" not in text


def _on_the_wire(name: str, value: str) -> str:
    if name in _ADDRESS_FIELDS:
        if not (value.isascii() and value.isprintable()):
            raise RenderError(f"the field {name} cannot hold {value!r}", hint="addresses are ASCII")
        return value
    is_short = name in _ID_FIELDS or all(len(word) <= TOKEN_CHARS_MAX for word in value.split(" "))
    if _is_plain(value) and is_short:
        return value
    return encoded_words(value)


def _folded(line: str) -> str:
    """Fold a line only at spaces, so that unfolding it restores the same line (RFC 5322 section 2.2.3)."""
    lines = [""]
    for number, word in enumerate(line.split(" ")):
        # The field's name is never alone on its line, because a line of only white space would end the field.
        if number > 1 and len(lines[-1]) + 1 + len(word) > LINE_CHARS_MAX:
            lines.append(" " + word)
        else:
            lines[-1] += (" " if number else "") + word
    return "\r\n".join(lines)


def _check(raw: bytes, intended: Mapping[str, str], parts: Sequence[str]) -> None:
    """Raise RenderError if the message, when parsed again, has other fields or parts than intended."""
    parsed = message_from_bytes(raw, policy=policy.compat32)
    read = {name: " ".join(value.split()) for name, value in parsed.items()}
    decoded = {
        name: value if name in _ADDRESS_FIELDS or "=?" not in value else str(make_header(decode_header(value)))
        for name, value in read.items()
        if name in intended
    }
    mime = ("MIME-Version", "Content-Type", *(() if parsed.is_multipart() else ("Content-Transfer-Encoding",)))
    leaves = [part.get_payload(decode=True) for part in parsed.walk() if not part.is_multipart()]
    texts = [leaf.decode("utf-8").replace("\r\n", "\n") for leaf in leaves if isinstance(leaf, bytes)]
    is_same = sorted(parsed.keys()) == sorted([*intended, *mime]) and decoded == intended and texts == [*parts]
    if not is_same or parsed.defects:
        raise RenderError(f"the mail would have the fields {read}", hint="this is a defect; report it")
