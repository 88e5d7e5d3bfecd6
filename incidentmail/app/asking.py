"""Notices of private mail about proposals and offers, made into mails: who is asked, and who is told how it ended."""

from __future__ import annotations

from itertools import count

from incidentmail.core.events import CommandDeclined
from incidentmail.core.ids import MailName, message_id
from incidentmail.core.model import Incident, Person
from incidentmail.ledger.port import DueNotice, Reading
from incidentmail.outbound.asking import Desk, render_declined, render_end, render_question
from incidentmail.outbound.headers import Mail
from incidentmail.outbound.render import Occasion

from .office import Office


def private_mail(
    office: Office, view: Reading, incident: Incident, notice: DueNotice, occasion: Occasion
) -> Mail | None:
    """The mail of `notice`; None where no address is known, or where nothing waits for an answer any more."""
    proposal = next((p for p in incident.proposals if p.number == notice.number), None)
    to = Person.parse(notice.recipient) if notice.recipient else proposal.by if proposal else None
    if to is None or to.address is None:
        return None
    desk = Desk(
        sender=office.sender(incident), incident=incident, occasion=occasion, to=_known(office, to),
        serial=_free_serial(office, view, incident),
    )  # fmt: skip
    if notice.kind == "question" and proposal and proposal.state == "open":
        return render_question(desk, proposal, by=_known(office, proposal.by))
    if notice.kind == "proposal_over" and proposal:
        return render_end(desk, proposal)
    if notice.kind == "declined":
        return render_declined(desk, by=_declined_by(view, incident))
    return None


def _known(office: Office, person: Person) -> Person:
    """The person at that address by the name that the organisation has for it, never by what some mail calls it."""
    return person if person.address is None else office.person(person.address)


def _declined_by(view: Reading, incident: Incident) -> Person:
    entries = (entry.recorded for entry in view.entries(incident.id))
    return [recorded.by for recorded in entries if isinstance(recorded.event, CommandDeclined)][-1]


def _free_serial(office: Office, view: Reading, incident: Incident) -> int:
    """A number that no private mail of the incident has: several may be made in one transaction."""
    domain = str(office.config.bot.address).rpartition("@")[2]

    def is_taken(serial: int) -> bool:
        name = MailName(incident.ref, office.ledger.origin, f"p{serial}")
        return view.is_in_outbox(message_id(office.key, name, domain))

    return next(serial for serial in count(view.head().size) if not is_taken(serial))
