"""Determine how severe an alert is: by the organisation's patterns, or else by a word in the alert."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from .alert import AlertRules
from .patterns import find

WORDS: Final[tuple[tuple[int, tuple[str, ...]], ...]] = (
    (1, ("disaster", "emergency", "panic", "catastrophic")),
    (2, ("critical", "fatal", "high", "major", "severe", "down", "urgent", "outage", "unreachable")),
    (3, ("warning", "warn", "average", "error", "medium", "moderate", "degraded", "unknown")),
    (4, ("information", "informational", "info", "low", "minor", "notice", "debug", "not classified")),
)
"""Each level with its words. An alert's "critical" is about one system, and rarely about the whole company."""
_IN_SUBJECT: Final = frozenset({
    "disaster", "emergency", "catastrophic", "critical", "fatal", "down", "outage", "unreachable", "warning",
    "degraded",
})  # fmt: skip
"""Words that state a severity anywhere in a subject, unlike `low` in `Low disk space` or `high` in `High latency`."""
_LEVELS: Final = {word: level for level, words in WORDS for word in words}
_STATED: Final = re.compile(
    r"[\W_]{0,4}(?:alert[ _-]?)?(?:severity|priority|level|urgency|state)"
    r"\s{0,3}[:=|]\s{0,3}[\W_]{0,3}(?P<word>[A-Za-z]+)(?P<more> classified)?",
    re.I,
)
_WORD: Final = re.compile(r"[A-Za-z]+")


def severity_of(rules: AlertRules, subject: str, lines: Sequence[str], states: Sequence[str]) -> tuple[int, str | None]:
    """Return the level of an alert, and the pattern or word that determined it (None for the default).

    The subject is searched before the lines of the text. `states` are the words that the alert's format uses for its
    state.

    >>> severity_of(AlertRules(), "Disk on db1", ["Severity: High"], ())
    (2, 'High')
    >>> severity_of(AlertRules(severities=(("checkout", 1),)), "Checkout is slow", [], ())
    (1, 'checkout')
    """
    for line in (subject, *lines):
        for pattern, level in rules.severities:
            if find(pattern, line) is not None:
                return _in_scale(level, rules), pattern
    stated = [word for word in _stated(lines) if word.lower() in _LEVELS]
    words = [*stated, *states, *(word for word in _WORD.findall(subject) if word.lower() in _IN_SUBJECT)]
    for word in words:
        if (known := _LEVELS.get(word.lower())) is not None:
            return _in_scale(known, rules), word
    return rules.default_level, None


def _stated(lines: Sequence[str]) -> Iterator[str]:
    """Yield the words that follow `Severity:`, `priority =` and similar labels."""
    for line in lines:
        if found := _STATED.match(line):
            yield f"{found['word']}{found['more'] or ''}"


def _in_scale(level: int, rules: AlertRules) -> int:
    """Return the nearest level on the scale, preferring the worse one if two are equally near."""
    return min(rules.levels, key=lambda known: (abs(known - level), known), default=level)
