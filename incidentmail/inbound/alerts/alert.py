"""Define an alert as parsed from a mail, and an organisation's rules for parsing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

AlertKind = Literal["firing", "recovered", "news", "no alert"]
"""`news` is about a known alert, such as its acknowledgement. `no alert` is other mail, such as a weekly report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRules:
    """An organisation's rules for parsing alerts. For the pattern syntax, see patterns.py.

    `severities` maps patterns to levels; the first match wins. Text that matches `remove` is dropped from subjects.
    Messages that match `recovered` report a recovery, and those that match `ignore` propose nothing. `{key}` in `same`
    marks the part of an alert that all its repeats share. `levels` are the levels of the organisation's severity scale.
    """

    severities: tuple[tuple[str, int], ...] = ()
    remove: tuple[str, ...] = ()
    recovered: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    levels: tuple[int, ...] = (1, 2, 3, 4)
    default_level: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertMail:
    """An alert as parsed from a mail. `system` is its apparent sender, and `title` is its subject without tags.

    Messages with the same `key` belong to the same alert. `because` is the word or pattern that determined the
    severity, or None if the severity is the default.
    """

    system: str
    kind: AlertKind
    title: str
    key: str
    severity: int
    because: str | None
    text: str
