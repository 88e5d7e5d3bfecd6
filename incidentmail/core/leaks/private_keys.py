"""Find private keys, from their first line to their last or to the end of the pasted text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from incidentmail.core.lazy_pattern import lazy_pattern

from .spans import Span

KIND = "private key"
_MARK = lazy_pattern(
    r"(?:[-–—]{1,6} ?)?(?P<side>BEGIN|END) (?:[A-Z0-9]{2,12} ){0,4}PRIVATE KEY(?: BLOCK)?(?: ?[-–—]{1,6})?"
    r"|(?P<putty>Private-Lines: {0,3}\d{1,4})",
)
_QUOTE = "> |\t"
_HEADER = lazy_pattern(r"[A-Za-z][A-Za-z0-9-]{1,40}: ?\S", re.ASCII)
_BASE64 = lazy_pattern(r"[A-Za-z0-9+/=]+", re.ASCII)
BODY_CHARS_MIN = 16
"""The minimum length of a line of a key. Complete lines have 64 to 76 characters; words of prose are shorter."""


def find_private_keys(text: str) -> Iterator[Span]:
    """Yield the private keys in `text`. A begin marker without a key after it is ignored."""
    marks = list(_MARK.finditer(text)) if "PRIVATE KEY" in text or "Private-Lines" in text else []
    done = 0
    for number, mark in enumerate(marks):
        if mark["side"] == "END" or mark.start() < done:
            continue
        following = marks[number + 1] if number + 1 < len(marks) else None
        if following is not None and following["side"] == "END" and mark["side"]:
            done = following.end()
            has_body = any(len(word) >= BODY_CHARS_MIN for word in text[mark.end() : following.start()].split())
        else:
            limit = following.start() if following else len(text)
            done = _end_of_body(text, mark.end(), limit)
            has_body = done > mark.end()
        if has_body:
            yield Span(KIND, mark.start(), done)


def _end_of_body(text: str, start: int, limit: int) -> int:
    """Return the end of a key without an end marker, or `start` if no key follows.

    `start` is the end of the begin marker.

    Each line of the key is one word of base64. Headers may precede these lines, and blank lines may separate them.
    """
    end, at, in_headers = start, start, True
    while at < limit:
        stop = text.find("\n", at, limit)
        stop = limit if stop < 0 else stop
        line = text[at:stop].strip(_QUOTE).replace("\\r", "").replace("\\n", " ").rstrip(" \\\"'.…[]").lstrip(" \"'")
        words = line.split()
        if words and _is_body(words, first=end == start):
            end, in_headers = at + len(text[at:stop].rstrip()), False
        elif words and not (in_headers and _HEADER.match(line)):
            break
        at = stop + 1
    return end


def _is_body(words: list[str], *, first: bool) -> bool:
    """Return whether a line is base64: one word, or several long words if line breaks became spaces."""
    if not all(_BASE64.fullmatch(word) for word in words):
        return False
    return (len(words) == 1 and not first) or len(words[0]) >= BODY_CHARS_MIN
