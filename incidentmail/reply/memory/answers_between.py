"""Find answers typed between the lines of an unmarked quotation, as people do in Outlook. They belong in the note.

They are never read for commands, since only memory distinguishes them from what is quoted.
"""

from __future__ import annotations

from incidentmail.reply.extraction.cut import Extraction
from incidentmail.reply.extraction.line_kinds import TEXT

from .earlier_words import Memory

QUOTED_LINES_MIN = 2
UNKNOWN_SHARE_MAX = 0.5  # of the lines: with more, the quoted message is not one that is remembered


def answers_between(extraction: Extraction, memory: Memory) -> str:
    """Return the lines below the cut that no earlier message had, if most lines there are remembered.

    >>> from incidentmail.reply.extraction.cut import cut
    >>> old = "Is anybody at the bank now?\\nWho calls the shops in the north?"
    >>> reply = "See below.\\n\\n-----Original Message-----\\n" + old.replace("?", "?\\nYes, Bo.", 1)
    >>> answers_between(cut(reply), Memory.of([old]))
    'Yes, Bo.'
    """
    if extraction.cut_at is None or not extraction.is_surely_own or memory.is_empty():
        return ""
    lines = [kept.line for kept in extraction.lines[extraction.cut_at + 1 :] if kept.line.kind is TEXT]
    known = memory.mostly_known([line.plain for line in lines])
    unknown = [line.text for line, is_known in zip(lines, known, strict=True) if not is_known]
    if sum(known) < QUOTED_LINES_MIN or len(unknown) > UNKNOWN_SHARE_MAX * len(lines):
        return ""
    return "\n".join(unknown)
