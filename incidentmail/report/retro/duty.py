"""Compute who was on duty in an incident, in which parts (roles or command), and for how long."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from incidentmail.core.conduct.clock_state import Break
from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Incident, Person
from incidentmail.core.names.mailboxes import mailbox_of

COMMAND, JOINED = "commander", ""
"""The parts of the commander and of people who joined without a role. Other parts are keys of roles."""


class Span(Frozen, kw_only=True):
    """A period in which a person had a part in the incident."""

    part: str
    since: datetime
    until: datetime

    @property
    def length(self) -> timedelta:
        return self.until - self.since


class Duty(Frozen, kw_only=True):
    """One person's duty: their parts in order, the time on duty, and how much of it they spent on breaks."""

    person: Person
    spans: tuple[Span, ...]
    total: timedelta
    breaks: timedelta

    @property
    def parts(self) -> tuple[str, ...]:
        """The person's distinct parts, in the order in which they took them."""
        return tuple(dict.fromkeys(span.part for span in self.spans))


def duties(states: Iterable[tuple[datetime, Incident]], until: datetime) -> tuple[Duty, ...]:
    """Return the duty of each person, in the order in which people arrived.

    `states` are the successive states of one incident, each with the time from which it applied. Time after an end does
    not count until the incident is reopened.
    """
    people: dict[str, Person] = {}
    open_since: dict[tuple[str, str], datetime] = {}
    spans: dict[str, list[Span]] = {}
    breaks: dict[tuple[str, datetime], Break] = {}
    for at, state in states:
        now = {(key_of(person), part): person for person, part in _parts(state)}
        for key, part in [one for one in open_since if one not in now]:
            since = open_since.pop((key, part))
            if at > since:
                spans.setdefault(key, []).append(Span(part=part, since=since, until=at))
        for (key, part), person in now.items():
            people.setdefault(key, person)
            open_since.setdefault((key, part), at)
        breaks.update({(key_of(one.person), one.at): one for one in state.clock.breaks})
    for (key, part), since in open_since.items():
        spans.setdefault(key, []).append(Span(part=part, since=since, until=max(until, since)))
    found = []
    for key, person in people.items():
        own = sorted(spans.get(key, []), key=lambda span: span.since)
        away = [(one.at, min(one.ended_at or one.until, until)) for (who, _), one in breaks.items() if who == key]
        on_duty = _merged([(span.since, span.until) for span in own])
        found.append(Duty(person=person, spans=tuple(own), total=_sum(on_duty), breaks=_common(on_duty, away)))
    return tuple(found)


def key_of(person: Person) -> str:
    """Return the key that identifies a person: their mailbox, or their name if no address is known."""
    return mailbox_of(person.address) if person.address else person.name.casefold()


def _parts(state: Incident) -> Iterable[tuple[Person, str]]:
    if not state.is_open:
        return
    yield state.commander, COMMAND
    for role, held in state.roles.items():
        yield from ((person, role) for person in held.people)
    yield from ((one.person, JOINED) for one in state.engaged)


def _merged(times: Sequence[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Return the periods in order, with overlapping ones merged."""
    found: list[tuple[datetime, datetime]] = []
    for since, until in sorted(times):
        if found and since <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], until))
        else:
            found.append((since, until))
    return found


def _sum(times: Iterable[tuple[datetime, datetime]]) -> timedelta:
    return sum((until - since for since, until in times), timedelta())


def _common(on_duty: Sequence[tuple[datetime, datetime]], away: Sequence[tuple[datetime, datetime]]) -> timedelta:
    """Return how long the periods of `on_duty` and `away` overlap."""
    both = ((max(a, c), min(b, d)) for a, b in on_duty for c, d in _merged(away))
    return _sum((since, until) for since, until in both if since < until)
