"""Record how calendars answer an invitation. Such an answer says who will attend, and is never a command.

An answer counts if it refers to the newest version of our invitation and a member sent it for themselves. It also
counts if the invitation was forwarded to them, so that their calendar answers for an address that we did not invite.
"""

from __future__ import annotations

from datetime import datetime

from incidentmail.app.context import AppContext
from incidentmail.app.keeping.authority import leads
from incidentmail.app.record import record
from incidentmail.app.restricted import is_inside
from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Actor, Incident, Person, Trust
from incidentmail.core.names.mailboxes import mailbox_of, share_mailbox
from incidentmail.core.retro.retro_events import Coming, RetroAnswered
from incidentmail.inbound.calendar.calendar_answer import CalendarAnswer
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import CausedBy
from incidentmail.ledger.view import LedgerView
from incidentmail.outbound.invitations.invitation_mail import uid_begin


class Answered(Frozen):
    """Whether an answer was recorded, and the reason if it was not recorded or changed nothing."""

    is_recorded: bool
    reason: str | None = None


def invited_to(view: LedgerView, found: Incident | None, answer: CalendarAnswer) -> Incident | None:
    """Return the incident whose retrospective an answer is about, or None if it does not answer our invitation.

    `found` is the incident named by the thread or the address of the mail. If it is None, the UID of the invitation
    names the incident. Everybody who was invited knows the UID, so it is never used to find a restricted incident.
    """
    if found is not None:
        return found if _names(found, answer) else None
    ref = answer.uid.removeprefix("retrospective-").partition("-")[0]
    named = view.incident_by_ref(ref)
    return named if named is not None and not named.restricted and _names(named, answer) else None


def _names(incident: Incident, answer: CalendarAnswer) -> bool:
    return answer.uid.lower().rpartition("@")[0] == uid_begin(incident)


def record_answer(
    context: AppContext, tx: Transaction, incident: Incident, answer: CalendarAnswer, *, actor: Actor, at: datetime,
    caused_by: CausedBy,
) -> Answered:  # fmt: skip
    """Record the calendar's answer in a mail by `actor`. Return whether it counts and, if not, the reason."""
    meeting = incident.retro.meeting
    if not leads(context, tx, incident):
        return Answered(False, "another installation leads this incident")
    if meeting is None:
        return Answered(False, "no retrospective is planned any more")
    if actor.trust is Trust.STRANGER or actor.person.address is None:
        return Answered(False, "nobody knows who sent it")
    if answer.sequence < meeting.counts_from:
        return Answered(False, "it answers an invitation to another time or place")
    said = _said(meeting.people, answer, actor.person)
    if said is None:
        return Answered(False, "it answers for somebody else")
    person, coming = said
    if incident.restricted and not is_inside(incident, str(person.address)):
        return Answered(False, "its author has no part in the restricted incident")
    if meeting.answer_of(person) == coming:
        return Answered(True, "the same answer as before")
    event = RetroAnswered(person=person, answer=coming, number=answer.sequence)
    record(context, tx, incident.id, [event], version=incident.version, actor=actor, at=at, caused_by=caused_by)
    return Answered(True)


def _said(invited: tuple[Person, ...], answer: CalendarAnswer, author: Person) -> tuple[Person, Coming] | None:
    """Return the person who answers and their answer, or None if the mail answers for somebody else.

    An answer for the author's own address counts first. If the calendar answers only for one other address, and that
    address was invited, the answer counts as well, because the calendar may know its owner under that address.
    """
    by_mailbox = {mailbox_of(address): coming for address, coming in answer.answers}
    if (own := by_mailbox.get(mailbox_of(str(author.address)))) is not None:
        return next((one for one in invited if share_mailbox(one, author)), author), own
    if len(by_mailbox) != 1:
        return None
    ((mailbox, coming),) = by_mailbox.items()
    person = next((one for one in invited if mailbox_of(str(one.address)) == mailbox), None)
    return (person, coming) if person is not None else None
