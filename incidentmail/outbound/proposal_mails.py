"""Render private messages about proposals and offers: the question with its one-time token, and the outcome. Pure.

These messages announce nothing, so they have no `Incident-Proof` field. If somebody quotes them, nothing in the
quotation is parsed as a command.
"""

from __future__ import annotations

from collections.abc import Mapping

from incidentmail.core.command_text import asks
from incidentmail.core.decision.proposals import crosses
from incidentmail.core.frozen import Frozen, replace
from incidentmail.core.ids import code_line, token_address
from incidentmail.core.model import Incident, Person, Proposal, Said, Status
from incidentmail.core.teams.customer_words import suggested_words, waits_for_approval
from incidentmail.core.times import show_time

from .authorship import indented
from .draft import Draft, Occasion, Sender, private_draft
from .explaining.command_brief import command_brief
from .explaining.left_open import left_open
from .header_fields import Mail
from .html_page import page, paragraphs_of
from .private_pages import Paragraph, Sheet
from .reply_links import words_of
from .teams.customer_words import words_question

WORDS, WORDS_IF_CROSSED = ("accept", "reject"), ("yes", "no")
"""The two answers to a question. The second pair is for people whose command conflicted with another change."""


class MailContext(Frozen, kw_only=True):
    """The sender, recipient, incident and occasion of a private message.

    `serial` distinguishes the private messages of a ledger.
    """

    sender: Sender
    incident: Incident
    occasion: Occasion
    to: Person
    serial: int

    def mail(self, template: str, values: Mapping[str, object]) -> Mail:
        """Return the message as text only, without a page. Replies to it are sent to us."""
        text = self.sender.templates.text(template, {**values, "description": self.incident.description})
        return self.draft().mail(text)

    def draft(self, *, replies_to: str | None = None) -> Draft:
        """Return the message without text. Replies to it are sent to us, or to `replies_to`."""
        return private_draft(
            self.sender, self.incident, self.occasion, to=[self.to], serial=self.serial, replies_to=replies_to
        )


def render_question(mail_context: MailContext, proposal: Proposal, *, by: Person) -> Mail:
    """Return the mail that asks one person about a proposal.

    A reply to the address in Reply-To counts only if it comes from that person's mailbox. `by` is the person who asked
    for the change, under the name that the organisation assigns to their address, not the name in their message.
    """
    sender, wording = mail_context.sender, mail_context.sender.wording
    token = token_address(
        sender.key, str(sender.bot.address), mail_context.incident.ref, proposal.number, str(mail_context.to.address)
    )
    if waits_for_approval(proposal):
        return _words_question(mail_context, proposal, by=by, token=token)
    crossed = crosses(mail_context.incident, proposal, wording.words.policy)
    draft = mail_context.draft(replies_to=token)
    answer = replace(draft.answer(), address=token)
    sheet = Sheet(
        lead=_lead_of_question(proposal, by, own=proposal.by.same_as(mail_context.to), crossed=crossed),
        paragraphs=_paragraphs_of_question(mail_context, proposal, crossed=crossed),
        links=[answer.link(f"Reply: {word}", f"{word}\n") for word in (WORDS_IF_CROSSED if crossed else WORDS)],
        closing="Answer from your own mailbox. Only your first answer counts.",
    )
    text = sender.templates.text("reply/confirm.txt.j2", sheet.values())

    def html(explanation: str) -> str:
        return sheet.page(sender.templates, wording, None, title=mail_context.incident.subject, explanation=explanation)

    return draft.mail(text, html, words_of(sheet.links))


def _lead_of_question(proposal: Proposal, by: Person, *, own: bool, crossed: bool) -> str:
    if crossed:
        return "Do you still want this? Something changed while you wrote."
    if own:
        return "Did you write this? A mail with your address asks for a change."
    if _would_end(proposal):
        return f"{by} says that this incident is over. May it end?"
    return f"{by} asks for a change. Has this been agreed?"


def _would_end(proposal: Proposal) -> bool:
    """Return whether the proposal closes, retracts or merges the incident."""
    command = proposal.command  # the stored form, because a redacted command cannot be read
    if not isinstance(command, dict) or command.get("command") != "set_status":
        return False
    return command.get("status") != Status.OPEN.value


