"""Find a severity among the first words of a declaration: `declare sev1 "Site down"`."""

from __future__ import annotations

import re

from incidentmail.core.frozen import Frozen
from incidentmail.core.lazy_pattern import lazy_pattern

_SEVERITY = r"sev(?:erity)?[ .-]?(?P<number>\d{1,2})"
_AT_FIRST = lazy_pattern(rf"\[?{_SEVERITY}\b\]?[ :;,.!–—-]*(?P<rest>.*)", re.I | re.A | re.S)
_AT_LAST = lazy_pattern(rf"(?P<rest>.*\S)[ ,;:(–—-]+{_SEVERITY}\)?[.!]?", re.I | re.A | re.S)
_PRIORITY = lazy_pattern(r"\[?(?P<word>p[ -]?(?P<number>[0-5]))\b\]?[ :;,.!–—-]*(?P<rest>.*)", re.I | re.A | re.S)
TAIL_CHARS = 20
"""How many characters at the end of a text are searched for a severity."""


class FirstWords(Frozen):
    """A description, and the severity typed before or after it.

    `priority` is a word such as `P1` at the beginning of `whole`. Some people use it for a severity, others for a
    priority or a phase.
    """

    description: str
    severity: str | None = None
    priority: str | None = None
    number: str | None = None
    whole: str = ""


def first_words(text: str) -> FirstWords:
    """Split the words of a declaration into its description and its severity.

    >>> first_words("SEV 1: Site down").description, first_words("Site down, sev1").severity
    ('Site down', '1')
    >>> first_words("S3 denies access").severity, first_words("P1 site down").priority
    (None, 'P1')
    """
    text = " ".join(text.split())
    has_severity = "sev" in text.lower()  # most texts have none, so no pattern is needed
    if has_severity and (found := _AT_FIRST.fullmatch(text)):
        return FirstWords(found["rest"].strip(), severity=found["number"], whole=text)
    if text.lstrip("[")[:1] in ("p", "P") and (found := _PRIORITY.fullmatch(text)):
        return FirstWords(found["rest"].strip(), priority=found["word"], number=found["number"], whole=text)
    head, tail = text[:-TAIL_CHARS], text[-TAIL_CHARS:]
    if has_severity and (found := _AT_LAST.fullmatch(tail)):
        return FirstWords(f"{head}{found['rest']}".strip(), severity=found["number"], whole=text)
    return FirstWords(text, whole=text)
