"""Find the lines at the beginning of a reply that its writer wrote, even if earlier messages contain the same words.

People write the same short lines: `sev 1`, `Phase: 2`, a greeting. A reply that begins with them quotes nobody, unless
the words are from the message that it answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from incidentmail.reply.extraction.attribution import COLONS
from incidentmail.reply.extraction.cut import Kept
from incidentmail.reply.extraction.line_kinds import MARKERS

from .remembered_mail import Words, words_in

if TYPE_CHECKING:
    from .earlier_words import Memory


def first_block(lines: Sequence[Kept], plains: Sequence[str], memory: Memory, answered: Memory) -> Iterator[int]:
    """Yield the indexes of the kept lines at the top that cannot be part of a quotation, in linear time.

    These lines end before the first line that a program marked, that quotes a message in `answered`, that ends with a
    colon, or that is new and not a `Key: value` line. Remembered words below new text are a quotation.
    """
    is_marked = [not kept.kept and kept.line.kind in MARKERS for kept in lines]
    is_answered = answered.quoted_below(plains, is_marked)
    for index, kept in enumerate(lines):
        words = words_in(plains[index])
        if is_marked[index] or is_answered[index] or (words and words[-1][-1] in COLONS):
            return
        if words and kept.kept and not (memory.is_old(words) or _is_key_value(words)):
            return
        if kept.kept:
            yield index


def _is_key_value(words: Words) -> bool:
    return any(word[-1] in COLONS for word in words[:-1])
