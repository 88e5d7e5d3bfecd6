"""Find the people whom events name as commander or for a role, whether for the first time or again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from incidentmail.core.events import CommandTransferred, Declared, Event, RoleChanged
from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Person


class Named(Frozen):
    """A person, and the key of a role: "commander" or a role from the configuration."""

    person: Person
    role: str


def newly_named(events: Iterable[Event]) -> Iterator[Named]:
    """Yield each person named by `events`, except those who held the role before.

    >>> bo, ann = Person(name="Bo K."), Person(name="Ann B.")
    >>> [one.person.name for one in newly_named([CommandTransferred(commander=bo, was=ann)])]
    ['Bo K.']
    """
    for event in events:
        match event:
            case CommandTransferred(commander=person):
                yield Named(person, "commander")
            case RoleChanged(role=role, holders=holders, was=was):
                yield from (Named(p, role) for p in holders.people if not any(p.same_as(old) for old in was.people))
            case Declared(commander=commander, roles=roles):
                yield Named(commander, "commander")
                yield from (Named(person, role) for role, held in roles.items() for person in held.people)
            case _:
                continue
