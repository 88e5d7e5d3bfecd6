"""Decide which messages are due because of events. Nothing is rendered or sent here."""

from __future__ import annotations

from typing import Literal

from .events import (
    CommandDeclined,
    CommandOffered,
    CommandTransferred,
    Declared,
    Event,
    ProposalExpired,
    ProposalMade,
    ProposalRejected,
    SeverityChanged,
)
from .frozen import Frozen
from .model import Person
from .policy import ANNOUNCES
from .teams.team_events import IncidentRestricted, MergedFrom

NoticeKind = Literal["declaration", "follow_up", "offer", "question", "proposal_over", "declined", "unanswered"]


class Notice(Frozen, kw_only=True):
    """A message that is due: the declaration, a follow-up to the list, or a private message to one person.

    `at_once` is false if the message can wait and be sent together with later changes. `to` is the recipient of a
    private message about proposal `number`; if it is None, the recipient is the proposal's author. A notice of the kind
    `unanswered` is not a message: it becomes due if `to` does not answer a question about severity `number`.
    """

    kind: NoticeKind
    at_once: bool
    to: Person | None = None
    number: int | None = None


def notices_for(events: tuple[Event, ...]) -> tuple[Notice, ...]:
    """Return the messages that are due because of the `events` of one command or reply, at most one to the list.

    >>> notices_for((SeverityChanged(severity=1, was=2),))
    (Notice(kind='follow_up', at_once=True, to=None, number=None),)
    """
    due: list[Notice] = []
    if any(isinstance(event, Declared) for event in events):
        due.append(Notice(kind="declaration", at_once=True))
    elif any(isinstance(event, ANNOUNCES) for event in events):
        due.append(Notice(kind="follow_up", at_once=any(_urgent(event) for event in events)))
    for event in events:
        due += _private(event)
    return tuple(due)


def _private(event: Event) -> list[Notice]:
    """Return the private messages that are due because of an event."""
    match event:
        case CommandOffered(to=person):
            return [Notice(kind="offer", at_once=True, to=person)]
        case CommandDeclined(told=person):
            return [Notice(kind="declined", at_once=True, to=person)]
        case ProposalMade(number=number, confirmers=people):
            return [Notice(kind="question", at_once=True, to=p, number=number) for p in people if p.address]
        case ProposalRejected(number=number) | ProposalExpired(number=number):
            return [Notice(kind="proposal_over", at_once=True, number=number)]
        case _:
            return []


def _urgent(event: Event) -> bool:
    """Return whether a follow-up cannot wait.

    This applies if the severity got worse, the commander changed, incidents were merged, or the incident became
    restricted.
    """
    if isinstance(event, SeverityChanged):
        return event.severity < event.was
    return isinstance(event, CommandTransferred | MergedFrom | IncidentRestricted)
