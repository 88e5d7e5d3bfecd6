"""Render the answer to a member's mail that is not about one incident: the guide or the open incidents. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from incidentmail.core.model import Incident
from incidentmail.core.subject_prefixes import is_reply
from incidentmail.core.text import clip, one_line
from incidentmail.outbound.draft import Draft, Sender
from incidentmail.outbound.header_fields import Mail
from incidentmail.outbound.private_mails import SUBJECT_CHARS_MAX, Private
from incidentmail.outbound.reply_links import words_of

from .guide import guide
from .open_incidents import open_incidents

TITLES = {"guide": "Help with incident mail", "open_incidents": "Open incidents"}


def render_general(
    sender: Sender, content: Private, incidents: Sequence[Incident], *, hides_some: bool, at: datetime, serial: int,
    ref: str, origin: str,
) -> Mail:  # fmt: skip
    """Return the answer as a mail. `incidents` holds the open incidents that anyone may know about.

    `hides_some` is true if there may also be restricted incidents. `ref` is the REF of the answered mail.
    """
    draft = Draft(
        sender=sender, ref=ref, origin=origin, number=f"p{serial}", at=at, to=(content.to,), subject=_subject(content),
        replies_to=(sender.plus(ref),), submitted="in answer",
        thread=(*content.references, content.message_id) if content.message_id else (),
    )  # fmt: skip
    if content.template == "guide":
        own = str(sender.bot.address)
        sheet = guide(sender.wording.words, list_address=sender.list_address, own_address=own, answer=draft.answer())
    else:
        sheet = open_incidents(sender, incidents, at, hides_some=hides_some)
    html = partial(sheet.page, sender.templates, sender.wording, None, title=TITLES[content.template])
    return draft.mail(
        sender.templates.text(f"reply/{content.template}.txt.j2", sheet.values()),
        lambda explanation: html(explanation=explanation),
        (*words_of(sheet.links), *sheet.notes),
    )


def _subject(content: Private) -> str:
    subject = one_line(content.subject)
    if not subject:
        return TITLES[content.template]
    return clip(subject if is_reply(subject) else f"Re: {subject}", SUBJECT_CHARS_MAX)
