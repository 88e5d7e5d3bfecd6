"""Parse header fields from raw bytes: split, unfold and decode them, and make them safe to print.

The email package is not used for this, because it ends a field at a bare CR (so that one field can hide another) and
raises exceptions on many decoded values.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from functools import partial

from incidentmail.core.frozen import Frozen
from incidentmail.core.ids import OurField
from incidentmail.core.text import controls_as_spaces, is_printable, one_line

from .decode import decode_bytes
from .limits import (
    FIELD_BYTES_MAX,
    FIELDS_MAX,
    LONG_FIELD_BYTES_MAX,
    LONG_FIELDS,
    WHOLE_HEADER_BYTES_MAX,
    header_end,
)

# RFC 2047 section 5 (1): encoded words are allowed in free text. Elsewhere they could forge words that relays look for
# unencoded (`Authentication-Results`). Address fields are decoded after they are split into mailboxes.
_FREE_TEXT = frozenset({"subject", "comments", "keywords", "organization", "thread-topic", "content-description"})

_OURS = OurField.PREFIX.lower()

# Fields that decide whether a message is trusted are parsed exactly as written. If characters were dropped, a foreign
# name could become ours.
_EXACT = ("authentication-results", "arc-", "dkim-signature", "list-post", "received")

# A whole field with its folded lines and LF line ends, its name, and its value.
_FIELD = re.compile(r"^(([!-9;-~]++)[ \t]*+:([^\n]*+(?:\n[ \t][^\n]*+)*+)\n?)", re.MULTILINE)
_MAILBOX_LINE = re.compile(r">?From (?![ \t]*:)[^\n]*\n?")  # mbox files have this line above the first field
_BARE_LF = re.compile(r"(?<!\r)\n")
_ENCODED_WORD = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?\s]*)\?=")
_ENCLOSED_ID = re.compile(r"<([^<>]{1,998})>")
_BARE_ID = re.compile(r"(?<![^\s<>()\",;:@])[^\s<>()\",;:@]++@[^\s<>()\",;:@]+")
_without_breaks = partial(re.compile("[\r\n\x00]").sub, "?")
_READ_MAX = dict.fromkeys(LONG_FIELDS, LONG_FIELD_BYTES_MAX)
_OTHER_OFFSET = re.compile(
    r"(?<=:\d\d)\s+(?:(?:GMT|UTC?)\s?(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>[0-5]\d))?"
    r"|(?P<sign_alone>[+-])(?P<hours_alone>\d{1,2}):(?P<minutes_alone>[0-5]\d))(?![\d:])",
    re.I,
)
"""A UTC offset that some programs write in place of RFC 5322's `+0530`: `+05:30`, `GMT+0530`, `UTC+2`."""
_BLANKS = " \t"


class Head(Frozen, kw_only=True):
    """A header block.

    `fields` holds pairs of lower-case name and unfolded text, in order. `body_start` is the offset of the body, and
    `problems` names the problems found. `is_plain` is true if all values are printable ASCII without encoded words, so
    that they can be displayed unchanged. `block` is the return value of `header_end`.
    """

    fields: tuple[tuple[str, str], ...]
    body_start: int
    problems: tuple[str, ...]
    by_name: Mapping[str, list[str]]
    is_plain: bool
    block: tuple[int, int]

    def all(self, name: str) -> list[str]:
        """Return every value of `name`, in order."""
        return [*self.by_name.get(name, ())]

    def first(self, name: str) -> str:
        """Return the first value of `name`, or ""."""
        return self.by_name.get(name, ("",))[0]


