"""Handle answers to questions about proposals: who answers, and what a reply to all means for the question."""

from __future__ import annotations

from incidentmail.app.receiving.recognise import Recognised
from incidentmail.core.commands import AcceptProposal, RejectProposal
from incidentmail.core.decision.proposals import open_proposals
from incidentmail.core.ids import is_sub_address
from incidentmail.core.model import Actor, Incident, Trust
from incidentmail.ledger.view import LedgerView


def answerer(view: LedgerView, mail: Recognised, answer: AcceptProposal | RejectProposal, actor: Actor) -> Actor:
    """Return the person who answers a question.

    The reply address of a question was told to one mailbox only, so a message to this address proves that it comes
    from that mailbox. But people reply to all, or forward the question, and then others see the address. So if the
    person's mail is verified in another way, an unverified answer cannot accept the proposal. It can always reject
    it.
    """
    if mail.proposal is None:
        return actor
    is_doubtful = isinstance(answer, AcceptProposal) and view.has_verified_mail(str(actor.person.address))
    return actor if is_doubtful else Actor(person=actor.person, trust=Trust.VERIFIED)


def given_away(mail: Recognised, incident: Incident, actor: Actor, bot: str) -> RejectProposal | None:
    """Return the event that ends a proposal whose author replies to all with neither yes nor no, or None.

    `bot` is the tool's own address. Everybody who gets such a reply sees the reply address, and could accept in the
    author's name a proposal that the author may never have made.
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
