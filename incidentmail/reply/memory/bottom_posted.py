"""Find the words that their writer put below a marked quotation, at the very end of a reply."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from incidentmail.reply.extraction.cut import Extraction
from incidentmail.reply.extraction.line_kinds import EMPTY, MARKERS, QUOTE

if TYPE_CHECKING:
    from .earlier_words import Memory

WRAPPED_CHARS_MIN = 50
"""A shorter line was not wrapped by a program. Most wrap at 65 characters or more, at the last blank before that."""


def below_marked_quotation(extraction: Extraction, own: Sequence[int], memory: Memory) -> int | None:
    """Return the index of the first line of the writer's own words below the last `>` line, or None if unsure.

    The reply has to end with these words. They are not the writer's own if an earlier message continues with them
    where the `>` line ends, because a program may have wrapped its line, and the rest of it has no mark. `own` holds
    the indexes of the lines that were not cut off.
    """
    lines = extraction.lines
    marked = next((i for i in range(own[-1], -1, -1) if lines[i].line.kind is QUOTE and not lines[i].kept), None)
    if marked is None or any(kept.line.kind in MARKERS for kept in lines[own[-1] + 1 :]):
        return None
    below = next(index for index in own if index > marked and lines[index].line.kind is not EMPTY)
    above, first = lines[marked].line.plain, lines[below].line.plain
    if lines[marked + 1].line.kind is not EMPTY:
        is_wrapped = len(lines[marked].line.text) >= WRAPPED_CHARS_MIN
        return None if is_wrapped or memory.has_mail_with(above, first) else below
    nearest = next(kept.line.plain for kept in reversed(lines[:below]) if kept.line.plain)
    return None if memory.follow_each_other(nearest, first) else below
