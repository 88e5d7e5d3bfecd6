"""Render private messages to one person: answers to their messages, and notices such as a new role. Pure.

People's own words are quoted after `> `, limited in number and length. If somebody quotes such a message, nothing in it
is treated as a command. The message has no proof, because it announces nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Literal

from incidentmail.core.events import Recorded
from incidentmail.core.frozen import Frozen, replace
from incidentmail.core.ids import OurField, token_address
from incidentmail.core.lazy_pattern import lazy_pattern
from incidentmail.core.model import Incident, Person
from incidentmail.core.subject_prefixes import is_reply
from incidentmail.core.text import clip, one_line
from incidentmail.core.times import show_time

from .draft import Draft, Sender, thread_subject
from .header_fields import Mail
from .invitations.calendar_entry import Invitation
from .reply_links import Answer, Link, reply_links, words_of
from .undelivered_mail import Undelivered
from .wording import Wording

if TYPE_CHECKING:
    from .private_pages import News, Sheet

ITEMS_MAX = 8
"""The maximum number of items, which fit on one screen. People who made more mistakes start a new reply."""
LINE_CHARS_MAX = 160
"""The maximum length of a quoted line, long enough for its writer to recognise it."""
REASON_CHARS_MAX = 300
SUBJECT_CHARS_MAX = 200

Plain = Literal[
    "answer", "new_thread", "which", "stranger", "named", "brief", "controls", "passed_on", "paused", "tasks",
    "checklist", "reminder", "customer_words", "merged", "near_duplicate",
]  # fmt: skip
"""The templates that need only a `Private` and its incident."""
Template = Plain | Literal[
    "guide", "open_incidents", "offer", "confirm", "proposal_over", "declined", "undelivered", "alert", "alert_over",
    "invitation",
]  # fmt: skip

BY_US: frozenset[Template] = frozenset({
    "named", "controls", "passed_on", "paused", "tasks", "checklist", "reminder", "customer_words", "merged",
    "near_duplicate",
})  # fmt: skip
"""The templates of messages that are not answers to a mail (RFC 3834)."""

_TO_COMPLETE = lazy_pattern(r"\b(?:NAME|ADDRESS|TIME|PLACE|NUMBER|TEXT|INCIDENT|or)\b")


class Item(Frozen, kw_only=True):
    """One item of an answer: the sender's own line, its result, and what to write instead.

    `also` holds other possible replies.
    """

    line: str | None = None
    result: str
    instead: str | None = None
    also: tuple[str, ...] = ()

    def replies(self) -> tuple[str, ...]:
        """Return all replies that this item offers."""
        return tuple(filter(None, (self.instead, *self.also)))

    def taps(self) -> tuple[str, ...]:
        """Return the replies that can be sent unchanged, without a placeholder or a choice."""
        return tuple(reply for reply in self.replies() if not _TO_COMPLETE.search(reply))


class Private(Frozen, kw_only=True):
    """The content of a private message before it is rendered.

    `subject`, `message_id` and `references` are those of the answered message. `number` is the number of a proposal (in
    an answer, of the one that still waits for its reader), or the severity in a message; `numbers` are the numbers of
    tracked items. `checklists` holds keys of roles. `since` is the start of the period covered by the news in a brief.
    After `number` messages `within` an hour or day, no more are sent until `until`. `undelivered` describes a message
    that did not reach the person for whom the recipient is waiting.
    """

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
    number: int | None = None
    numbers: tuple[int, ...] = ()
    checklists: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    within: Literal["hour", "day"] = "hour"
    undelivered: Undelivered | None = None
    invitation: Invitation | None = None


def shown_item(item: Item) -> Item:
    """Return a copy of `item` with each text as one line of limited length, so that it fits on a screen."""
    line, instead = item.line, item.instead
    return Item(
        line=clip(one_line(line), LINE_CHARS_MAX) if line else None,
        result=clip(one_line(item.result), REASON_CHARS_MAX),
        instead=clip(one_line(instead), REASON_CHARS_MAX) if instead else None,
        also=tuple(clip(one_line(other), REASON_CHARS_MAX) for other in item.also),
    )


def render_private(
    sender: Sender, content: Private, *, incident: Incident | None, at: datetime, serial: int, ref: str, origin: str,
    recorded: Iterable[Recorded] = (), news: News | None = None,
) -> Mail:  # fmt: skip
    """Return the message for `content`, with the present state of the incident.

    `ref` is the REF of the incident, or of the message that this one is about. A brief and the mail to a new commander
    require `recorded` (the incident's entries). A brief also requires `news` if its reader has written before.
    """
    from .new_thread_question import how_to_declare  # imported here because most commands render no private mail
    from .private_pages import checklist

    wording = sender.wording
    address = _reply_address(sender, content, incident, ref)
    answered = (*content.references, content.message_id) if content.message_id else ()
    draft = Draft(
        sender=sender, ref=ref, origin=origin, number=f"p{serial}", at=at, to=(content.to,),
        subject=_subject(content, incident),
        replies_to=() if content.template == "stranger" else (address,),
        thread=answered or (incident.thread if incident else ()),
        submitted="by us" if content.template in BY_US else "in answer",
        fields={OurField.ID: incident.id} if incident else {},
    )  # fmt: skip
    checklists = [checklist(sender.templates, key) for key in content.checklists]
    to_us = replace(draft.answer(), address=address)
    sheet = _sheet(wording, content, incident, recorded, at, to_us, checklists, news)
    text = sender.templates.text(
        f"reply/{content.template}.txt.j2",
        {
            "opening": content.opening,
            "said": clip(one_line(content.opening), REASON_CHARS_MAX),
            "items": [shown_item(item) for item in content.items[:ITEMS_MAX]],
            "more": max(0, len(content.items) - ITEMS_MAX),
            "done": content.done,
            "subject": clip(one_line(content.subject), LINE_CHARS_MAX),
            "by": content.by,
            "number": content.number,
            "within": content.within,
            "until": show_time(content.until, wording.zones, at.date()) if content.until else "",
            "roles": content.roles,
            "checklists": checklists,
            "incident": incident,
            "state": wording.state_now(incident) if incident else "",
            "details": [line for line in incident.details.split("\n") if line] if incident else [],
            "how": how_to_declare(wording.words.policy, content.number),
            "scale": ", ".join(f"sev {step.level} is {step.name}" for step in wording.words.policy.severities),
            "example": wording.words.policy.default_severity,
            "bot": str(sender.bot.address),
            **(sheet.values() if sheet else {}),
        },
    )
    if sheet is None:
        return draft.mail(text)
    html = partial(sheet.page, sender.templates, wording, incident, title=draft.subject)
    return draft.mail(text, lambda explanation: html(explanation=explanation), words_of(sheet.links))


def _reply_address(sender: Sender, content: Private, incident: Incident | None, ref: str) -> str:
    """Return our address for replies.

    If a question about a proposal still waits for its reader, it is the address of that question, which counts as
    their mailbox. They have it already.
    """
    if content.template != "answer" or content.number is None or incident is None:
        return sender.plus(ref)
    return token_address(sender.key, str(sender.bot.address), incident.ref, content.number, str(content.to.address))


def _sheet(
    wording: Wording, content: Private, incident: Incident | None, recorded: Iterable[Recorded], at: datetime,
    answer: Answer, checklists: Sequence[str], news: News | None,
) -> Sheet | None:  # fmt: skip
    """Return the content of a message that has an HTML page, or None if its template has no page."""
    from . import private_pages as pages
    from .explaining.command_brief import full_brief
    from .new_thread_question import new_thread_question
    from .teams.customer_words import words_told
    from .teams.merged import with_replies

    items = [shown_item(item) for item in content.items[:ITEMS_MAX]]
    replies = [reply for item in items for reply in item.taps()]
    if content.template == "new_thread":
        return new_thread_question(
            content.opening, [(item.line, item.result) for item in items], replies,
            subject=clip(one_line(content.subject), LINE_CHARS_MAX), words=wording.words,
            number=content.number, answer=answer,
        )  # fmt: skip
    if content.template == "answer":
        return answered(content.opening, items, reply_links(answer, replies, wording.words), checklists)
    if incident is None:
        return None
    if content.template == "brief":
        return pages.brief(wording, incident, recorded, at, answer, news)
    if content.template == "controls":
        said = clip(one_line(content.opening), REASON_CHARS_MAX)
        known = full_brief(wording, incident, recorded, at)
        if said and not any(said in text for text in known):  # the list may not have been told yet
            known = [f"{content.by} writes: {said}", *known]
        return pages.controls(wording, incident, content.by, content.roles, checklists, known, answer)
    if content.template == "checklist":
        return pages.role_taken(content.roles, checklists, answer)
    if content.template == "tasks":
        return pages.tasks(wording, incident, content.opening, content.numbers, at.date(), answer)
    if content.template == "reminder":
        due = [(item.result, item.line, item.taps()) for item in items]
        return pages.reminder(wording, incident, due, checklists, answer)
    if content.template == "customer_words":
        return words_told(content.opening, items[0].line, items[0].result, items[0].instead, answer)
    if content.template in ("merged", "near_duplicate"):
        item = items[0]
        return with_replies(content.opening, item.line, item.result, item.taps(), answer)
    if content.template == "passed_on":
        return pages.passed_on(content.opening, items[0].line, reply_links(answer, replies, wording.words))
    return None


def answered(opening: str, items: Iterable[Item], links: Sequence[Link], checklists: Sequence[str] = ()) -> Sheet:
    """Return an answer: each line with its result, and `links` for the replies that would work.

    `checklists` are the checklists of the roles that the reader has been given according to the answer.
    """
    from .private_pages import Paragraph, Sheet

    paragraphs: list[Paragraph] = []
    for item in items:
        if item.line:
            paragraphs.append(Paragraph(text=f"You wrote: {item.line}", quoted=True))
        paragraphs.append(Paragraph(text=item.result))
    paragraphs += [Paragraph(text=points, quoted=True) for points in checklists]
    return Sheet(lead=opening, paragraphs=paragraphs, links=links)


def _subject(content: Private, incident: Incident | None) -> str:
    """Return the subject of the incident, or that of the answered message.

    A stranger's subject is never repeated, because their From may be another person's address.
    """
    if incident is not None:
        return thread_subject(incident, reply=True)
    if content.template == "paused":
        return "No more private mails for now"
    if content.template == "stranger" or not one_line(content.subject):
        return "Your mail was not taken"
    subject = one_line(content.subject)
    return clip(subject if is_reply(subject) else f"Re: {subject}", SUBJECT_CHARS_MAX)
