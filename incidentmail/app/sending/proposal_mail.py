"""Notices of private mail about proposals and offers, made into mails: who is asked, and who is told how it ended."""

from __future__ import annotations

from incidentmail.app import private_mail as private
from incidentmail.app.context import AppContext
from incidentmail.core.events import CommandDeclined
from incidentmail.core.model import Incident, Person
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import DueNotice
from incidentmail.ledger.view import LedgerView
from incidentmail.outbound.header_fields import Mail
from incidentmail.outbound.list_mails import Occasion
from incidentmail.outbound.proposal_mails import MailContext, render_declined, render_end, render_question


def private_mail(
    context: AppContext, tx: Transaction, incident: Incident, notice: DueNotice, occasion: Occasion
) -> Mail | None:
    """The mail of `notice`; None where no address is known, where nothing waits for an answer any more, or where that
    address has had enough private mail: the operator sees the proposal all the same.
    """
    proposal = next((p for p in incident.proposals if p.number == notice.number), None)
    to = Person.parse(notice.recipient) if notice.recipient else proposal.by if proposal else None
    if to is None or to.address is None:
        return None
    if notice.kind == "question" and not context.roster.has(to.address):  # whoever named him would get what confirms it
        return None
    at, address = occasion.at, to.address
    if private.over_a_limit(tx, notice.kind, address, incident.id, at) is not None:
        return None
    serial = private.serial_for(tx, kind=notice.kind, address=address, incident=incident.id, at=at)
    known = _known(context, to)
    mail_context = MailContext(
        sender=context.sender(incident), incident=incident, occasion=occasion, to=known, serial=serial
    )
    if notice.kind == "question" and proposal and proposal.state == "open":
        return render_question(mail_context, proposal, by=_known(context, proposal.by))
    if notice.kind == "proposal_over" and proposal:
        return render_end(mail_context, proposal)
    if notice.kind == "declined":
        return render_declined(mail_context, by=_declined_by(tx, incident))
    return None


def _known(context: AppContext, person: Person) -> Person:
    """The person at that address by the name that the organisation has for it, never by what some mail calls it."""
    return person if person.address is None else context.person(person.address)


def _declined_by(view: LedgerView, incident: Incident) -> Person:
    entries = (entry.recorded for entry in view.entries(incident.id))
    return [recorded.by for recorded in entries if isinstance(recorded.event, CommandDeclined)][-1]
