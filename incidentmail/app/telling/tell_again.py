"""If a command is repeated, resend its mail to people whom that mail did not reach. Nothing else changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from incidentmail.app.context import AppContext
from incidentmail.core.commands import AssignRole, Command, NameCommander, OfferCommand
from incidentmail.core.model import Actor, Incident, Person
from incidentmail.core.notices import Notice
from incidentmail.ledger.port import Transaction

from .tell_people import tell_people


def tell_again(
    context: AppContext, tx: Transaction, incident: Incident, commands: Sequence[Command], *, actor: Actor, at: datetime
) -> tuple[str, ...]:
    """Reschedule mail that every relay refused: mail to the list, and mail to the people whom `commands` name.

    An offer that has already been sent is written again. Return a text for each person who cannot be told, with the
    reason. Messages that are still waiting are left alone, because they are sent when they are due.
    """
    offered = next((c.person for c in commands if isinstance(c, OfferCommand) and _is_open(incident, c)), None)
    unsent = [mail for mail in tx.outbox(("queued", "failed")) if mail.incident == incident.id]
    unsent = [mail for mail in unsent if not mail.is_dropped]
    named = {person.address for command in commands for person in _named(command) if person.address}
    again = [mail for mail in unsent if mail.is_kept_from(context.config.every_list) or mail.is_only_for(named)]
    tx.requeue_failed(at=at, only=[mail.id for mail in again if mail.state == "failed"])
    is_waiting = offered and any(mail.is_only_for({offered.address}) for mail in again)
    if offered is None or is_waiting or _is_due(tx, incident, offered):
        return ()
    return tell_people(context, tx, incident, (), [Notice(kind="offer", at_once=True, to=offered)], actor=actor, at=at)


def _is_open(incident: Incident, command: OfferCommand) -> bool:
    return incident.offered is not None and incident.offered.same_as(command.person)


def _named(command: Command) -> tuple[Person, ...]:
    match command:
        case OfferCommand(person=person) | NameCommander(person=person):
            return (person,)
        case AssignRole(people=people):
            return people
        case _:
            return ()


def _is_due(tx: Transaction, incident: Incident, person: Person) -> bool:
    """Return whether an offer to `person` is already scheduled but could not be written yet."""
    due = tx.next_private_mail(incident_id=incident.id)
    while due is not None and not (due.kind == "offer" and due.address == person.address):
        due = tx.next_private_mail(incident_id=incident.id, after=due.serial)
    return due is not None
