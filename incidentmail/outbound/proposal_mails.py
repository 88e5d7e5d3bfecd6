"""Write private messages about proposals and offers: the question with its one-time token, and its result. Pure.

They have no proof, because they announce nothing. If somebody quotes them, nothing in them is treated as a command.
"""

from __future__ import annotations

from collections.abc import Mapping

from incidentmail.core.command_text import asks
from incidentmail.core.conduct.customer_words import suggested_words, waits_for_approval
from incidentmail.core.decision.proposals import crosses
from incidentmail.core.frozen import Frozen
from incidentmail.core.ids import code_line, token_address
from incidentmail.core.model import Incident, Person, Proposal
from incidentmail.core.times import show_time

from .draft import Occasion, Sender, private_draft
from .header_fields import Mail
from .reply_links import Answer
from .teams.customer_words import words_question


class MailContext(Frozen, kw_only=True):
    """The sender, recipient and incident of a private message.

    `serial` distinguishes the private messages of a ledger.
    """

    sender: Sender
    incident: Incident
    occasion: Occasion
    to: Person
    serial: int

    def mail(self, template: str, values: Mapping[str, object], *, replies_to: str | None = None) -> Mail:
        """Return the message. Replies to it go to us, or to `replies_to`."""
        values = {**values, "description": self.incident.description}
        text = self.sender.templates.text(template, values)
        return private_draft(
            self.sender, self.incident, self.occasion, to=[self.to], serial=self.serial, replies_to=replies_to
        ).mail(text)


def render_question(mail_context: MailContext, proposal: Proposal, *, by: Person) -> Mail:
    """Ask one person whether a proposal is right.

    A reply to the address in Reply-To counts only if it comes from that person's mailbox.

    `by` is the person who asked for the change, under the organisation's name for that address and not the name in
    their message.
    """
    sender, wording = mail_context.sender, mail_context.sender.wording
    token = token_address(
        sender.key, str(sender.bot.address), mail_context.incident.ref, proposal.number, str(mail_context.to.address)
    )
    if waits_for_approval(proposal):
        return _words_question(mail_context, proposal, by=by, token=token)
    values = {
        "own": proposal.by.same_as(mail_context.to),
        "crosses": crosses(mail_context.incident, proposal, wording.words.policy),
        "by": str(by),
        "asks": asks(proposal, wording.words, wording.asked_with_address),
        "reason": proposal.reason,
        "until": show_time(proposal.expires_at, wording.zones, mail_context.occasion.at.date()),
        "number": proposal.number,
    }
    return mail_context.mail("reply/confirm.txt.j2", values, replies_to=token)


def _words_question(mail_context: MailContext, proposal: Proposal, *, by: Person, token: str) -> Mail:
    """Ask whether customers may be told what somebody suggests. Each answer is also a link."""
    sender, incident, occasion = mail_context.sender, mail_context.incident, mail_context.occasion
    wording = sender.wording
    draft = private_draft(
        sender, incident, occasion, to=[mail_context.to], serial=mail_context.serial, replies_to=token
    )
    sheet = words_question(
        proposal, suggested_words(proposal), incident.customers_may_be_told, by=str(by),
        until=show_time(proposal.expires_at, wording.zones, occasion.at.date()),
        answer=Answer(address=token, subject=draft.subject, in_reply_to=draft.message_id),
    )  # fmt: skip
    text = sender.templates.text("reply/approve_words.txt.j2", sheet.values())
    html = sheet.page(sender.templates, wording, incident, title=draft.subject)
    return draft.mail(text, html, [link.label for link in sheet.links])


def render_end(mail_context: MailContext, proposal: Proposal) -> Mail:
    """Tell the person who asked that a proposal was rejected, or that nobody answered in time."""
    settled_by, wording = proposal.settled_by or proposal.by, mail_context.sender.wording
    values = {
        "state": proposal.state,
        "by": settled_by.name,
        "asks": asks(proposal, wording.words, wording.asked_with_address),
        "number": proposal.number,
        "commander": mail_context.incident.commander.name,
    }
    return mail_context.mail("reply/proposal_over.txt.j2", values)


def render_declined(mail_context: MailContext, *, by: Person, roles: tuple[str, ...] = ()) -> Mail:
    """Tell the person who gave or offered command or other `roles` to `by` that `by` declines.

    If `roles` is empty, `by` declines only command.
    """
    title = mail_context.sender.wording.words.title
    values = {
        "by": by.name,
        "title": " and ".join(roles or (title,)),
        "is_command": not roles or title in roles,
        "commander": mail_context.incident.commander.name,
        "is_reader": mail_context.incident.commander.same_as(mail_context.to),
    }
    return mail_context.mail("reply/declined.txt.j2", values)


def render_offer(mail_context: MailContext, *, by: Person) -> Mail:
    """Ask somebody to take command. `by` is the person who asks."""
    sender, incident = mail_context.sender, mail_context.incident
    wording = sender.wording
    values = {
        "incident": incident,
        "asked_by": by.name,
        "title": wording.words.title,
        "commander": incident.commander.name,
        "state": wording.state(incident),
        "details": incident.details,
        "fields": wording.fields(incident, mail_context.occasion.at.date()),
        "code": code_line(sender.key, incident.ref),
    }
    return mail_context.mail("email/offer.txt.j2", values)
