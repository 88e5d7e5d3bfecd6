"""Handle answers to questions about proposals: find out who answers, and react to people who reply to all."""

from __future__ import annotations

from incidentmail.app.receiving.recognise import Recognised
from incidentmail.core.commands import AcceptProposal, RejectProposal
from incidentmail.core.decision.proposals import open_proposals
from incidentmail.core.ids import is_sub_address
from incidentmail.core.model import Actor, Incident, Trust
from incidentmail.ledger.view import LedgerView


def answerer(view: LedgerView, mail: Recognised, answer: AcceptProposal | RejectProposal, actor: Actor) -> Actor:
    """Return the person who answers a question.

    The reply address of a question was sent to only one mailbox, so a message to this address comes from that mailbox.
    But if people reply to all, or forward the question, others see the address. So once a person has sent verified
    mail, an unverified answer cannot accept the proposal. It can always reject it.
    """
    if mail.proposal is None:
        return actor
    is_doubtful = isinstance(answer, AcceptProposal) and view.has_verified_mail(str(actor.person.address))
    return actor if is_doubtful else Actor(person=actor.person, trust=Trust.VERIFIED)


def given_away(mail: Recognised, incident: Incident, actor: Actor, bot: str) -> RejectProposal | None:
    """Return a command that ends a proposal whose author replied to all with neither yes nor no, or None.

    `bot` is the program's own address. Everybody who gets such a reply sees the reply address. They could use this
    address to accept the proposal in the author's name, although the author may never have made the proposal.
    """
    number, understood = mail.proposal, mail.understood
    if number is None or understood is None or not understood.extraction.new_text.strip():
        return None
    if any(isinstance(one.command, AcceptProposal | RejectProposal) for one in understood.read.commands):
        return None
    asked = next((proposal for proposal in open_proposals(incident) if proposal.number == number), None)
    others = (box for box in (*mail.message.to, *mail.message.cc) if not is_sub_address(bot, box.address))
    if asked is None or not asked.by.same_as(actor.person) or next(others, None) is None:
        return None
    return RejectProposal(number)
