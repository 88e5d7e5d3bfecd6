"""Incident and notices to mail: the declaration, follow-ups, and an offer of command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from incidentmail.core.facts import SAID, changed_facts, declared_facts, merge
from incidentmail.core.ids import Announcement, MailName, code_line, message_id, plus_address, proof
from incidentmail.core.model import Incident, Person
from incidentmail.core.words import DECLARATION_HINT, DRILL_PREFIX, OurField, follow_up_hint
from incidentmail.templating import Templates

from .header_fields import Mail, automatic_fields, incident_fields, mailbox, outlook_fields, thread_fields
from .html_page import MAIL_BYTES_MAX, page
from .reply_links import Answer, Link, subscriber_links
from .wire_format import to_bytes
from .wording import Wording, changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Everything about us that a mail needs: our address, the list, the key, how we write."""

    bot: Person
    list_address: str
    always_to: tuple[str, ...]
    key: bytes
    wording: Wording
    templates: Templates

    @property
    def domain(self) -> str:
        return (self.bot.address or "").rpartition("@")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """When a mail is made and after which: `ledger` is the head it witnesses, `thread` the ids before it."""

    at: datetime
    ledger: str
    origin: str
    thread: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """What one mail to the list says, as its text and its page say it."""

    template: str
    clauses: Sequence[str]
    middle: str
    middle_name: str
    fields: Sequence[str]
    closing: str

    def text(self, sender: Sender, incident: Incident) -> str:
        values = {"incident": incident, "state": " ".join(self.clauses), self.middle_name: self.middle}
        code = code_line(sender.key, incident.ref)
        return sender.templates.text(
            self.template, {**values, "fields": self.fields, "hint": self.closing, "code": code}
        )

    def page(self, sender: Sender, incident: Incident, links: Sequence[Link]) -> str:
        return page(
            sender.templates, incident, sender.wording.words.policy, clauses=self.clauses, paragraphs=self.middle,
            fields=self.fields, closing=f"{self.closing}\n{code_line(sender.key, incident.ref)}", links=links,
        )  # fmt: skip


def render_declaration(sender: Sender, incident: Incident, occasion: Occasion, *, by_hand: bool) -> Mail:
    """Mail 0: the declaration in full; or, `by_hand`, our answer to a declaration that somebody wrote to the list."""
    wording = sender.wording
    words = _Words(
        template="email/declaration.txt.j2",
        clauses=wording.clauses(incident),
        middle=incident.details,
        middle_name="details",
        fields=wording.fields(incident, occasion.at.date(), with_id=by_hand),
        closing=DECLARATION_HINT,
    )
    facts = declared_facts(incident)
    announcement = Announcement(incident=incident.id, ref=incident.ref, origin=occasion.origin, number=0, facts=facts)
    declared_by = incident.declared_by
    in_person = not by_hand and declared_by.address not in (None, sender.bot.address)
    origin = (
        {"From": mailbox(declared_by), "Sender": mailbox(sender.bot)} if in_person else {"From": mailbox(sender.bot)}
    )
    fields = {**origin, **({} if in_person else automatic_fields())}
    return _to_list(sender, incident, occasion, announcement, fields, sorted(facts), words, reply=by_hand)


def render_follow_up(sender: Sender, incident: Incident, occasion: Occasion) -> Mail:
    """Mail N: the present state, what changed since mail N-1, and who said so."""
    number, wording, on = incident.updates + 1, sender.wording, occasion.at.date()
    said, was = wording.said(incident, on), changes(incident)
    words = _Words(
        template="email/follow_up.txt.j2",
        clauses=wording.clauses(incident, was),
        middle=said,
        middle_name="said",
        fields=wording.fields(incident, on, was),
        closing=follow_up_hint(number),
    )
    changed = changed_facts(incident)
    facts = merge(changed, {SAID: said} if said else {})
    announcement = Announcement(
        incident=incident.id, ref=incident.ref, origin=occasion.origin, number=number, facts=facts
    )
    fields = {"From": mailbox(sender.bot, note=f"severity {incident.severity}"), **automatic_fields()}
    return _to_list(sender, incident, occasion, announcement, fields, sorted(changed), words, reply=True)


