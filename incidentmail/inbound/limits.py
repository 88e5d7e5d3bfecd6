"""Define every limit on incoming mail with its reason, and check the limits before the email parser runs.

The standard library's parser has no limits of its own: it takes minutes for a 1 MB Subject and seconds for 100,000
parts, and raises RecursionError for 1,200 nested parts. So lines, fields and parts are first counted in the raw bytes,
in linear time.
"""

from __future__ import annotations

import re

from incidentmail.core.lazy_pattern import lazy_pattern

# Bytes of one message. A reply has a few kB; 10 MiB lets a screenshot through and is what mail servers commonly accept.
MESSAGE_BYTES_MAX = 10 * 1024 * 1024
# Lines of one message. 10 MiB of base64 has 140,000; the parser makes an object of each line.
LINES_MAX = 400_000
# Bytes of the header block without long fields. Real ones with many relays, ARC sets and DKIM signatures reach 20 KiB.
HEADER_BLOCK_BYTES_MAX = 64 * 1024
# Bytes of the whole header block, with four long fields at most.
WHOLE_HEADER_BYTES_MAX = 5 * 64 * 1024
# Fields in one header block. A message that crossed several organisations has about 120.
FIELDS_MAX = 500
# Bytes of one field with its folded lines. Parameter and address parsers are quadratic or worse in its length.
FIELD_BYTES_MAX = 8 * 1024
# Bytes of a field in LONG_FIELDS, which is read in linear time, and of a field whose name begins with `X-`, of which
# FIELD_BYTES_MAX are read. Threads grow to hundreds of ids, replies to all go to a thousand people, and servers write
# long notes about spam.
LONG_FIELD_BYTES_MAX = 64 * 1024
LONG_FIELDS = frozenset({"references", "in-reply-to", "to", "cc"})
# Bytes of a Content-* field of a part with its parameters, which the email package reads in quadratic time.
CONTENT_FIELD_BYTES_MAX = 2 * 1024
# Depth of nested multiparts and enclosed messages. A list copy of a signed forward has 5.
NESTING_DEPTH_MAX = 10
# Body parts of one message. A digest or a message with many pictures has some dozens.
PARTS_MAX = 100
# Lines that begin with `--` in a message of several parts. Each may be a delimiter, and is compared with the boundary
# of every open multipart, twice. An attached long patch or query has some thousands.
BOUNDARY_LINES_MAX = 20_000
# Bytes of these lines. RFC 2046 section 5.1.1 allows a boundary 70 characters and blanks after it, which the email
# package reads twice.
BOUNDARY_LINES_BYTES_MAX = 1024 * 1024
# Lines times depth: the email package compares every line with the boundaries of all multiparts around it. Ten levels
# around 10 MiB of base64 make 1,400,000.
LINE_COMPARISONS_MAX = 2_000_000
# Bytes of text that are searched for commands. What a person writes above a quotation is far shorter.
COMMAND_TEXT_BYTES_MAX = 64 * 1024
# Bytes of HTML that are parsed if there is no plain text. Markup is about eight times as long as its text.
HTML_BYTES_MAX = 8 * COMMAND_TEXT_BYTES_MAX
# Bytes of a calendar part. A reply has some kB, and ten times as much if it repeats the description as HTML.
CALENDAR_BYTES_MAX = 128 * 1024
# Lines and attendees of a calendar part that are parsed. We invite twenty people, and a reply names one.
CALENDAR_LINES_MAX = 2_000
CALENDAR_ATTENDEES_MAX = 50
# Tags of the HTML that are parsed. The parser's time grows with tags times depth; 100,000 nested divisions take 25 s.
HTML_TAGS_MAX = 6_000
# Attributes of one element. The parser compares each with all before it, so 100,000 take minutes. Programs write up to
# 30. As in the parser, all `html` tags count as one element, and so do all `body` tags.
HTML_ELEMENT_ATTRIBUTES_MAX = 500
# Attributes of all tags. Each new name is compared with many earlier ones. Tags have three on average, so 6,000 tags
# have 18,000.
HTML_ATTRIBUTES_MAX = 30_000
# Characters of all tags together. If each tag seems to begin inside the quotes of another, text is counted repeatedly,
# so the sum can be larger than the HTML.
HTML_TAG_CHARS_MAX = 2 * HTML_BYTES_MAX
# Characters of the Subject that are kept. A description is one line on a phone, and lines of RFC 5322 have up to 998.
SUBJECT_CHARS_MAX = 998
# Message-IDs of References that are kept: the first ones, with which the thread began, and the newest ones. Mail
# programs that shorten the field do the same (RFC 5537 section 3.4.4).
REFERENCES_MAX = 100
FIRST_REFERENCES_MAX = 10
# Entries that are parsed in each of To, Cc and Reply-To. Any may be our address or the list's. Mail servers accept 500
# or 1,000 recipients.
ADDRESSES_MAX = 2_000
# Depth of comments in Authentication-Results. Servers write one level; the library reads them by recursion.
COMMENT_DEPTH_MAX = 5
# Results in one Authentication-Results field. A server writes one for each method and signature.
RESULTS_MAX = 50
# DKIM signatures of the author's domain that are checked. A message has one or two; each costs a look-up and a hash.
SIGNATURES_MAX = 5
# Names in h= of a signature: real ones list 10 to 40 fields, some twice.
SIGNED_FIELDS_MAX = 200
# Sets of ARC fields in one message. Each server that passes the message on adds one, and each costs two look-ups.
ARC_SETS_MAX = 10
# Consecutive blanks in a message whose signature is checked. The library's canonical form costs their square.
BLANK_RUN_MAX = 2_000
# All blanks in such a message. The library makes two objects of each. Encoded attachments have none, and a text of 1 MB
# has 150,000.
SIGNED_BLANKS_MAX = 250_000
# Bytes of a delivery report's text that are parsed: the mail system's own text and the header of the returned message.
REPORT_BYTES_MAX = 64 * 1024
# Recipients of one delivery report, and ids of messages that it may return. Our messages have a dozen recipients.
REPORTED_MAX = 100
# Commands in one reply. A reply with more of them is a script or a quoted help text (declarations are exempt).
COMMANDS_MAX = 10


