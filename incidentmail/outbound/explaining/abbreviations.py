"""Explain the organisation's abbreviations at the end of each mail that contains them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from incidentmail.core.frozen import Frozen
from incidentmail.core.lazy_pattern import lazy_pattern

EXPLAINED_MAX = 12
"""The maximum number of abbreviations explained in one mail. With more, the explanation would be too long to read."""
ABBREVIATIONS = "Abbreviations in this mail"
_WORD = lazy_pattern(r"\w+(?:[&/.+-]\w+)*")


class Glossary(Frozen):
    """The abbreviations of an organisation and their meanings. They are case-sensitive: `IT` is not `it`."""

    meanings: Mapping[str, str]

    def explanation(self, text: str) -> str:
        """Return the line that explains the abbreviations in `text`, in order of appearance, or "".

        If somebody quotes this line without quotation marks, it is parsed as prose and not as a command.

        >>> Glossary({"PSP": "payment service provider", "DB": "database"}).explanation("Both PSPs fail: the PSP-API.")
        'Abbreviations in this mail: PSP (payment service provider).'
        """
        if not self.meanings:
            return ""
        known = (one for word in _words(text) for one in (word, word.removesuffix("s")) if one in self.meanings)
        found = list(dict.fromkeys(known))[:EXPLAINED_MAX]
        explained = ", ".join(f"{word} ({self.meanings[word]})" for word in found)
        return f"{ABBREVIATIONS}: {explained}." if found else ""


def _words(text: str) -> Iterator[str]:
    """Yield each word. For a compound such as `PSP-API`, yield its parts too."""
    for match in _WORD.finditer(text):
        whole = match[0]
        yield whole
        parts = re.split(r"[&/.+-]", whole)
        if len(parts) > 1:
            yield from parts
