"""Collect one value per incident for each figure, from the entries of the incidents."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from incidentmail.core.conduct.clock_events import UpdateKept, UpdateMissed
from incidentmail.core.events import (
    CommandTransferred,
    Declared,
    DescriptionChanged,
    PhaseChanged,
    Recorded,
    RoleChanged,
    SeverityChanged,
    StatusChanged,
    TimeChanged,
)
from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Person, Status
from incidentmail.core.retro.retro_events import RetroEvent, RetroHeld, RetroStillDue
from incidentmail.core.teams.team_events import CustomerWordsApproved, IncidentRestricted
from incidentmail.core.tracking.tracking_events import Joined, RollAnswered

STOPPED_PHASE = 2
"""The first phase in which the damage has stopped, in the default phases and in an organisation's own."""


class Act(Frozen):
    """Something that a person wrote or did, and when."""

    person: str
    at: datetime


class Measured(Frozen, kw_only=True):
    """The values that one incident contributes to the figures.

    A time is None if it is unknown, or if what it stands for did not happen.

    People are identified by their keys (`key_of`). `severity` is the worst severity of the incident. `commanded` maps
    each person to how long they were commander while the incident was open, and `at_work` holds the people who took
    part.
    """

    id: str
    description: str
    drill: bool
    restricted: bool
    status: Status
    severity: int
    declared_at: datetime
    detected_at: datetime | None
    commander_at: datetime | None
    customers_at: datetime | None
    stopped_at: datetime | None
    closed_at: datetime | None
    retro_at: datetime | None
    kept: int
    missed: int
    at_work: frozenset[str]
    acts: tuple[Act, ...]
    commanded: dict[str, timedelta]

    @property
    def is_closed(self) -> bool:
        return self.status is Status.CLOSED


def key_of(person: Person) -> str:
    """Return the key that identifies a person: the address, or else the name. See `Person.same_as`.

    >>> key_of(Person(name="Bo K.", address="Bo@example.com")), key_of(Person(name="Bo K."))
    ('bo@example.com', 'Bo K.')
    """
    return person.address or person.name


@dataclass
class Reading:
    """The values collected so far from one incident's entries."""

    nobody: Collection[str]
    """Keys that represent no person: our own addresses, and the replacement for a redacted person."""
    declared: Declared
    at_work: set[str] = field(default_factory=set)
    acts: list[Act] = field(default_factory=list)
    commanded: dict[str, timedelta] = field(default_factory=dict)
    kept: int = 0
    missed: int = 0
    commander_at: datetime | None = None
    customers_at: datetime | None = None
    stopped_at: datetime | None = None
    closed_at: datetime | None = None
    retro_at: datetime | None = None

    def __post_init__(self) -> None:
        event = self.declared
        self.description, self.severity, self.phase, self.status = (
            event.description, event.severity, event.phase, Status.OPEN,
        )  # fmt: skip
        self.restricted, self.detected_at = event.restricted, event.detected_at
        self.commander, self.since = key_of(event.commander), event.declared_at
        self.commander_at = None if "commander" in event.assumed else event.declared_at
        self.stopped_at = event.declared_at if self._has_stopped else None
        self.took_part(event.commander, *(person for held in event.roles.values() for person in held.people))

    @property
    def _has_stopped(self) -> bool:
        return self.phase >= STOPPED_PHASE or self.status is not Status.OPEN

    def took_part(self, *people: Person) -> None:
        self.at_work |= {key_of(person) for person in people} - set(self.nobody)

    def add(self, recorded: Recorded) -> None:
        """Add an entry that follows the declaration."""
        at, by = recorded.at, key_of(recorded.by)
        if by not in self.nobody:
            self.took_part(recorded.by)
            self.acts.append(Act(by, at))
            if by == self.commander and at > self.declared.declared_at:
                self.commander_at = self.commander_at or at
        match recorded.event:
            case SeverityChanged(severity=severity):
                self.severity = min(self.severity, severity)
            case PhaseChanged(phase=phase):
                self.phase = phase
                self._phase_or_status_changed(at)
            case StatusChanged(status=status):
                self._count_command(at)
                self.status = status
                self.closed_at = at if status is Status.CLOSED else None
                self._phase_or_status_changed(at)
            case CommandTransferred(commander=person):
                self._count_command(at)
                self.commander, self.commander_at = key_of(person), self.commander_at or at
                self.took_part(person)
            case RoleChanged(holders=holders):
                self.took_part(*holders.people)
            case Joined(person=person) | RollAnswered(person=person):
                self.took_part(person)
            case DescriptionChanged(description=description):
                self.description = description
            case TimeChanged(name="detected_at", time=time):
                self.detected_at = time
            case CustomerWordsApproved(approval=approval) if approval is not None:
                self.customers_at = self.customers_at or at
            case IncidentRestricted():
                self.restricted = True
            case UpdateKept():
                self.kept += 1
            case UpdateMissed():
                self.missed += 1
            case _:
                return

    def retro_said(self, event: RetroEvent) -> None:
        """Record when the retrospective was held. Writing about a retrospective does not count as incident work."""
        if isinstance(event, RetroHeld):
            self.retro_at = event.held_at
        elif isinstance(event, RetroStillDue):
            self.retro_at = None

    def _phase_or_status_changed(self, at: datetime) -> None:
        self.stopped_at = (self.stopped_at or at) if self._has_stopped else None

    def _count_command(self, until: datetime) -> None:
        """Add the time since the last change to the current commander's total, unless the incident was over."""
        if self.status is Status.OPEN and self.commander not in self.nobody:
            spent = max(until - self.since, timedelta())
            self.commanded[self.commander] = self.commanded.get(self.commander, timedelta()) + spent
        self.since = until

    def measured(self, now: datetime) -> Measured:
        """Return the collected values. The current commander's time counts until `now`."""
        self._count_command(now)
        return Measured(
            id=self.declared.id, description="" if self.restricted else self.description, drill=self.declared.drill,
            restricted=self.restricted, status=self.status, severity=self.severity,
            declared_at=self.declared.declared_at, detected_at=self.detected_at, commander_at=self.commander_at,
            customers_at=self.customers_at, stopped_at=self.stopped_at, closed_at=self.closed_at,
            retro_at=self.retro_at, kept=self.kept, missed=self.missed, at_work=frozenset(self.at_work),
            acts=tuple(self.acts), commanded=self.commanded,
        )  # fmt: skip


def measure(recorded: Iterable[Recorded], *, now: datetime, nobody: Collection[str] = ()) -> Iterator[Measured]:
    """Yield the values of each incident, in order of declaration.

    `nobody` holds the keys of our own addresses and of redacted people, which do not count as people.
    """
    readings: dict[str, Reading] = {}
    for one in recorded:
        if isinstance(one.event, Declared):
            readings[one.incident] = Reading(nobody, one.event)
        if one.incident not in readings:
            continue  # the streams of the record and of drills belong to no incident
        if isinstance(one.event, RetroEvent):
            readings[one.incident].retro_said(one.event)
        else:
            readings[one.incident].add(one)
    yield from (reading.measured(now) for reading in readings.values())
