"""Validate values before they become events: on the scale, not empty, short enough, permitted."""

from __future__ import annotations

from datetime import datetime

from incidentmail.core.commands import Refused
from incidentmail.core.model import Actor
from incidentmail.core.policy import Policy
from incidentmail.core.text import LINE_CHARS_MAX, TEXT_BYTES_MAX, TEXT_CHARS_MAX, one_line, paragraphs
from incidentmail.core.words import NOTHING_YET


def check_severity(severity: int, policy: Policy) -> Refused | None:
    """Return a refusal that lists the scale, or None if `severity` is on it."""
    if policy.severity(severity):
        return None
    scale = ", ".join(f"{step.level} ({step.name})" for step in policy.severities)
    return Refused(reason=f"there is no severity {severity}", write="a severity", remedy=f": {scale}")


def check_phase(phase: int, policy: Policy) -> Refused | None:
    """Return a refusal that lists the phases, or None if `phase` is one of them."""
    if policy.phase(phase):
        return None
    steps = ", ".join(f"{step.number} ({step.name})" for step in policy.phases)
    return Refused(reason=f"there is no phase {phase}", write="a phase", remedy=f": {steps}")


def check_line(text: str, what: str) -> Refused | None:
    """Return a refusal if `text` has no readable characters or is too long for one line, otherwise None."""
    if not one_line(text):
        return Refused(reason=f"{what} is empty", remedy="write it in one line")
    return check_length(what, one_line(text), LINE_CHARS_MAX)


def check_text(text: str, what: str) -> Refused | None:
    """Return a refusal if `text` is too long for a mailing list, otherwise None. Empty text is allowed."""
    clean = paragraphs(text)
    size = len(clean.encode("utf-8", "replace"))
    if size > TEXT_BYTES_MAX and len(clean) <= TEXT_CHARS_MAX:
        return Refused(reason=f"{what} has {size} bytes, more than {TEXT_BYTES_MAX}", remedy="say it shorter")
    return check_length(what, clean, TEXT_CHARS_MAX)


def check_length(what: str, text: str, chars_max: int) -> Refused | None:
    """Return a refusal stating the length of `text`, or None if the text has at most `chars_max` characters."""
    if len(text) <= chars_max:
        return None
    return Refused(reason=f"{what} has {len(text)} characters, more than {chars_max}", remedy="say it shorter")


def not_permitted(permission: str, actor: Actor, policy: Policy) -> Refused:
    """Return a refusal for an actor whose trust is too low for `permission`."""
    needed = policy.permissions[permission]
    what = permission.replace("_", " ")
    return Refused(
        reason=f"{what} needs a {needed}, and this came from a {actor.trust}",
        remedy="write from your address on the roster, through the list, or ask the operator",
    )


def text_value(text: str | None) -> str | None:
    """Return `text` as one line, or None if it is empty or `nothing yet`, which our messages show for None.

    >>> text_value(" Nothing yet "), text_value("a delay")
    (None, 'a delay')
    """
    value = one_line(text or "")
    return value if value and value.casefold() != NOTHING_YET else None


def whole_minute(at: datetime) -> datetime:
    """Return `at` without seconds, because messages only show minutes."""
    return at.replace(second=0, microsecond=0)
