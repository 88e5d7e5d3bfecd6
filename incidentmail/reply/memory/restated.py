"""Find lines that only repeat when the next update is due, in the wording of our own mails."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .earlier_words import Memory
from .remembered_mail import words_in
from .summary import LazyMemory

_OUR_LINE = re.compile(r"[*_]*next update:[*_]* by (?:\d{4}-\d\d-\d\d )?\d\d:\d\d utc\b", re.I | re.A)


def restated(plains: Sequence[str], memory: Memory | LazyMemory) -> tuple[bool, ...]:
    """Return for each plain line whether it repeats, word for word, an earlier message's line about the next update.

    Almost all our mail has that line, and the time in it usually follows from the severity. A person who repeats the
    line, even at the very beginning of a reply, is quoting it. Without this check, it would become their promise.

    >>> restated(["Next update: by 15:00 UTC", "next 15:00"], Memory.of(["Next update: by 15:00 UTC"]))
    (True, False)
    """
    return tuple([
        line[:1] in "*_Nn" and _OUR_LINE.match(line) is not None and memory.whole.is_old(words_in(line))
        for line in plains
    ])  # fmt: skip
