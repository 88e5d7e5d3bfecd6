"""Determine whether the writer ended a line, or the mail program did because the next word did not fit."""

from __future__ import annotations

import re
from collections.abc import Sequence

WRAP_CHARS_MIN = 55  # mail programs do not wrap lines at less than this
WRAP_CHARS_MAX = 100  # longer lines come from a program that does not wrap
ROOM_CHARS = 72  # most mail programs do not wrap a line that fits into this
NARROW_CHARS = 65  # the few that do leave at least this
PAGE_CHARS_MAX = 65_536
UNWRAPPED_MAX = 50  # how many line ends are looked up in the HTML; a reply has only a few long values
_END_CHARS, _START_CHARS = 30, 20  # how many characters before and after a line end are looked up
_KEY = re.compile(r"\W{0,4}[^\W_][^:：\n]{0,44}[:：]\s*\S")


def is_unbroken(texts: Sequence[str]) -> bool:
    """Return whether any line is so long that the program that sent it evidently does not wrap."""
    return any(len(text) > WRAP_CHARS_MAX and " " in text[WRAP_CHARS_MIN:ROOM_CHARS] for text in texts)


def may_be_wrapped(above: str, below: str, width: int) -> bool:
    """Return whether a program that wraps at `width` could have ended the line `above`, because `below` did not fit.

    >>> may_be_wrapped("Impact: card payments of customers in Germany and in France fail", "today", 65)
    True
    >>> may_be_wrapped("Impact: card payments fail", "today", 65)
    False
    """
    return len(above) >= WRAP_CHARS_MIN and len(above) + 1 + len(below.split(None, 1)[0]) > width


def unwrapped(text: str, page: str) -> tuple[str, bool]:
    r"""Join each `Key: value` line that was wrapped in `text` but is a single line in `page`.

    `page` is the HTML alternative converted to text. Return the joined text, and whether the page confirms that all
    remaining line ends after such values are the writer's own.

    >>> line = "Impact: about one in five card payments in Germany fails, and all"
    >>> unwrapped(f"{line}\nrefunds", f"{line} refunds")[0] == f"{line} refunds"
    True
    >>> unwrapped(f"{line}\nrefunds", f"{line}\nrefunds") == (f"{line}\nrefunds", True)
    True
    """
    page = f"\n{page[:PAGE_CHARS_MAX]}\n"
    lines: list[str] = []
    above, looked, is_sure = "", 0, True  # `above` is the last line of the current value so far
    for line in text.split("\n"):
        below = " ".join(line.split())
        if above and len(above) >= WRAP_CHARS_MIN and below and below[0] not in ">＞" and looked < UNWRAPPED_MAX:
            looked += 1
            end, start = above[-_END_CHARS:], below[:_START_CHARS]
            if f"{end} {start}" in page:
                lines[-1] = f"{lines[-1].rstrip()} {line.strip()}"
                above = below
                continue
            is_sure = is_sure and f"{end}\n" in page
        lines.append(line)
        above = below if _KEY.match(below) else ""
    return "\n".join(lines), is_sure and looked < UNWRAPPED_MAX
