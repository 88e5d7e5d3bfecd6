"""Define the part of an incident's state that concerns its retrospective."""

from __future__ import annotations

from incidentmail.core.frozen import Frozen
from incidentmail.core.names.person import Instant, Line, Person

from .retro_events import Coming


class Attendance(Frozen, kw_only=True):
    """The answer of a person's calendar to the newest invitation, and when it was given."""

    person: Person
    answer: Coming
    at: Instant


class Meeting(Frozen, kw_only=True):
    """The planned retrospective. `answers` holds the newest answer of each person, oldest first.

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
        """The invited people, and others whose calendars answered a forwarded invitation."""
        others = tuple(one.person for one in self.answers if not any(one.person.same_as(p) for p in self.invited))
        return (*self.invited, *others)

    def is_same_time(self, other: Meeting) -> bool:
        """Return whether both meetings have the same time and place, so that answers to one count for the other."""
        return (self.at, self.until, self.place) == (other.at, other.until, other.place)

    def holds_for(self, person: Person, number: int) -> bool:
        """Return whether invitation `number` still has the planned time and place, and `person` is invited."""
        return number >= self.counts_from and any(person.same_as(one) for one in self.people)

    def answer_of(self, person: Person) -> Coming | None:
        """Return the answer of a person's calendar, or None if there is none."""
        return next((one.answer for one in self.answers if one.person.same_as(person)), None)


class RetroState(Frozen, kw_only=True):
    """The state of an incident's retrospective.

    `named_by` made `owner` responsible for it at `named_at`; if `owner` is None, the commander is responsible
    (core/retro/due.py). `meeting` is the planned meeting. `before` is the meeting before the last change of plan, kept
    so that it can be cancelled in calendars. `numbers` is the number of invitations and cancellations so far, which is
    also the next SEQUENCE. `held_at` is when the retrospective was held, and `waived_at` when somebody said that none
    is needed.
    """

    owner: Person | None = None
    named_by: Person | None = None
    named_at: Instant | None = None
    meeting: Meeting | None = None
    before: Meeting | None = None
    numbers: int = 0
    held_at: Instant | None = None
    waived_at: Instant | None = None
