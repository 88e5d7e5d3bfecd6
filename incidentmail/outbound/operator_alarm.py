"""Mail to the operator: something failed that only the operator can mend. Pure.

It tells neither description nor subject of an incident, which may be restricted, and answers nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from incidentmail.core.frozen import Frozen
from incidentmail.core.ids import MailName, message_id
from incidentmail.core.text import clip, one_line

from .header_fields import Mail, automatic_fields, mailbox
from .list_mails import Sender
from .wire_format import to_bytes

LINE_CHARS_MAX = 600
REF = "alarms"
"""In the place of an incident's REF: six characters that no incident is likely to draw."""

AlarmKind = Literal["refused", "given up", "set aside", "template"]

HEADINGS: dict[AlarmKind, str] = {
    "refused": "Mail failed for good",
    "given up": "Mail was given up",
    "set aside": "Incoming mail could not be read",
    "template": "A template failed",
}


class Alarm(Frozen, kw_only=True):
    """What is told: of which kind, about what (an address, a number, a file), and in which words."""

    kind: AlarmKind
    subject: str
    lines: tuple[str, ...]
    remedy: str


def render_alarm(sender: Sender, alarm: Alarm, *, to: str, at: datetime, serial: int, origin: str) -> Mail:
    """The mail of `alarm` to one plain address. Its reverse path is null, and nobody is asked to reply to it."""
    lines = [clip(one_line(line), LINE_CHARS_MAX) for line in alarm.lines]
    text = sender.templates.text(
        "operator/alarm.txt.j2", {"heading": HEADINGS[alarm.kind], "lines": lines, "remedy": alarm.remedy}
    )
    id_ = message_id(sender.key, MailName(REF, origin, f"p{serial}"), sender.domain)
    heading = f"{HEADINGS[alarm.kind]}: {clip(one_line(alarm.subject), 120)}"
    fields = {
        "From": mailbox(sender.bot),
        "To": to,
        "Subject": heading,
        "Message-ID": id_,
        **automatic_fields(),
    }
    return Mail(
        message_id=id_, subject=heading, reverse_path="", forward_paths=(to,), text=text,
        raw=to_bytes(fields, date=at, text=text),
    )  # fmt: skip