_FIELD_START = lazy_pattern(rb"\n(?![ \t])")
_CONTENT_TYPE = lazy_pattern(rb"\n(content-type(?:[\s:]|\Z)[^\n]*(?:\n[ \t][^\n]*)*)")  # searched in lower-cased bytes
_DELIMITER = lazy_pattern(rb"\n--([^\n]*)")
_BOUNDARY = lazy_pattern(rb"boundary\s*=\s*(\"(?:[^\"\\]|\\.)*\"|[^;]*)", re.IGNORECASE | re.DOTALL)


def header_end(raw: bytes, start: int = 0, stop: int | None = None) -> tuple[int, int]:
    r"""Return two offsets: the end of the header block that starts at `start`, and the start of the body.

    If no empty line follows the header, both offsets are `stop`, or the length of `raw` if `stop` is not given.

    >>> header_end(b"A: 1\r\nB: 2\r\n\r\nbody")
    (12, 14)
    """
    stop = len(raw) if stop is None else min(stop, len(raw))
    if raw.startswith((b"\n", b"\r\n"), start):
        return start, start + (1 if raw[start] == 10 else 2)
    lf = raw.find(b"\n\n", start, stop)
    before = stop if lf < 0 else lf + 1
    crlf = raw.find(b"\n\r\n", start, before) if raw.find(b"\r", start, before) >= 0 else -1
    if crlf >= 0:
        return crlf + 1, crlf + 3
    return (lf + 1, lf + 2) if lf >= 0 else (stop, stop)


def exceeded(raw: bytes, block: tuple[int, int] | None = None) -> str | None:
    r"""Return the name of the first limit that the message exceeds, or None. Only scans the bytes, in linear time.

    `block` is the return value of `header_end` for `raw` up to WHOLE_HEADER_BYTES_MAX + 1, if known.

    >>> exceeded(b"Subject: card payments fail\r\n\r\nsev 1\r\n")
    >>> exceeded(b"Subject: " + b"x" * 9000 + b"\n\n")
    'FIELD_BYTES_MAX'
    """
    if len(raw) > MESSAGE_BYTES_MAX:
        return "MESSAGE_BYTES_MAX"
    bare_crs = raw.count(b"\r") - raw.count(b"\r\n") if b"\r" in raw else 0
    if raw.count(b"\n") + bare_crs > LINES_MAX:
        return "LINES_MAX"
    end, start = block or header_end(raw, 0, WHOLE_HEADER_BYTES_MAX + 1)
    if end > FIELD_BYTES_MAX or raw.count(b"\n", 0, end) >= FIELDS_MAX:
        problem = _fields_exceeded(raw[:end])
        if problem:
            return problem
    if bare_crs:  # the email parser ends lines at a bare CR too
        raw = raw[:start] + raw[start:].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return _parts_exceeded(raw, start, raw[:end])


def _may_be_long(field: bytes) -> bool:
    name = field.partition(b":")[0].strip().lower().decode("latin-1")
    return name in LONG_FIELDS or name.startswith("x-")


