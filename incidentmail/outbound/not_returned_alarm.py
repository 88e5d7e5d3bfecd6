"""Render the private message warning that the list has not returned one of our messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from incidentmail.core.ids import code_line
from incidentmail.core.model import Incident
from incidentmail.core.times import show_time

from .draft import Occasion, Sender, private_draft
from .header_fields import Mail


def render_not_returned(
    sender: Sender, incident: Incident, occasion: Occasion, *, to: Sequence[str], subject: str, missing: str,
    sent_at: datetime, patience: timedelta, serial: int, is_silent: bool,
) -> Mail:  # fmt: skip
    """Return an alarm saying that the message with the Message-ID `missing` was not returned. The alarm has no proof.

    `is_silent` is true if the list has never returned any message. For a restricted incident, the alarm gives only the
    id.
    """
    wording = sender.wording
    name = incident.id if incident.restricted else incident.subject
    text = sender.templates.text(
        "email/not_returned.txt.j2",
        {
            "list_address": sender.list_address,
            "bot": str(sender.bot.address),
            "is_silent": is_silent,
            "sent": show_time(sent_at, wording.zones, occasion.at.date()),
            "minutes": int(patience.total_seconds() // 60) or 1,
            "subject": incident.id if incident.restricted else subject,
            "message_id": missing.strip("<>"),
            "state": "" if incident.restricted else wording.state(incident),
            "code": code_line(sender.key, incident.ref),
        },
    )
    heading = f"Not returned by the list: {name}"
    return private_draft(sender, incident, occasion, to=to, serial=serial, subject=heading).mail(text)
