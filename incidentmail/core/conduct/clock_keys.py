"""List the keys of `Key: value` lines about updates, hours and deadlines, for the lexicon."""

from __future__ import annotations

CLOCK_KEYS: tuple[tuple[str, str], ...] = (
    ("News", "news"),
    ("Next commander", "next_commander"),
    ("Next incident commander", "next_commander"),
    ("Aware", "aware_at"),
    ("Notified", "notified"),
)
