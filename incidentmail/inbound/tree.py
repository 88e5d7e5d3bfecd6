"""Run the email package's parser within limits.

The parser has no limits itself, so its message class is replaced by one that counts fields, parts and depth.
"""

from __future__ import annotations

import email.message
from collections.abc import Mapping
from email.parser import BytesFeedParser
from functools import lru_cache
from typing import NamedTuple

from .limits import CONTENT_FIELD_BYTES_MAX, FIELDS_MAX, LINE_COMPARISONS_MAX, NESTING_DEPTH_MAX, PARTS_MAX

Part = email.message.Message
ENCODING = "content-transfer-encoding"
# Exceptions that the email package raised on mutated mail. UnboundLocalError is a NameError.
LIBRARY_ERRORS = (ValueError, LookupError, TypeError, AttributeError, NameError, OverflowError, AssertionError)
# The most objects of one message: its parts, enclosed messages, and blocks of delivery reports.
_OBJECTS_MAX = 3 * PARTS_MAX + NESTING_DEPTH_MAX
_COMMON_TYPE_CHARS_MAX = 100


class _OverError(Exception):
    """Raised if the parser creates more parts than the raw bytes suggested. `bound` is the exceeded limit."""

    def __init__(self, bound: str) -> None:
        super().__init__(bound)
        self.bound = bound


class Bounded(email.message.Message):
    """A part that counts its fields and its depth, and ignores an overlong Content-Type."""

    depth = 0
    depth_max = NESTING_DEPTH_MAX

    def get_content_maintype(self) -> str:
        """Return a harmless type if Content-Type is overlong, because parsing its boundary takes quadratic time."""
        if len(str(self.get("content-type", ""))) > CONTENT_FIELD_BYTES_MAX:
            return "application"
        return super().get_content_maintype()

    def set_raw(self, name: str, value: str) -> None:
        """Add a field found by the parser. Raise _OverError if the header block has too many fields."""
        if len(self) >= FIELDS_MAX:
            raise _OverError("FIELDS_MAX")
        super().set_raw(name, value)

    def attach(self, payload: email.message.Message | str) -> None:
        """Add a part that is about to be parsed. Raise _OverError if it is nested too deeply."""
        if isinstance(payload, Bounded):
            payload.depth, payload.depth_max = self.depth + 1, self.depth_max
            if payload.depth > self.depth_max:
                deep = self.depth_max == NESTING_DEPTH_MAX
                raise _OverError("NESTING_DEPTH_MAX" if deep else "LINE_COMPARISONS_MAX")
        super().attach(payload)


class _CountedParts:
    """A factory of parts for the parser. It creates at most `_OBJECTS_MAX`, no deeper than the lines allow."""

    def __init__(self, lines: int) -> None:
        self.left = _OBJECTS_MAX
        self.depth_max = min(NESTING_DEPTH_MAX, LINE_COMPARISONS_MAX // max(lines, 1))

    def __call__(self, policy: object = None) -> Bounded:
        self.left -= 1
        if self.left < 0:
            raise _OverError("PARTS_MAX")
        part = Bounded()  # with the policy compat32, like the parser
        part.depth_max = self.depth_max
        return part


def parsed(*chunks: bytes) -> Part | str:
    """Return the tree of parts, or the name of the limit that the message exceeds. If the parser fails, PARTS_MAX."""
    parser = BytesFeedParser(_CountedParts(sum(chunk.count(b"\n") for chunk in chunks)))
    try:
        for chunk in chunks:
            parser.feed(chunk)
        return parser.close()
    except _OverError as over:
        return over.bound
    except (RecursionError, *LIBRARY_ERRORS):
        return "PARTS_MAX"


def children_of(part: Part) -> list[Part]:
    """Return the direct children of a part."""
    # is_multipart is checked first, because `get_payload` of a leaf decodes it with whatever codec the sender names.
    children = part.get_payload() if part.is_multipart() else []
    return [child for child in children if isinstance(child, Part)]


class Leaf(NamedTuple):
    """The MIME type, disposition, file name and type parameters of a part.

    The values are those of `type_of`, `disposition_of`, `file_name_of` and `parameters_of`.
    """

    type: str
    disposition: str
    file_name: str
    parameters: Mapping[str, str]


def leaf_of(part: Part) -> Leaf:
    """Return the type, disposition, file name and parameters of a part."""
    return Leaf(type_of(part), disposition_of(part), file_name_of(part), parameters_of(part))


def leaf_of_fields(fields: Mapping[str, str]) -> Leaf:
    """Do the same as `leaf_of` for the Content-* fields of a top header block. The few common types are cached."""
    kind = fields.get("content-type", "")
    if len(kind) <= _COMMON_TYPE_CHARS_MAX and "content-disposition" not in fields:
        return _leaf_of_type(kind)
    part = Bounded()
    for name, value in fields.items():
        part[name] = value
    return leaf_of(part)


@lru_cache(maxsize=256)
def _leaf_of_type(kind: str) -> Leaf:
    part = Bounded()
    part["content-type"] = kind
    return leaf_of(part)


def header_of(part: Part, name: str) -> str:
    """Return a field of a part, or an empty string if it is missing or the library cannot parse it."""
    try:
        return str(part.get(name, ""))[:CONTENT_FIELD_BYTES_MAX]
    except LIBRARY_ERRORS:
        return ""


def type_of(part: Part) -> str:
    """Return the MIME type of a part, or text/plain if it cannot be parsed (RFC 2045 section 5.2)."""
    try:
        return part.get_content_type()
    except LIBRARY_ERRORS:
        return "text/plain"


def parameters_of(part: Part, header: str = "content-type") -> dict[str, str]:
    """Return a mapping from parameter names, in lower case, to values. If a name is repeated, the first value counts.

    Return {} if the field is overlong.
    """
    try:
        if len(str(part.get(header, ""))) > CONTENT_FIELD_BYTES_MAX:
            return {}
        pairs = part.get_params([], header)
    except LIBRARY_ERRORS:
        return {}
    found: dict[str, str] = {}
    for name, value in pairs[1:]:  # the first pair is the value of the field itself
        text = value if isinstance(value, str) else value[2]  # RFC 2231: charset, language, value
        found.setdefault(name.lower(), (text or "").strip())
    return found


def disposition_of(part: Part) -> str:
    """Return how a part should be displayed (RFC 2183): `inline`, `attachment`, or an empty string."""
    return header_of(part, "content-disposition").partition(";")[0].strip().lower()


def file_name_of(part: Part) -> str:
    """Return the file name of a part, or an empty string."""
    for header, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        if parameter in header_of(part, header).lower() and (name := parameters_of(part, header).get(parameter)):
            return name
    return ""


def content_of(part: Part) -> tuple[bytes, str]:
    """Return the encoded bytes of a part, and the name of their transfer encoding.

    The encoding field is removed first, because `get_payload` would otherwise decode the bytes with any codec that the
    sender names.
    """
    encoding = header_of(part, ENCODING)
    try:
        del part[ENCODING]
        payload = part.get_payload(decode=True)
    except LIBRARY_ERRORS:
        return b"", encoding
    return payload if isinstance(payload, bytes) else b"", encoding
