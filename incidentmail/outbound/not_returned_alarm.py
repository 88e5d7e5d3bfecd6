"""The private mail that says: the list has not returned one of ours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from incidentmail.core.ids import MailName, code_line, message_id, plus_address
from incidentmail.core.model import Incident
from incidentmail.core.times import show_time
from incidentmail.core.words import OurField

from .header_fields import Mail, automatic_fields, mailbox, thread_fields
from .list_mails import Occasion, Sender
from .wire_format import to_bytes


def render_not_returned(
    sender: Sender, incident: Incident, occasion: Occasion, *, to: Sequence[str], subject: str, missing: str,
    sent_at: datetime, patience: timedelta, serial: int,
) -> Mail:  # fmt: skip
    """The alarm about the mail with the Message-ID `missing`, to plain addresses. It bears no proof."""
    wording = sender.wording
    text = sender.templates.text(
        "email/not_returned.txt.j2",
        {
            "list_address": sender.list_address,
            "sent": show_time(sent_at, wording.zones, occasion.at.date()),
            "minutes": int(patience.total_seconds() // 60) or 1,
            "subject": subject,
            "message_id": missing.strip("<>"),
            "state": wording.state(incident),
            "code": code_line(sender.key, incident.ref),
        },
    )
    id_ = message_id(sender.key, MailName(incident.ref, occasion.origin, f"p{serial}"), sender.domain)
    heading = f"Not returned by the list: {incident.subject}"
    fields = {
        "From": mailbox(sender.bot),
        "To": ", ".join(to),
        "Reply-To": plus_address(sender.key, str(sender.bot.address), incident.ref),
        "Subject": heading,
        "Message-ID": id_,
        **thread_fields(occasion.thread),
        **automatic_fields(),
        OurField.ID: incident.id,
    }
    raw = to_bytes(fields, date=occasion.at, text=text)
    return Mail(message_id=id_, subject=heading, reverse_path="", forward_paths=tuple(to), text=text, raw=raw)
