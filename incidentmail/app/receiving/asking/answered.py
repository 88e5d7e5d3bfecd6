"""The answer to a question about a proposal: whose it is, and what an answer to all means for the question."""

from __future__ import annotations

from incidentmail.app.receiving.recognise import Recognised
from incidentmail.core.commands import AcceptProposal, RejectProposal
from incidentmail.core.decision.proposals import open_proposals
from incidentmail.core.ids import is_sub_address
from incidentmail.core.model import Actor, Incident, Trust
from incidentmail.ledger.view import LedgerView


def answerer(view: LedgerView, mail: Recognised, answer: AcceptProposal | RejectProposal, actor: Actor) -> Actor:
    """Return who answers a question. Writing to the address that only one mailbox was told proves that it is theirs.

    But people answer to all, or forward the question, and others then see that address. So if mail of the person is
    verified otherwise, an answer that is not verified accepts nothing. It may always reject.
    """
    if mail.proposal is None:
        return actor
    is_doubtful = isinstance(answer, AcceptProposal) and view.has_verified_mail(str(actor.person.address))
    return actor if is_doubtful else Actor(person=actor.person, trust=Trust.VERIFIED)


def given_away(mail: Recognised, incident: Incident, actor: Actor, bot: str) -> RejectProposal | None:
    """Return the end of a proposal whose author answers to all with something that is neither yes nor no, or None.

    `bot` is the tool's own address. Everybody who gets that answer sees the address for the true one, and could accept
    in the author's name what perhaps never was the author's.
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
