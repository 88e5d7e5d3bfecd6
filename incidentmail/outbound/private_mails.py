"""Private mails to one person: the answer to their mail, or the news that they were named to a role. Pure.

What such a mail quotes of somebody's own words stands behind `> `, bounded in number and length, and nothing in it
reads as a command when it is quoted. It bears no proof: it announces nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from incidentmail.core.events import Recorded
from incidentmail.core.ids import MailName, message_id, plus_address
from incidentmail.core.model import Frozen, Incident, Person
from incidentmail.core.subject_prefixes import is_reply
from incidentmail.core.text import clip, one_line
from incidentmail.core.words import DRILL_PREFIX, OurField

from .header_fields import Mail, automatic_fields, mailbox, thread_fields
from .list_mails import Sender
from .private_pages import Sheet, brief, controls
from .reply_links import Answer
from .wire_format import to_bytes
from .wording import Wording

ITEMS_MAX = 8
"""One screen: whoever got more than this wrong begins again with a new reply."""
LINE_CHARS_MAX = 160
"""Of a quoted line: enough to know it again."""
REASON_CHARS_MAX = 300
SUBJECT_CHARS_MAX = 200

Template = Literal["answer", "new_thread", "which", "stranger", "named", "brief", "controls"]


class Item(Frozen):
    """One thing in an answer: the sender's own line, what came of it, and what would do it."""

    line: str | None = None
    result: str
    instead: str | None = None


class Private(Frozen):
    """What a private mail says, before it is written. `subject`, `message_id`, `references`: the mail it answers."""

    template: Template
    to: Person
    subject: str = ""
    message_id: str | None = None
    references: tuple[str, ...] = ()
    opening: str = ""
    items: tuple[Item, ...] = ()
    done: tuple[str, ...] = ()
    by: str = ""
    roles: tuple[str, ...] = ()


def shown_item(item: Item) -> Item:
    """`item` as it fits on a screen: each text one line, and bounded."""
    line, instead = item.line, item.instead
    return Item(
        line=clip(one_line(line), LINE_CHARS_MAX) if line else None,
        result=clip(one_line(item.result), REASON_CHARS_MAX),
        instead=clip(one_line(instead), REASON_CHARS_MAX) if instead else None,
    )


def render_private(
    sender: Sender, content: Private, *, incident: Incident | None, at: datetime, serial: int, ref: str, origin: str,
    recorded: Iterable[Recorded] = (),
) -> Mail:  # fmt: skip
    """The mail of `content`, with the incident as it stands. `ref` names the incident, or the mail it is about.

    `recorded`: the entries of the incident, which a brief tells anew.
    """
    wording = sender.wording
    id_ = message_id(sender.key, MailName(ref, origin, f"p{serial}"), sender.domain)
    address = plus_address(sender.key, str(sender.bot.address), ref)
    subject = _subject(content, incident)
    answering = Answer(address=address, subject=subject, in_reply_to=id_)
    sheet = _sheet(wording, content, incident, recorded, at, answering) if incident else None
    text = sender.templates.text(
        f"reply/{content.template}.txt.j2",
        {
            "opening": content.opening,
            "items": [shown_item(item) for item in content.items[:ITEMS_MAX]],
            "more": max(0, len(content.items) - ITEMS_MAX),
            "done": content.done,
            "subject": clip(one_line(content.subject), LINE_CHARS_MAX),
            "by": content.by,
            "roles": content.roles,
            "incident": incident,
            "state": wording.state_now(incident) if incident else "",
            "details": [line for line in incident.details.split("\n") if line] if incident else [],
            "scale": ", ".join(f"sev {step.level} is {step.name}" for step in wording.words.policy.severities),
            "bot": str(sender.bot.address),
            **(sheet.values() if sheet else {}),
        },
    )
    is_stranger = content.template == "stranger"
    answered = (*content.references, content.message_id) if content.message_id else ()
    thread = answered or (incident.thread if incident else ())
    fields = {
        "From": mailbox(sender.bot),
        "To": mailbox(content.to),
        **({} if is_stranger else {"Reply-To": address}),
        "Subject": subject,
        "Message-ID": id_,
        **thread_fields(thread),
        **automatic_fields(is_answer=content.message_id is not None),
        **({OurField.ID: incident.id} if incident else {}),
    }
    html = sheet.page(sender.templates, wording, incident) if sheet and incident else None
    return Mail(
        message_id=id_, subject=subject, reverse_path="", forward_paths=(str(content.to.address),), text=text,
        raw=to_bytes(fields, date=at, text=text, html=html),
        labels=[link.label for link in sheet.links] if sheet else (),
    )  # fmt: skip


def _sheet(
    wording: Wording, content: Private, incident: Incident, recorded: Iterable[Recorded], at: datetime, answer: Answer
) -> Sheet | None:
    """What stands in the mails that have a page beside the text."""
    if content.template == "brief":
        return brief(wording, incident, recorded, at.date(), answer)
    if content.template == "controls":
        return controls(wording, incident, content.by, content.roles, answer)
    return None


def _subject(content: Private, incident: Incident | None) -> str:
    """The incident's; or that of the answered mail, but nothing of a stranger's, whose From may be somebody else's."""
    if incident is not None:
        return f"Re: {DRILL_PREFIX if incident.drill else ''}{incident.subject}"
    if content.template == "stranger" or not one_line(content.subject):
        return "Your mail was not taken"
    subject = one_line(content.subject)
    return clip(subject if is_reply(subject) else f"Re: {subject}", SUBJECT_CHARS_MAX)
