"""Define what an incident's state holds about its retrospective."""

from __future__ import annotations

from incidentmail.core.frozen import Frozen
from incidentmail.core.names.person import Instant, Line, Person

from .retro_events import Coming


class Attendance(Frozen, kw_only=True):
    """What the calendar of a person answered to the newest invitation, and when."""

    person: Person
    answer: Coming
    at: Instant


class Meeting(Frozen, kw_only=True):
    """The planned retrospective. `answers` holds the newest answer of each person, the oldest first.

    `counts_from` is the SEQUENCE of the first invitation to this time and place. Answers to earlier ones do not count.
    """

    at: Instant
    until: Instant
    place: Line | None = None
    invited: tuple[Person, ...]
    by: Person
    counts_from: int
    answers: tuple[Attendance, ...] = ()

    @property
    def people(self) -> tuple[Person, ...]:
        """The people who are invited, and those whose calendars have answered though somebody passed it on to them."""
        others = tuple(one.person for one in self.answers if not any(one.person.same_as(p) for p in self.invited))
        return (*self.invited, *others)

    def is_same_time(self, other: Meeting) -> bool:
        """Return whether both are at the same time and place, so that answers to one count for the other."""
        return (self.at, self.until, self.place) == (other.at, other.until, other.place)

    def holds_for(self, person: Person, number: int) -> bool:
        """Return whether the invitation `number` to a person still says what is planned."""
        return number >= self.counts_from and any(person.same_as(one) for one in self.people)

    def answer_of(self, person: Person) -> Coming | None:
        """Return what a person answered, or None if their calendar has not answered."""
        return next((one.answer for one in self.answers if one.person.same_as(person)), None)


class RetroState(Frozen, kw_only=True):
    """What is known about the retrospective of an incident.

    `owner` is the person who was named to see to it, by `named_by` at `named_at`. If nobody was named, the commander
    sees to it (see core/retro/due.py). `meeting` is the planned one, or None, and `before` is what was planned before
    the newest change of the plan, so that it can be cancelled in calendars. `numbers` counts the invitations and
    cancellations so far, and so is the SEQUENCE of the next one. `held_at` is when it was held, and `waived_at` when
    somebody said that none is needed.
    """

    owner: Person | None = None
    named_by: Person | None = None
    named_at: Instant | None = None
    meeting: Meeting | None = None
    before: Meeting | None = None
    numbers: int = 0
    held_at: Instant | None = None
    waived_at: Instant | None = None
