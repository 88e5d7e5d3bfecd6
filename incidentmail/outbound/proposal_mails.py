"""Private mails about proposals and offers: the question with its one-time token, and how it ended. Pure.

They bear no proof: they announce nothing. Nothing in them reads as a command when it is quoted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from incidentmail.core.command_text import asks
from incidentmail.core.ids import MailName, message_id, plus_address, token_address
from incidentmail.core.model import Incident, Person, Proposal
from incidentmail.core.times import show_time
from incidentmail.core.words import DRILL_PREFIX, OurField

from .header_fields import Mail, automatic_fields, mailbox, thread_fields
from .list_mails import Occasion, Sender
from .wire_format import to_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class MailContext:
    """Who writes to whom about which incident. `serial` tells the private mails of an incident apart."""

    sender: Sender
    incident: Incident
    occasion: Occasion
    to: Person
    serial: int

    def mail(self, template: str, values: Mapping[str, object], *, reply_to: str) -> Mail:
        sender, incident = self.sender, self.incident
        text = sender.templates.text(f"reply/{template}.txt.j2", {**values, "description": incident.description})
        name = MailName(incident.ref, self.occasion.origin, f"p{self.serial}")
        id_ = message_id(sender.key, name, sender.domain)
        subject = f"Re: {DRILL_PREFIX if incident.drill else ''}{incident.subject}"
        fields = {
            "From": mailbox(sender.bot),
            "To": mailbox(self.to),
            "Reply-To": reply_to,
            "Subject": subject,
            "Message-ID": id_,
            **thread_fields(self.occasion.thread),
            **automatic_fields(),
            OurField.ID: incident.id,
        }
        raw = to_bytes(fields, date=self.occasion.at, text=text)
        to = (str(self.to.address),)
        return Mail(message_id=id_, subject=subject, reverse_path="", forward_paths=to, text=text, raw=raw)

    def plain_reply_to(self) -> str:
        return plus_address(self.sender.key, str(self.sender.bot.address), self.incident.ref)


def render_question(mail_context: MailContext, proposal: Proposal, *, by: Person) -> Mail:
    """Asks one person whether a proposal is right. An answer to its Reply-To speaks for exactly that mailbox.

    `by`: who asked for the change, as the organisation knows that address, and not as the mail in question calls it.
    """
    sender, wording = mail_context.sender, mail_context.sender.wording
    token = token_address(
        sender.key, str(sender.bot.address), mail_context.incident.ref, proposal.number, str(mail_context.to.address)
    )
    values = {
        "own": proposal.by.same_as(mail_context.to),
        "by": str(by),
        "asks": asks(proposal, wording.words),
        "reason": proposal.reason,
        "until": show_time(proposal.expires_at, wording.zones, mail_context.occasion.at.date()),
        "number": proposal.number,
    }
    return mail_context.mail("confirm", values, reply_to=token)


def render_end(mail_context: MailContext, proposal: Proposal) -> Mail:
    """Tells whoever asked that a proposal was rejected, or that nobody answered in time."""
    settled_by = proposal.settled_by or proposal.by
    values = {
        "state": proposal.state,
        "by": settled_by.name,
        "asks": asks(proposal, mail_context.sender.wording.words),
        "number": proposal.number,
        "commander": mail_context.incident.commander.name,
    }
    return mail_context.mail("proposal_over", values, reply_to=mail_context.plain_reply_to())


def render_declined(mail_context: MailContext, *, by: Person) -> Mail:
    """Tells whoever offered command, or named somebody, that `by` will not have it."""
    values = {
        "by": by.name,
        "title": mail_context.sender.wording.words.title,
        "commander": mail_context.incident.commander.name,
    }
    return mail_context.mail("declined", values, reply_to=mail_context.plain_reply_to())
