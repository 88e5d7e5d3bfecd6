"""Collect the facts for a retrospective from one incident's entries: what was said and done, and when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TypeVar

from incidentmail.core.events import Declared, Event, Recorded, StatusChanged
from incidentmail.core.fold import evolve
from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Incident, Status
from incidentmail.core.words import Words

from .duty import Duty, duties

E = TypeVar("E", bound=Event)


class Story(Frozen, kw_only=True):
    """An incident with its entries, and the facts derived from them.

    `incident` is the current state, and `entries` are the incident's own entries, in order. `states` holds the state
    after each entry. `ended_at` is when the incident last ended, or None if it is open. `until` is that time, or now.
    `duties` says who did what for how long. `relief_after` is how long somebody can lead before the program asks who
    will relieve them.
    """

    incident: Incident
    entries: tuple[Recorded, ...]
    states: tuple[Incident, ...]
    ended_at: datetime | None
    until: datetime
    duties: tuple[Duty, ...]
    words: Words
    relief_after: timedelta | None = timedelta(hours=4)

    @property
    def began_at(self) -> datetime:
        """When the incident was declared."""
        return self.incident.declared_at

    @property
    def declaration(self) -> Declared:
        """The event that declared the incident. Raise ValueError if the first entry is not a declaration."""
        first = self.entries[0].event
        if not isinstance(first, Declared):
            raise ValueError(f"{self.incident.id} begins with {first.kind}")
        return first

    def events(self, kind: type[E]) -> Iterator[tuple[Recorded, E]]:
        """Yield the entries whose event is of the given kind, each with its event."""
        for one in self.entries:
            if isinstance(one.event, kind):
                yield one, one.event

    def after(self, at: datetime) -> timedelta:
        """Return the time between the declaration and `at`."""
        return at - self.began_at


def story_of(
    entries: Iterable[Recorded], words: Words, now: datetime, *, relief_after: timedelta | None = timedelta(hours=4)
) -> Story:
    """Return the story of one incident. `entries` are all its entries, in order.

    Raise ValueError if there are no entries.
    """
    kept = tuple(entries)
    states: list[Incident] = []
    state: Incident | None = None
    for one in kept:
        state = evolve(state, one)
        states.append(state)
    if state is None:
        raise ValueError("an incident without entries has no story")
    ends = (one.at for one in reversed(kept) if _is_end(one.event))
    ended_at = None if state.is_open else next(ends, state.updated_at)
    until = ended_at or now
    times = [one.at for one in kept]
    return Story(
        incident=state,
        entries=kept,
        states=tuple(states),
        ended_at=ended_at,
        until=until,
        words=words,
        relief_after=relief_after,
        duties=duties(zip(times, states, strict=True), until),
    )


def _is_end(event: Event) -> bool:
    return isinstance(event, StatusChanged) and event.status is not Status.OPEN
