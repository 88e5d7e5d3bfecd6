"""The email package's parser with bounds: it has none of its own, so it is given a part class that counts."""

from __future__ import annotations

import email.message
from email.parser import BytesFeedParser

from .limits import CONTENT_FIELD_BYTES_MAX, NESTING_DEPTH_MAX, PARTS_MAX

Part = email.message.Message
# What methods of the email package were seen to raise on mutated mail; UnboundLocalError is a NameError.
LIBRARY_ERRORS = (ValueError, LookupError, TypeError, AttributeError, NameError, OverflowError, AssertionError)
# The objects of one message: its parts, the messages enclosed in them, and the blocks of a delivery report.
_OBJECTS_MAX = 3 * PARTS_MAX + NESTING_DEPTH_MAX


class _TooManyPartsError(Exception):
    """The parser made more objects than the check of the raw bytes foresaw."""


class _CountedParts:
    """Makes the parser's part objects, no more than `_OBJECTS_MAX`, each blind to an overlong Content-Type."""

    def __init__(self) -> None:
        self.left = _OBJECTS_MAX

    def __call__(self, policy: object = None) -> Bounded:
        self.left -= 1
        if self.left < 0:
            raise _TooManyPartsError
        return Bounded()  # whose policy is compat32, like the parser's


class Bounded(email.message.Message):
    """A part that is blind to an overlong Content-Type."""

    def get_content_maintype(self) -> str:
        """Keeps the parser from reading the boundary of an overlong field, which takes quadratic time."""
        if len(str(self.get("content-type", ""))) > CONTENT_FIELD_BYTES_MAX:
            return "application"
        return super().get_content_maintype()


def parsed(*chunks: bytes) -> Part | None:
    """The tree, or None where it has more parts than anybody sends or breaks the parser."""
    parser = BytesFeedParser(_CountedParts())
    try:
        for chunk in chunks:
            parser.feed(chunk)
        return parser.close()
    except (_TooManyPartsError, RecursionError, *LIBRARY_ERRORS):
        return None
