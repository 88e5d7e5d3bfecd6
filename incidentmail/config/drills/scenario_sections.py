"""Define the format of scenario files."""

# The annotations are needed at run time, so this module does not use "from __future__ import annotations".

import re
from typing import Annotated, Literal

from incidentmail.core.text import TEXT_CHARS_MAX, paragraphs

from ..description import Form, Section
from ..value_types import Duration, Number, RoleKey, line, text


def needed_line(value: object) -> str:
    """Return `value` as a line of text. Raise ValueError if it is empty."""
    if not (found := line(value)):
        raise ValueError("it is empty; write a few words")
    return found


def needed_text(value: object) -> str:
    """Return `value` as text, with line breaks inside paragraphs replaced by spaces, except before list items.

    Raise ValueError if the text is empty.

    >>> needed_text("One\\nparagraph.\\n\\nA list:\\n- one\\n- two")
    'One paragraph.\\n\\nA list:\\n- one\\n- two'
    """
    found = re.sub(r"(?<=\S)\n(?=[^\n-])", " ", paragraphs(text(value)))
    if not found:
        raise ValueError("it is empty; write a few sentences")
    if len(found) > TEXT_CHARS_MAX:
        raise ValueError(f"write at most {TEXT_CHARS_MAX} characters")
    return found


Words = Annotated[str, Form(needed_line)]
Prose = Annotated[str, Form(needed_text)]


class InjectSection(Section):
    at: Duration
    from_: Words
    subject: Words
    text: Prose
    role: Words | None = None


class ExpectedSection(Section):
    what: Words
    within: Duration | None = None
    happens: Literal["declared", "commander", "customer_words", "approved_words", "restricted", "closed"] | None = None
    severity: Number | None = None
    phase: Number | None = None
    role: RoleKey | None = None
    item: Literal["action", "need", "assumption", "evidence", "ruled_out", "decision"] | None = None
    says: tuple[Words, ...] = ()

    @property
    def conditions(self) -> list[str]:
        """The keys in this section that say how the outcome is recognised. There must be exactly one."""
        keys = ("happens", "severity", "phase", "role", "item", "says")
        return [key for key in keys if getattr(self, key) not in (None, ())]


class ScenarioSection(Section):
    title: Words
    description: Prose
    lasts: Duration
    inject: tuple[InjectSection, ...]
    opening: Prose | None = None
    expected: tuple[ExpectedSection, ...] = ()
