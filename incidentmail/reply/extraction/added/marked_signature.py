"""Find the signature at the end of a text that the HTML beside it marks as one."""

from __future__ import annotations

import re
from collections.abc import Sequence

SIGNATURE_CHARS_MAX = 4_000
_LINK = re.compile(r"<[^<>\s]{1,1000}>|https?://[^\s<>\"]{1,1000}")
_NOT_WORD = re.compile(r"[\W_]+")


def signature_lines(lines: Sequence[str], signature: str) -> int:
    """Return how many of the last `lines` together are the text of `signature`; 0 if none are.

    Line breaks and links may differ.

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
    """Return only the letters and digits, since the two forms differ in links, marks and spaces."""
    return _NOT_WORD.sub("", _LINK.sub(" ", text[:SIGNATURE_CHARS_MAX])).casefold()
