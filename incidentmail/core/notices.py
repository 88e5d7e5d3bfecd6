"""Which events make which mail: a table's worth of judgement, without rendering or sending anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .events import CommandOffered, CommandTransferred, Declared, Event, SeverityChanged
from .model import Person
from .policy import ANNOUNCES

NoticeKind = Literal["declaration", "follow_up", "offer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A mail that is due: the declaration, a follow-up to the list, or an offer of command to one person.

    `at_once` is false where it may wait for more of the same kind.
    """

    kind: NoticeKind
    at_once: bool
    to: Person | None = None


def notices_for(events: tuple[Event, ...]) -> tuple[Notice, ...]:
    """The mails that `events` of one command or one reply make due, at most one of a kind.

    >>> notices_for((SeverityChanged(severity=1, was=2),))
    (Notice(kind='follow_up', at_once=True, to=None),)
    """
    due: list[Notice] = []
    if any(isinstance(event, Declared) for event in events):
        due.append(Notice(kind="declaration", at_once=True))
    elif any(isinstance(event, ANNOUNCES) for event in events):
        due.append(Notice(kind="follow_up", at_once=any(_urgent(event) for event in events)))
    due += [Notice(kind="offer", at_once=True, to=e.to) for e in events if isinstance(e, CommandOffered)]
    return tuple(due)


def _urgent(event: Event) -> bool:
    """A worse severity or a new commander waits for nothing."""
    if isinstance(event, SeverityChanged):
        return event.severity < event.was
    return isinstance(event, CommandTransferred)
