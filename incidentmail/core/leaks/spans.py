"""Define the span of a secret, which every search yields."""

from __future__ import annotations

from incidentmail.core.frozen import Frozen


def words(*texts: str) -> frozenset[str]:
    """Return the words of `texts` as a set."""
    return frozenset(word for text in texts for word in text.split())


class Span(Frozen):
    """A secret in a text: its kind, its start and its end."""

    kind: str
    start: int
    end: int