def _paragraphs_of_question(mail_context: MailContext, proposal: Proposal, *, crossed: bool) -> list[Paragraph]:
    """Return the request, the reason why it is pending, both answers with their effects, and the incident."""
    wording, own = mail_context.sender.wording, proposal.by.same_as(mail_context.to)
    until = show_time(proposal.expires_at, wording.zones, mail_context.occasion.at.date())
    accept, reject = WORDS_IF_CROSSED if crossed else WORDS
    if crossed:
        if_right, if_wrong = "you still want it", "not"
    elif _would_end(proposal) and not own:
        if_right, if_wrong = "it may end", "it has to go on"
    else:
        if_right, if_wrong = "it is right", "it is not right"
    wrote_nothing = " If you wrote nothing at all, tell your operator too." if own and not crossed else ""
    without = f"Without an answer nothing changes, and the question expires at {until}."
    why = [Paragraph(text="It is not done yet, for this reason:"), Paragraph(text=proposal.reason, quoted=True)]
    return [
        Paragraph(text=asks(proposal, wording.words, wording.asked_with_address), quoted=True),
        *(why if own or crossed else ()),
        *(left_open(wording, mail_context.incident, mail_context.occasion.at) if _would_end(proposal) else ()),
        Paragraph(text=f"If {if_right}, reply: {accept}. Then it is done, and everybody is told."),
        Paragraph(text=f"If {if_wrong}, reply: {reject}.{wrote_nothing} {without}"),
        Paragraph(text=f"This is proposal {proposal.number} of the incident:"),
        Paragraph(text=mail_context.incident.description, quoted=True),
    ]


def _words_question(mail_context: MailContext, proposal: Proposal, *, by: Person, token: str) -> Mail:
    """Return the mail that asks whether suggested words for customers are correct. Each answer is also a link."""
    sender, incident, wording = mail_context.sender, mail_context.incident, mail_context.sender.wording
    draft = mail_context.draft(replies_to=token)
    sheet = words_question(
        proposal, suggested_words(proposal), incident.customers_may_be_told, by=str(by),
        until=show_time(proposal.expires_at, wording.zones, mail_context.occasion.at.date()),
        answer=replace(draft.answer(), address=token),
    )  # fmt: skip
    text = sender.templates.text("reply/approve_words.txt.j2", sheet.values())

    def html(explanation: str) -> str:
        return sheet.page(sender.templates, wording, incident, title=draft.subject, explanation=explanation)

    return draft.mail(text, html, words_of(sheet.links))


def _is_by(said: Said, person: Person) -> bool:
    return bool(said.text) and said.by.same_as(person)


def render_end(mail_context: MailContext, proposal: Proposal) -> Mail:
    """Return the mail that tells an author that their proposal was rejected, or that nobody answered in time."""
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
    """Return the mail for the person who assigned command or other `roles` to `by`, saying that `by` declines.

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
    """Return the mail that asks somebody to take command. `by` is the person who asks."""
    sender, incident = mail_context.sender, mail_context.incident
    wording = sender.wording
    title, leader = wording.words.title, incident.commander.name
    fields = wording.fields(
        replace(incident, next_update_at=None), mail_context.occasion.at.date()
    )  # `known` states it
    asks = f"{by.name} asks you to be {title} of this incident."
    is_own = by.same_as(sender.bot)
    if is_own:
        is_assumed = "commander" in incident.assumed
        why = f"Nobody has confirmed yet that they lead this incident. You are asked to be its {title}."
        asks = why if is_assumed else f"It was planned that you are {title} of this incident from now on."
    lead = f"{asks} To take command, reply: accept. Then everybody is told. Until then {leader} leads."
    otherwise = f"If you cannot, reply: decline.{'' if is_own else f' Then {by.name} is told.'}"
    said = [] if is_own else [f"{by.name} writes: {indented(one.text)}" for one in incident.said if _is_by(one, by)]
    code = code_line(sender.key, incident.ref)
    state, draft = wording.state_words(incident), mail_context.draft()
    links = [draft.answer().link(f"Reply: {word}", f"{word}\n") for word in ("accept", "decline")]
    known = command_brief(wording, incident, mail_context.occasion.at)
    values = {
        "incident": incident, "lead": lead, "state": str(state), "said": "\n\n".join(said), "details": incident.details,
        "fields": fields, "known": known, "otherwise": otherwise, "code": code,
    }  # fmt: skip

    def html(explanation: str) -> str:
        return page(
            sender.templates, incident, wording.words.policy, lead=lead, state=state,
            paragraphs=[*said, *paragraphs_of(incident.details), *known], boxed=range(len(said)), fields=fields,
            closing=f"{otherwise}\n{code}", explanation=explanation, links=links,
        )  # fmt: skip

    return draft.mail(sender.templates.text("email/offer.txt.j2", values), html, words_of(links))
