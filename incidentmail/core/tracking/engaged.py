"""Define the people who are at work in an incident but have no role."""

from __future__ import annotations

from collections.abc import Iterable

from incidentmail.core.frozen import Frozen
from incidentmail.core.names.person import Instant, Person

ENGAGED_MAX = 100
"""The maximum number of people listed, because everybody on a list of thousands could join."""


class Engaged(Frozen):
    """A person at work, and when they joined."""

    person: Person
    since: Instant


def joined(engaged: tuple[Engaged, ...], person: Person, at: Instant) -> tuple[Engaged, ...]:
    """Return the people at work after `person` joined. Joining again does not change the time."""
    return engaged if is_engaged(engaged, person) else (*engaged, Engaged(person, at))


def left(engaged: tuple[Engaged, ...], person: Person) -> tuple[Engaged, ...]:
    """Return the people at work after `person` left."""
    return tuple(one for one in engaged if not one.person.same_as(person))


def is_engaged(engaged: Iterable[Engaged], person: Person) -> bool:
    return any(one.person.same_as(person) for one in engaged)
