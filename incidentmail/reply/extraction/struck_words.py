"""Remove words that the writer struck out in plain text with the marks of Markdown or chat programs: `~~sev 1~~`."""

from __future__ import annotations

import re

_STRUCK = re.compile(r"~~(?=[^\s~])[^~\n]{1,400}(?<=\S)~~|(?<![\w~/.])~(?=[^\s~])[^~\n]{1,200}(?<=\S)~(?![\w~/])")


def without_struck_words(line: str) -> str:
    """Return a line without the words between tildes. Words struck out in HTML are removed elsewhere.

    >>> without_struck_words("~~sev 1~~ sev 2"), without_struck_words("about ~5 pumps of ~10")
    (' sev 2', 'about ~5 pumps of ~10')
    """
    return _STRUCK.sub("", line) if "~" in line else line
