"""Set the header fields of all outgoing mail in one place: From, To, Reply-To, Subject and thread. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Literal

from incidentmail.core.frozen import Frozen, field
from incidentmail.core.ids import MailName, OurField, message_id, plus_address
from incidentmail.core.model import Incident, Person
from incidentmail.core.words import DRILL_PREFIX
from incidentmail.templating import Templates

from .header_fields import Mail, automatic_fields, mailbox, thread_fields
from .html_page import MAIL_BYTES_MAX
from .reply_links import Answer
from .wire_format import CalendarPart, to_bytes
from .wording import Wording

Submitted = Literal["by a person", "by us", "in answer"]
"""Whether the message was written by a person, by us unprompted, or by us in answer to another (RFC 3834 section 5)."""


Page = Callable[[str], str]
"""Renders the HTML of a mail. The argument is a line to add at the end, or ""."""


class Sender(Frozen, kw_only=True):
    """The facts about this installation that every message needs: address, list, key, wording and templates.

    If `from_person` is false, people are not named in From, because the relay accepts only our own address there. If
    `hides_authors` is true, replies sent through the list cannot count, because it hides who wrote them. If
    `replies_to_list` is false, replies go only to us, because the list has hundreds of subscribers.
    """

    bot: Person
    list_address: str
    always_to: tuple[str, ...]
    key: bytes
    wording: Wording
    templates: Templates
    from_person: bool = True
    hides_authors: bool = False
    replies_to_list: bool = True

    @property
    def domain(self) -> str:
        return (self.bot.address or "").rpartition("@")[2]

    @property
    def also_to(self) -> tuple[str, ...]:
        """The addresses that receive a copy of every message to the list."""
        return tuple(address for address in self.always_to if address != self.list_address)

    def plus(self, ref: str) -> str:
        """Return our plus-address for replies about `ref`."""
        return plus_address(self.key, str(self.bot.address), ref)


class Occasion(Frozen, kw_only=True):
    """The time at which a message is written, and the earlier messages of its thread.

    `ledger` is the head of the ledger to publish, and `thread` holds the earlier Message-IDs. `epoch` is the number of
    promotions. `number_min` is the lowest number that the next update can have.
    """

    at: datetime
    ledger: str
    origin: str
    thread: Sequence[str] = ()
    epoch: int = 0
    number_min: int = 0


class Draft(Frozen, kw_only=True):
    """An addressed message without text.

    `ref` is the REF of the incident, or of the message that this one is about. `number` is the number of an update, or
    `p` and a serial number for mail that announces nothing. `author` is the person who declares the incident, or None
    if we are the author. `note` is shown after our name. `replies_to` holds the addresses for Reply-To, which is
    omitted if there are none.
    """

    sender: Sender
    ref: str
    origin: str
    number: str
    at: datetime
    to: Sequence[Person | str]
    cc: Sequence[str] = ()
    subject: str
    replies_to: Sequence[str] = ()
    thread: Sequence[str] = ()
    author: Person | None = None
    note: str = ""
    submitted: Submitted = "by us"
    thread_index: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def message_id(self) -> str:
        return message_id(self.sender.key, MailName(self.ref, self.origin, self.number), self.sender.domain)

    @property
    def reverse_path(self) -> str:
        """The reverse-path: our address, to which failures are reported, or the null path if this message is an answer.

        The answered message may have been written by a program, which could answer again (RFC 3834 section 3.3).
        """
        return "" if self.submitted == "in answer" else str(self.sender.bot.address)

    def answer(self, subject: str | None = None) -> Answer:
        """Return the destination of a prefilled reply to this message.

        If `subject` is given, it replaces the message's subject.
        """
        address = self.sender.plus(self.ref)
        return Answer(address=address, subject=subject or self.subject, in_reply_to=self.message_id)

    def mail(
        self, text: str, page: Page | None = None, page_only: Sequence[str] = (), calendar: CalendarPart | None = None
    ) -> Mail:
        """Return the mail with this text. Omit the page if it is so large that a list would hold the mail for approval.

        `page` renders the HTML. The argument of `page` is the line that explains abbreviations at the end of the text,
        or "".

        Raise RenderError if an address is missing, or if a field would not have exactly the intended content.
        """
        header = self._header()
        explanation = self.sender.wording.glossary.explanation(text)
        text = "\n\n".join(filter(None, (text, explanation)))
        html = page(explanation) if page else None
        raw = to_bytes(header, date=self.at, text=text, html=html, calendar=calendar)
        if html is not None and len(raw) > MAIL_BYTES_MAX:
            raw = to_bytes(header, date=self.at, text=text, calendar=calendar)
        to = (str(one.address) if isinstance(one, Person) else one for one in self.to)
        return Mail(
            message_id=self.message_id,
            subject=self.subject,
            reverse_path=self.reverse_path,
            forward_paths=(*to, *self.cc),
            text=text,
            raw=raw,
            page_only=page_only,
        )

    def _header(self) -> dict[str, str]:
        """Return the header fields in the same order for every message.

        The fields that are meant for filters come last.
        """
        hidden = self.author if self.author and not self.sender.from_person else None
        bot = mailbox(self.sender.bot, note=hidden.name if hidden else self.note)
        origin = {"From": mailbox(self.author), "Sender": bot} if self.author and not hidden else {"From": bot}
        replies_to = (*self.replies_to, *([mailbox(hidden)] if hidden else []))
        automatic = automatic_fields(is_answer=self.submitted == "in answer")
        automatic = {} if self.submitted == "by a person" else automatic
        is_update = self.number.isdecimal()
        return {
            **origin,
            **(automatic if is_update else {}),
            "To": ", ".join(mailbox(one) if isinstance(one, Person) else one for one in self.to),
            **({"Cc": ", ".join(self.cc)} if self.cc else {}),
            **({"Reply-To": ", ".join(replies_to)} if replies_to else {}),
            "Subject": self.subject,
            "Message-ID": self.message_id,
            **thread_fields(self.thread),
            **self.thread_index,
            **({} if is_update else automatic),
            **self.fields,
        }


def private_draft(
    sender: Sender, incident: Incident, occasion: Occasion, *, to: Sequence[Person | str], serial: int,
    subject: str | None = None, replies_to: str | None = None, note: str = "",
) -> Draft:  # fmt: skip
    """Address a message about an incident to people rather than the list.

    The message belongs to the incident's thread but has no proof. Replies to it go only to us, or to `replies_to`.
    """
    return Draft(
        sender=sender, ref=incident.ref, origin=occasion.origin, number=f"p{serial}", at=occasion.at, to=to,
        subject=subject or thread_subject(incident, reply=True),
        replies_to=(replies_to or sender.plus(incident.ref),), thread=occasion.thread, note=note,
        fields={OurField.ID: incident.id},
    )  # fmt: skip


def thread_subject(incident: Incident, *, reply: bool) -> str:
    """Return the description as first declared, so that mail programs keep one thread."""
    return f"{'Re: ' if reply else ''}{DRILL_PREFIX if incident.drill else ''}{incident.subject}"
