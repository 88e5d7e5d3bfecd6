"""Define a roll call: the people asked for their situation and needs, and their answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from incidentmail.core.frozen import Frozen
from incidentmail.core.names.person import Instant, Person, Text

if TYPE_CHECKING:
    from incidentmail.core.model import Incident

AGAIN_AFTER = timedelta(minutes=30)
"""The minimum time between roll calls. People who are asked all the time stop answering."""
ANSWERED_WITHIN = timedelta(hours=2)
"""How long after a roll call a note by somebody who was asked counts as their answer."""
PEOPLE_MAX = 40
NO_ANSWER = "no answer yet"


class RollAnswer(Frozen, kw_only=True):
    """A person's answer, and its time."""

    person: Person
    text: Text
    at: Instant


class RollCall(Frozen, kw_only=True):
    """The newest roll call: when and by whom it was made, the people asked, and their answers."""

    at: Instant
    by: Person
    people: tuple[Person, ...]
    answers: tuple[RollAnswer, ...] = ()

    def answer_of(self, person: Person) -> RollAnswer | None:
        return next((answer for answer in self.answers if answer.person.same_as(person)), None)

    def rows(self) -> tuple[tuple[str, str], ...]:
        """Return the name of each person with their answer, or a remark that there is none yet."""
        found = ((person, self.answer_of(person)) for person in self.people)
        return tuple((person.name, answer.text if answer else NO_ANSWER) for person, answer in found)

    @property
    def silent(self) -> tuple[Person, ...]:
        """The people who have not answered."""
        return tuple(person for person in self.people if self.answer_of(person) is None)


def whom_to_ask(incident: Incident, by: Person, *, everybody: bool) -> tuple[Person, ...]:
    """Return the people to ask in a roll call by `by`, each once.

    These are the commander, the holders of roles, and the owners of open items. If `everybody` is true, people who
    joined without a role are asked too.
    """
    holders = (person for held in incident.roles.values() for person in held.people)
    owners = (item.owner for item in incident.items if item.is_open and item.owner is not None)
    joined = (one.person for one in incident.engaged) if everybody else ()
    found: list[Person] = []
    for person in (incident.commander, *holders, *owners, *joined):
        if not person.same_as(by) and not any(person.same_as(other) for other in found):
            found.append(person)
    return tuple(found[:PEOPLE_MAX])


def is_asked(incident: Incident, person: Person, now: datetime) -> bool:
    """Return whether a note written by `person` now counts as an answer to a roll call."""
    call = incident.roll_call
    if call is None or not incident.is_open or now - call.at > ANSWERED_WITHIN:
        return False
    return any(person.same_as(one) for one in call.silent)
