"""Render mail for the operator: alarms on which only the operator can act, and test messages. Pure.

An alarm contains neither the description nor the subject of an incident, because the incident may be restricted. An
alarm is not a reply to any message.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from incidentmail.core.frozen import Frozen
from incidentmail.core.text import clip, one_line

from .draft import Draft, Sender
from .header_fields import Mail

LINE_CHARS_MAX = 600
REF = "alarms"
"""The REF of alarms: six characters that no incident is likely to have."""
TRIAL_REF = "trials"
"""The REF of test mails."""
TRIAL_SERIAL_MAX = 999_999_999

AlarmKind = Literal[
    "refused", "given up", "returned", "behind a list", "waiting", "set aside", "template", "anonymous list",
    "repeated", "kept back", "two leaders", "hook refused", "hook down", "alert", "alert sender", "retrospectives",
    "limited", "deposed",
]  # fmt: skip

HEADINGS: dict[AlarmKind, str] = {
    "refused": "Mail failed for good",
    "given up": "Mail was given up",
    "returned": "Mail failed for good",
    "behind a list": "Mail failed for good",
    "waiting": "Mail has been waiting for hours",
    "set aside": "Incoming mail could not be read",
    "template": "A template failed",
    "anonymous list": "The list hides who writes",
    "repeated": "The same words came three times",
    "two leaders": "Two installations lead one incident",
    "hook refused": "A hook was not told something, for good",
    "hook down": "A hook cannot be reached",
    "alert": "An alert needs somebody",
    "alert sender": "Alerts propose nothing",
    "retrospectives": "Retrospectives are missing",
    "deposed": "Another installation leads",
    "limited": "Answers are kept back",
    "kept back": "More has failed",
}


WEEKLY: frozenset[AlarmKind] = frozenset({"retrospectives"})
"""The kinds of weekly reports. They do not concern failures, and 'status' does not show them."""


class Alarm(Frozen, kw_only=True):
    """The content of an alarm. `subject` is its topic: an address, a number or a file."""

    kind: AlarmKind
    subject: str
    lines: tuple[str, ...]
    remedy: str


def render_alarm(sender: Sender, alarm: Alarm, *, to: str, at: datetime, serial: int, origin: str) -> Mail:
    """Return the message that sends `alarm` to one address. It has no Reply-To."""
    lines = [clip(one_line(line), LINE_CHARS_MAX) for line in alarm.lines]
    values = {
        "heading": HEADINGS[alarm.kind], "lines": lines, "remedy": alarm.remedy, "is_weekly": alarm.kind in WEEKLY,
    }  # fmt: skip
    text = sender.templates.text("operator/alarm.txt.j2", values)
    heading = f"{HEADINGS[alarm.kind]}: {clip(one_line(alarm.subject), 120)}"
    draft = Draft(sender=sender, ref=REF, origin=origin, number=f"p{serial}", at=at, to=(to,), subject=heading)
    return draft.mail(text)


def render_trial(sender: Sender, *, to: str, at: datetime, serial: int, origin: str) -> Mail:
    """Return a test message to an address, either a person's or the list's.

    `serial`, from 1 to TRIAL_SERIAL_MAX, makes the Message-ID unique.
    """
    to_list = to == sender.list_address
    text = sender.templates.text("operator/trial.txt.j2", {"list_address": sender.list_address, "to_list": to_list})
    subject = f"[test] incidentmail checks {to}" if to_list else "[test] incidentmail can send mail"
    draft = Draft(sender=sender, ref=TRIAL_REF, origin=origin, number=f"p{serial}", at=at, to=(to,), subject=subject)
    return draft.mail(text)
