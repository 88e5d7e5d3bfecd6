"""Decide who gets an invitation to a retrospective, and who gets a cancellation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from incidentmail.app.context import AppContext
from incidentmail.app.known_people import with_address
from incidentmail.core.events import Event
from incidentmail.core.model import Actor, Incident, Person, Trust
from incidentmail.core.retro.retro_events import RetroCalledOff, RetroPlanned
from incidentmail.core.retro.retro_state import Meeting
from incidentmail.outbound.invitations.calendar_entry import Invitation, Method
from incidentmail.outbound.private_mails import Private


def told_of_retro(
    context: AppContext, incident: Incident, events: Sequence[Event], actor: Actor
) -> Iterator[tuple[str, Private]]:
    """Yield an invitation for each person whose calendar does not have the current plan of the retrospective.

    People who are no longer invited get a cancellation. If people were only added, the others get no mail.
    """
    event = next((one for one in reversed(events) if isinstance(one, RetroPlanned | RetroCalledOff)), None)
    if event is None:
        return
    now, before, number = incident.retro.meeting, incident.retro.before, event.number
    by = actor.person.name if actor.trust is Trust.OPERATOR else with_address(actor.person, context)
    known = before.people if before else ()
    invited = now.people if now else ()
    for person in known:
        if before and not _is_among(person, invited):
            yield _mail(context, person, _invitation("CANCEL", before, number, (person,), by))
    for person in invited:
        is_moved = before is not None and now is not None and not before.is_same_time(now)
        if now and (is_moved or not _is_among(person, known)):
            moved = is_moved and _is_among(person, known)
            yield _mail(context, person, _invitation("REQUEST", now, number, invited, by, is_moved=moved))


def _is_among(person: Person, people: Sequence[Person]) -> bool:
    return any(person.same_as(one) for one in people)


def _invitation(
    method: Method, meeting: Meeting, number: int, people: tuple[Person, ...], by: str, *, is_moved: bool = False
) -> Invitation:
    answers = tuple((str(one.person.address), one.answer) for one in meeting.answers)
    return Invitation(
        method=method, number=number, at=meeting.at, until=meeting.until, place=meeting.place, people=people,
        answers=answers if method == "REQUEST" else (), by=by, is_moved=is_moved,
    )  # fmt: skip


def _mail(context: AppContext, person: Person, invitation: Invitation) -> tuple[str, Private]:
    address = str(person.address)
    kind = "invitation" if context.roster.has(address) else "outsider"
    return kind, Private(template="invitation", to=context.person(address), invitation=invitation)
