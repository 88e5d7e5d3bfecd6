"""Hold what a mail of a monitoring system says, and the organisation's rules for reading it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

AlertKind = Literal["firing", "recovered", "news", "no alert"]
"""`news` is about an alert that is known already, such as that somebody has acknowledged it. `no alert` is a mail that
proposes nothing, such as a weekly report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRules:
    """How an organisation's alerts are read. Each pattern has the form of patterns.py.

    `severities` maps patterns to levels; the first that matches decides. `remove` is taken out of subjects,
    `recovered` says that something is over, and `ignore` that a mail proposes nothing. `same` says with `{key}` which
    part of an alert is compared to find its repeats. `levels` are the levels of the organisation's scale.
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
    """What one mail says: which `system` seems to have sent it, its subject without tags as `title`, and its `text`.

    Mails with the same `key` are about the same thing. `because` is the word or the pattern that gave the severity, or
    None if it is the default.
    """

    system: str
    kind: AlertKind
    title: str
    key: str
    severity: int
    because: str | None
    text: str
