"""The mail to whoever gets the mails of an incident from now on only: why now, and all that they have missed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from incidentmail.core.events import Recorded
from incidentmail.core.ids import MailName, code_line, message_id, plus_address
from incidentmail.core.model import Incident
from incidentmail.core.words import BRIEFING_HINT, BRIEFING_SINCE, DRILL_PREFIX, OurField

from .header_fields import Mail, automatic_fields, mailbox, thread_fields
from .html_page import page
from .list_mails import Occasion, Sender
from .reply_links import Answer, subscriber_links
from .update_history import declared, story
from .wire_format import to_bytes


def render_briefing(
    sender: Sender, incident: Incident, recorded: Iterable[Recorded], occasion: Occasion, *, to: Sequence[str],
    serial: int,
) -> Mail:  # fmt: skip
    """The state, the declaration and what was announced since, to plain addresses that are not on the list.

    It bears no proof and has no number among the updates: it announces nothing.
    """
    wording, on = sender.wording, occasion.at.date()
    since = story(wording, recorded, on)
    why = wording.words.briefing_reason(incident.severity)
    paragraphs = "\n\n".join((declared(wording, incident, on), *([BRIEFING_SINCE, *since] if since else [])))
    fields, clauses = wording.fields(incident, on), wording.clauses(incident)
    code = code_line(sender.key, incident.ref)
    address = plus_address(sender.key, str(sender.bot.address), incident.ref)
    id_ = message_id(sender.key, MailName(incident.ref, occasion.origin, f"p{serial}"), sender.domain)
    subject = f"Re: {DRILL_PREFIX if incident.drill else ''}{incident.subject}"
    links = subscriber_links(Answer(address=address, subject=subject, in_reply_to=id_), incident, wording.words)
    values = {
        "incident": incident, "why": why, "state": " ".join(clauses), "story": paragraphs, "fields": fields,
        "hint": BRIEFING_HINT, "code": code,
    }  # fmt: skip
    text = sender.templates.text("email/briefing.txt.j2", values)
    html = page(
        sender.templates, incident, wording.words.policy, lead=why, clauses=clauses, paragraphs=paragraphs,
        fields=fields, closing=f"{BRIEFING_HINT}\n{code}", links=links,
    )  # fmt: skip
    header = {
        "From": mailbox(sender.bot, note=f"severity {incident.severity}"),
        "To": ", ".join(to),
        "Reply-To": address,
        "Subject": subject,
        "Message-ID": id_,
        **thread_fields(occasion.thread),
        **automatic_fields(),
        OurField.ID: incident.id,
    }
    return Mail(
        message_id=id_, subject=subject, reverse_path=str(sender.bot.address), forward_paths=tuple(to), text=text,
        raw=to_bytes(header, date=occasion.at, text=text, html=html), labels=[link.label for link in links],
    )  # fmt: skip
