"""Find answers typed between the lines of an unmarked quotation, as Outlook users do.

The answers become part of the note. They are never parsed for commands, because only the memory of earlier messages
distinguishes them from the quotation.
"""

from __future__ import annotations

from incidentmail.reply.extraction.cut import Extraction, cut
from incidentmail.reply.extraction.line_kinds import HEADER, QUOTE, TEXT, Line

from .earlier_words import Memory
from .summary import LazyMemory

QUOTED_LINES_MIN = 2
UNKNOWN_SHARE_MAX = 0.5  # if more of the lines are unknown, the quoted message is not remembered


def answers_between(extraction: Extraction, memory: Memory | LazyMemory) -> str:
    """Return the lines below the cut that no earlier message contains, provided that most lines there are remembered.

    >>> from incidentmail.reply.extraction.cut import cut
    >>> old = "Is anybody at the bank now?\\nWho calls the shops in the north?"
    >>> reply = "See below.\\n\\n-----Original Message-----\\n" + old.replace("?", "?\\nYes, Bo.", 1)
    >>> answers_between(cut(reply), Memory.of([old]))
    'Yes, Bo.'
    """
    lines = _quoted(extraction) if extraction.is_surely_own else []
    if len(lines) < QUOTED_LINES_MIN:
        return ""
    memory = memory.whole
    if memory.is_empty():
        return ""
    known = memory.mostly_known([line.plain for line in lines])
    unknown = [line.text for line, is_known in zip(lines, known, strict=True) if not is_known]
    if sum(known) < QUOTED_LINES_MIN or len(unknown) > UNKNOWN_SHARE_MAX * len(lines):
        return ""
    return "\n".join(unknown)


def _quoted(extraction: Extraction) -> list[Line]:
    """Return the lines of an unmarked quotation that is introduced by a block of header fields.

    If only HTML was sent, our HTML parser has already marked everything below such a block.
    """
    if extraction.cut_at is None and extraction.is_page:
        marked = [kept.line.text for kept in extraction.lines if kept.line.kind is QUOTE]
        inner = cut("\n".join(text.removeprefix(">").removeprefix(" ") for text in marked))
        extraction = inner if inner.cut_at is not None and inner.lines[inner.cut_at].line.kind is HEADER else extraction
    if extraction.cut_at is None:
        return []
    return [kept.line for kept in extraction.lines[extraction.cut_at + 1 :] if kept.line.kind is TEXT]