def read_head(raw: bytes) -> Head:
    r"""Parse the header block at the start of `raw`, within the limits. A bare CR, LF or NUL never starts a field.

    >>> read_head(b"Subject: a\n b\n\nbody").fields
    (('subject', 'a b'),)
    >>> head = read_head(b"X-A: 1\rFrom: ceo@corp.example\r\n\r\n")
    >>> head.fields, head.problems
    ((('x-a', '1?From: ceo@corp.example'),), ('bare CR in header',))
    """
    end, body_start = block = header_end(raw, 0, WHOLE_HEADER_BYTES_MAX + 1)
    problems = _line_problems(raw[:body_start])
    text = raw[:end].decode("latin-1")  # one character for each byte; fields are decoded later
    head = raw[:body_start]
    is_crlf = b"\r" in head and b"\r\n" in head  # a search for one byte is much faster
    if is_crlf:
        text = (_BARE_LF.sub("\0", text) if "bare LF in header" in problems else text).replace("\r\n", "\n")
    mailbox = _MAILBOX_LINE.match(text)
    at = mailbox.end() if mailbox else 0
    names, values, at = _split(text, at)
    if at < len(text):
        # As in Postfix and the email package, a line that is not a field begins the body.
        problems.append("damaged header")
        body_start = at + (text.count("\n", 0, at) if is_crlf else 0)
    values = [_unfolded(value) if "\n" in value else value.strip(_BLANKS) for value in values]
    is_ascii = text.isascii()
    if not is_ascii:
        values = [_field_text(value) for value in values]
    names = list(map(str.lower, names))
    if problems or end > FIELD_BYTES_MAX:
        cut = [value[: _READ_MAX.get(name, FIELD_BYTES_MAX)] for name, value in zip(names, values, strict=True)]
        values = list(map(_without_breaks, cut))
    fields = tuple(zip(names, values, strict=True))
    by_name: dict[str, list[str]] = {}
    for name, value in fields:
        if name in by_name:
            by_name[name].append(value)
        else:
            by_name[name] = [value]
    is_plain = is_ascii and ("?" not in text or "=?" not in text) and is_printable("".join(values))
    return Head(
        fields=fields, body_start=body_start, problems=tuple(problems), by_name=by_name, is_plain=is_plain, block=block
    )  # fmt: skip


def _split(text: str, at: int) -> tuple[Sequence[str], Sequence[str], int]:
    """Return the names and values of the fields from index `at` on, and the index of the first line after them."""
    found = _FIELD.findall(text, at)[:FIELDS_MAX]
    wholes, names, values = zip(*found, strict=True) if found else ((), (), ())
    block = "".join(wholes)
    if text.startswith(block, at):  # if there are only fields up to here
        return names, values, at + len(block)
    fields: list[re.Match[str]] = []
    while (match := _FIELD.match(text, at)) and len(fields) < FIELDS_MAX:
        fields.append(match)
        at = match.end()
    return [match[2] for match in fields], [match[3] for match in fields], at


def _unfolded(value: str) -> str:
    return " ".join([line.strip(_BLANKS) for line in value.split("\n")])


def _line_problems(block: bytes) -> list[str]:
    """Return the problems with line ends and NUL characters (RFC 5322 section 2.2)."""
    problems = []
    if b"\r" in block:
        crlf = block.count(b"\r\n")
        if block.count(b"\r") > crlf:
            problems.append("bare CR in header")
        if crlf and block.count(b"\n") > crlf:
            problems.append("bare LF in header")
    if b"\x00" in block:
        problems.append("NUL in header")
    return problems


def _field_text(value: str) -> str:
    """Return a field decoded as UTF-8 (RFC 6532), or as windows-1252 if it is not valid UTF-8."""
    if value.isascii():
        return value
    return decode_bytes(value.encode("latin-1"), "utf-8")[0]


def display(name: str, value: str) -> str:
    r"""Return the value as stored in `Message.fields`: decoded, on one line, and without control characters.

    The value is decoded only if encoded words are allowed in that field.

    >>> display("subject", "=?utf-8?q?caf=C3=A9?= is\tdown")
    'café is down'
    >>> display("authentication-results", "mx.exam\u200bple.com")
    'mx.exam?ple.com'
    """
    if value.isascii() and value.isprintable() and "=?" not in value:
        return value
    if name.startswith(_EXACT):
        if value.isascii() and value.isprintable():
            return value
        return "".join(mark if " " <= mark <= "~" else " " if mark == "\t" else "?" for mark in value)
    if "=?" in value and (name in _FREE_TEXT or name.startswith(_OURS)):
        value = decode_words(value)
    return value if value.isprintable() else one_line(controls_as_spaces(value))