def render_offer(
    sender: Sender, incident: Incident, occasion: Occasion, *, to: Person, by: Person, serial: int
) -> Mail:
    """A private mail that asks somebody to take command. It bears no proof: it announces nothing."""
    wording = sender.wording
    text = sender.templates.text(
        "email/offer.txt.j2",
        {
            "incident": incident,
            "asked_by": by.name,
            "title": wording.words.title,
            "commander": incident.commander.name,
            "state": wording.state(incident),
            "details": incident.details,
            "fields": wording.fields(incident, occasion.at.date()),
            "code": code_line(sender.key, incident.ref),
        },
    )
    name = MailName(incident.ref, occasion.origin, f"p{serial}")
    id_ = message_id(sender.key, name, sender.domain)
    subject = _subject(incident, reply=True)
    fields = {
        "From": mailbox(sender.bot),
        "To": mailbox(to),
        "Reply-To": _plus(sender, incident),
        "Subject": subject,
        "Message-ID": id_,
        **thread_fields(occasion.thread),
        **automatic_fields(),
        OurField.ID: incident.id,
    }
    raw = to_bytes(fields, date=occasion.at, text=text)
    return Mail(message_id=id_, subject=subject, reverse_path="", forward_paths=(str(to.address),), text=text, raw=raw)


def _to_list(
    sender: Sender, incident: Incident, occasion: Occasion, announcement: Announcement, fields: dict[str, str],
    changed: Sequence[str], words: _Words, *, reply: bool,
) -> Mail:  # fmt: skip
    name = MailName(incident.ref, announcement.origin, str(announcement.number))
    id_ = message_id(sender.key, name, sender.domain)
    subject = _subject(incident, reply=reply)
    also = [address for address in sender.always_to if address != sender.list_address]
    fields = {
        **fields,
        "To": sender.list_address,
        **({"Cc": ", ".join(also)} if also else {}),
        "Reply-To": f"{sender.list_address}, {_plus(sender, incident)}",
        "Subject": subject,
        "Message-ID": id_,
        **thread_fields(occasion.thread),
        **outlook_fields(incident, _subject(incident, reply=False), number=announcement.number),
        **incident_fields(
            incident,
            number=announcement.number,
            ledger=occasion.ledger,
            changed=changed if announcement.number else (),
            proof=proof(sender.key, announcement),
        ),
    }
    text = words.text(sender, incident)
    answer = Answer(address=_plus(sender, incident), subject=_subject(incident, reply=True), in_reply_to=id_)
    links = subscriber_links(answer, incident, sender.wording.words)
    html = words.page(sender, incident, links)
    return Mail(
        message_id=id_, subject=subject, reverse_path=str(sender.bot.address),
        forward_paths=(sender.list_address, *also), text=text, raw=_bytes(fields, occasion, text, html),
        labels=[link.label for link in links],
    )  # fmt: skip


def _bytes(fields: dict[str, str], occasion: Occasion, text: str, html: str) -> bytes:
    """The mail with its page, or without it where a list would hold the mail for its size."""
    raw = to_bytes(fields, date=occasion.at, text=text, html=html)
    return raw if len(raw) <= MAIL_BYTES_MAX else to_bytes(fields, date=occasion.at, text=text)


def _subject(incident: Incident, *, reply: bool) -> str:
    """The description as first declared, so that every mail program keeps one thread."""
    return f"{'Re: ' if reply else ''}{DRILL_PREFIX if incident.drill else ''}{incident.subject}"


def _plus(sender: Sender, incident: Incident) -> str:
    return plus_address(sender.key, str(sender.bot.address), incident.ref)
