"""Decide whether two incidents that were declared one shortly after the other may be about one outage."""

from __future__ import annotations

import re
from datetime import timedelta

from incidentmail.core.lazy_pattern import lazy_pattern
from incidentmail.core.model import Incident
from incidentmail.core.names.mailboxes import share_mailbox
from incidentmail.core.text import fold_case

AT_ONCE = timedelta(minutes=2)
"""Within this time two declarations may be one, whatever their words: few organisations have two outages at once."""
WORD_CHARS_MIN = 4
STEM_CHARS = 5
"""Words are compared by their beginning, so that `payment` and `payments` are the same."""
_WORD = lazy_pattern(r"[^\W\d_]+", re.U)
_EMPTY = frozenset({
    "about", "again", "cannot", "customers", "down", "error", "errors", "fail", "failing", "fails", "from", "have",
    "incident", "issue", "issues", "outage", "problem", "problems", "server", "service", "slow", "some", "system",
    "that", "their", "there", "this", "users", "very", "with", "work", "working",
})  # fmt: skip
"""Words that many incidents have in common."""


def may_be_one(one: Incident, other: Incident) -> bool:
    """Return whether both may be about one outage, although two people declared them.

    Either they were declared at almost the same time, or their descriptions share a word that says something.
    Restricted ones are never compared, and a drill is never the same as what is real.
    """
    if one.restricted or other.restricted or one.drill != other.drill or not (one.is_open and other.is_open):
        return False
    if share_mailbox(one.declared_by, other.declared_by):
        return False
    apart = abs(one.declared_at - other.declared_at)
    return apart <= AT_ONCE or bool(stems(one.description) & stems(other.description))


def stems(text: str) -> frozenset[str]:
    """Return the beginnings of the words that say what is broken.

    >>> sorted(stems("Card payments are failing")), sorted(stems("Some system is down"))
    (['card', 'payme'], [])
    """
    words = (fold_case(found[0]) for found in _WORD.finditer(text))
    return frozenset(word[:STEM_CHARS] for word in words if len(word) >= WORD_CHARS_MIN and word not in _EMPTY)