def decode_words(text: str) -> str:
    """Return `text` with the encoded words of RFC 2047 decoded.

    White space between two encoded words is dropped. A character whose bytes are split across two words is joined.

    >>> decode_words("=?UTF-8?B?ww==?= =?UTF-8?B?pA==?= x")
    'ä x'
    >>> decode_words("=?utf-7?q?+ADw-?=")
    '+ADw-'
    """
    if "=?" not in text:
        return text
    pieces: list[str] = []
    pending, pending_charset = b"", ""
    end = 0
    for word in _ENCODED_WORD.finditer(text):
        between = text[end : word.start()]
        charset = word[1].lower()
        content = _word_bytes(word[2], word[3])
        adjacent = end > 0 and not between.strip()
        if adjacent and charset == pending_charset:
            pending += content
        else:
            pieces.append(decode_bytes(pending, pending_charset)[0] if pending else "")
            pieces.append("" if adjacent else between)
            pending, pending_charset = content, charset
        end = word.end()
    pieces.append(decode_bytes(pending, pending_charset)[0] if pending else "")
    pieces.append(text[end:])
    return "".join(pieces)


def _word_bytes(encoding: str, text: str) -> bytes:
    """Return the bytes of an encoded word (RFC 2047 section 4), or of the word itself if it cannot be decoded."""
    raw = text.encode("utf-8")
    if encoding in "qQ":
        return binascii.a2b_qp(raw, header=True)
    raw = raw.rstrip(b"=")
    try:
        return binascii.a2b_base64(raw + b"=" * (-len(raw) % 4))
    except binascii.Error:
        return text.encode("utf-8")


def message_ids(values: Iterable[str]) -> tuple[str, ...]:
    """Return the distinct Message-IDs `<...>` in References or In-Reply-To, in order.

    The ids may be folded across lines, and separated by spaces, commas or nothing.

    >>> message_ids(["<a@example.com>,<b@example.com>", "<c@example. com> <a@example.com>"])
    ('<a@example.com>', '<b@example.com>', '<c@example.com>')
    >>> message_ids(["a@example.com"])
    ('<a@example.com>',)
    """
    found: dict[str, None] = {}
    for value in values:
        value = decode_words(value) if "=?" in value else value  # Exchange encodes long ones, contrary to RFC 2047
        enclosed = _ENCLOSED_ID.findall(value)
        inner = ["".join(text.split()) for text in enclosed] if enclosed else _BARE_ID.findall(value)
        found |= dict.fromkeys([f"<{text}>" for text in inner if text.isascii() and text.isprintable()])
    found.pop("<>", None)
    return tuple(found)


def message_id(values: list[str]) -> str | None:
    """Return the Message-ID. Return None if it is missing or malformed, or if there are several different ones.

    >>> message_id(["<A@example.com>"]), message_id(["<a@x.example", "<"]), message_id(["<a b@x.example>"])
    ('<A@example.com>', None, None)
    """
    different = {value.strip() for value in values}
    if len(different) != 1:
        return None
    value = different.pop()
    ids = _ENCLOSED_ID.findall(value)
    well_formed = len(ids) == 1 and value.startswith("<") and ids[0].isascii() and ids[0].isprintable()
    return f"<{ids[0]}>" if well_formed and " " not in ids[0] else None


def read_date(value: str) -> datetime | None:
    """Return the time in a Date field, with its UTC offset.

    If the offset is missing or -0000, use UTC. Return None if the date is missing or out of range.

    >>> read_date("Fri, 20 Nov 2026 15:07:00 +0100").isoformat()
    '2026-11-20T15:07:00+01:00'
    >>> read_date("Fri, 20 Nov 2026 15:07:00 GMT+05:30").isoformat()
    '2026-11-20T15:07:00+05:30'
    >>> read_date("Fri, 20 Nov 99999 15:07:00 +0100")
    """
    try:
        parsed = parsedate_tz(_OTHER_OFFSET.sub(_usual_offset, value[:100]))
        if parsed is None or not 1980 <= parsed[0] <= 2100:
            return None
        zone = timezone(timedelta(seconds=parsed[9])) if parsed[9] else UTC
        return datetime(*parsed[:5], min(parsed[5], 59), tzinfo=zone)
    except (ValueError, OverflowError, IndexError, TypeError, AttributeError):
        # parsedate_tz raises these on damaged dates. Such a date counts as missing.
        return None


def _usual_offset(found: re.Match[str]) -> str:
    """Return the UTC offset in RFC 5322 format (section 3.3): a sign and four digits."""
    sign, hours = found["sign"] or found["sign_alone"], found["hours"] or found["hours_alone"]
    return f" {sign}{int(hours):02}{found['minutes'] or found['minutes_alone'] or '00'}"
