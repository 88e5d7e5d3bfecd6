"""Find open incidents that could be the same as an incident that is about to be declared. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from incidentmail.core.model import Incident

LETTERS_MIN = 4
_WORD = re.compile(r"[^\W_]+")
_GENERAL = frozenset(
    {
        "about", "after", "again", "alarm", "alert", "been", "broken", "cannot", "customer", "customers", "degraded",
        "does", "down", "error", "errors", "everything", "fail", "failed", "failing", "fails", "failure", "from",
        "have", "incident", "into", "issue", "issues", "outage", "problem", "problems", "production", "service",
        "services", "slow", "some", "that", "their", "there", "they", "this", "unavailable", "users", "very", "when",
        "with", "wrong",
    }
)  # fmt: skip
"""Words that say that something is broken, but not what."""


def near_duplicates(description: str, incidents: Iterable[Incident]) -> Sequence[Incident]:
    """Return those of `incidents` that share a specific word with `description`."""
    said = things(description)
    return [one for one in incidents if said & (things(one.description) | things(one.subject))]


def things(text: str) -> set[str]:
    """Return the words that say what a text is about, each without a plural s.

    >>> sorted(things("Card payments fail in the checkout"))
    ['card', 'checkout', 'payment']
    """
    words = (word for word in _WORD.findall(text.casefold()) if word not in _GENERAL)
    return {word.removesuffix("s") if len(word) > LETTERS_MIN else word for word in words if len(word) >= LETTERS_MIN}