def _fields_exceeded(head: bytes) -> str | None:
    """Return the name of the limit exceeded by the fields of a header block, or None."""
    fields = _FIELD_START.split(head.rstrip(b"\r\n"))
    long = (
        [field for field in fields if len(field) > FIELD_BYTES_MAX] if max(map(len, fields)) > FIELD_BYTES_MAX else []
    )
    if any(len(field) > LONG_FIELD_BYTES_MAX or not _may_be_long(field) for field in long):
        return "FIELD_BYTES_MAX"
    if len(head) > WHOLE_HEADER_BYTES_MAX or len(head) - sum(map(len, long)) > HEADER_BLOCK_BYTES_MAX:
        return "HEADER_BLOCK_BYTES_MAX"
    return "FIELDS_MAX" if len(fields) > FIELDS_MAX else None


def _parts_exceeded(raw: bytes, start: int, head: bytes) -> str | None:
    """Return the name of the limit that the number or depth of the parts exceeds, or None.

    Parts are counted by the delimiter lines of open multiparts (RFC 2046 section 5.1).
    """
    open_parts: list[tuple[bytes, int]] = []
    lower = head.lower()
    if (b"multipart/" not in lower and b"message/" not in lower) or not _kind(_content_type(head)):
        return None
    problem = _enter(raw, start, head, 0, open_parts)
    if problem:
        return problem
    if raw.count(b"\n--", max(start - 1, 0)) > BOUNDARY_LINES_MAX:
        return "BOUNDARY_LINES_MAX"
    if sum(map(len, _DELIMITER.findall(raw, max(start - 1, 0)))) > BOUNDARY_LINES_BYTES_MAX:
        return "BOUNDARY_LINES_BYTES_MAX"
    if not open_parts:
        return None
    parts = 0
    for found in _DELIMITER.finditer(raw, max(start - 1, 0)):
        line = found[1].rstrip(b" \t\r")
        for level in range(len(open_parts) - 1, -1, -1):
            boundary, depth = open_parts[level]
            if not line.startswith(boundary):
                continue
            if line == boundary + b"--":
                del open_parts[level:]
                break
            if line == boundary:
                parts += 1
                if parts > PARTS_MAX:
                    return "PARTS_MAX"
                del open_parts[level + 1 :]
                begin = found.end() + 1
                end, body = header_end(raw, begin, begin + HEADER_BLOCK_BYTES_MAX)
                problem = _enter(raw, body, raw[begin:end], depth, open_parts)
                if problem:
                    return problem
                break
        if not open_parts:
            break
    return None


def _enter(raw: bytes, body: int, head: bytes, depth: int, open_parts: list[tuple[bytes, int]]) -> str | None:
    """Record the multipart that a header block announces, or enter the message that it encloses.

    Return the name of the limit that this exceeds, or None.
    """
    while True:
        content = _content_type(head)
        kind = _kind(content)
        if not kind:
            return None
        if len(content) > CONTENT_FIELD_BYTES_MAX:
            return "CONTENT_FIELD_BYTES_MAX"
        depth += 1
        if depth > NESTING_DEPTH_MAX:
            return "NESTING_DEPTH_MAX"
        if kind == b"multipart":
            boundary = _BOUNDARY.search(content)
            if boundary:
                open_parts.append((_unquoted(boundary[1]), depth))
            return None
        begin = body
        end, body = header_end(raw, begin, begin + HEADER_BLOCK_BYTES_MAX)
        head = raw[begin:end]


def _content_type(head: bytes) -> bytes:
    """Return the first Content-Type field of a header block, which is the one used by the email parser."""
    found = _CONTENT_TYPE.search(b"\n" + head.lower())
    return head[found.start() : found.end() - 1].rstrip(b"\r\n") if found else b""


def _kind(content: bytes) -> bytes:
    """Return the type before the `/` if parts of this Content-Type have header blocks of their own, or b""."""
    kind = content.partition(b":")[2].lstrip()[:10].lower().partition(b"/")
    return kind[0] if kind[1] and kind[0] in (b"multipart", b"message") else b""


def _unquoted(value: bytes) -> bytes:
    value = value.strip()
    if value[:1] == b'"':
        value = value[1:-1].replace(b"\\\\", b"\\").replace(b'\\"', b'"')
    return value.rstrip()


def first_lines(raw: bytes, bytes_max: int) -> bytes:
    r"""Return at most `bytes_max` bytes of `raw`, cut at a line end if possible, so that no character is split.

    >>> first_lines(b"one\ntwo\nthree", 9)
    b'one\ntwo\n'
    """
    if len(raw) <= bytes_max:
        return raw
    cut = raw.rfind(b"\n", 0, bytes_max)
    return raw[: cut + 1] if cut >= 0 else raw[:bytes_max]
