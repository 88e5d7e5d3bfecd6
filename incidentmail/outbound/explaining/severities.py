"""Explain the severities in mail that suggests replies with a severity. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from incidentmail.core.policy import Policy
from incidentmail.core.words import Words, in_brackets

SHORT_CHARS_MAX = 80
"""The maximum length of a meaning in the text of a mail: two lines on a phone. Longer ones are only on the page."""


def meaning_of(words: Words, level: int) -> str:
    """Return `Severity 1 (critical): the future of the company is at stake`, or "" if the scale defines no meaning."""
    step = words.policy.severity(level)
    return f"{words.severity_clause(level)}: {step.meaning}" if step and step.meaning else ""


def meanings_of_replies(words: Words) -> Mapping[str, str]:
    """Return a mapping from each reply that sets a severity, such as `sev 1`, to the meaning of that severity."""
    return {f"sev {step.level}": meaning_of(words, step.level) for step in words.policy.severities}


def meaning_of_change(policy: Policy, level: int) -> Sequence[str]:
    """Return a line that explains the severity of a follow-up that changes it, or [] if there is none for a mail.

    The line is a question to the parser of replies, so it does nothing if somebody quotes it without marks.

    >>> meaning_of_change(Policy(), 2)
    ['What severity 2 means: many customers or much money are affected']
    """
    step = policy.severity(level)
    known = step is not None and 0 < len(step.meaning) <= SHORT_CHARS_MAX
    return [f"What severity {level} means: {step.meaning}"] if step and known else []


def short_meanings(policy: Policy, levels: Sequence[int]) -> Sequence[str]:
    """Return a line for each of `levels`, or [] if a meaning is too long for the text of a mail.

    Each line begins with the bare number, so that it is not parsed as a command if somebody quotes it without marks.

    >>> short_meanings(Policy(), [2])
    ['2 (serious): many customers or much money are affected']
    """
    steps = [step for level in levels if (step := policy.severity(level)) and step.meaning]
    if any(len(step.meaning) > SHORT_CHARS_MAX for step in steps):
        return []
    return [f"{step.level}{in_brackets(step.name)}: {step.meaning}" for step in steps]
