"""Find the signature at the end of a text, if the HTML part marks the same text as a signature."""

from __future__ import annotations

import re
from collections.abc import Sequence

SIGNATURE_CHARS_MAX = 4_000
_LINK = re.compile(r"<[^<>\s]{1,1000}>|https?://[^\s<>\"]{1,1000}")
_NOT_WORD = re.compile(r"[\W_]+")


def signature_lines(lines: Sequence[str], signature: str) -> int:
    """Return the number of lines at the end that together have exactly the text of `signature`, or 0.

    Line breaks and links are ignored in the comparison.

    >>> signature_lines(["close", "Jayla", "Payments <https://example.com>"], "Jayla Payments")
    2
    """
    wanted = _bare(signature[:SIGNATURE_CHARS_MAX])
    if not wanted:
        return 0
    end = len(wanted)
    for count, line in enumerate(reversed(lines), 1):
        words = _bare(line)
        if not wanted.endswith(words, 0, end):
            return 0
        end -= len(words)
        if end == 0:
            return count
    return 0


def _bare(text: str) -> str:
    """Return only the letters and digits, because plain text and HTML differ in links, punctuation and spaces."""
    return _NOT_WORD.sub("", _LINK.sub(" ", text[:SIGNATURE_CHARS_MAX])).casefold()
