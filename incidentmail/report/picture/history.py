"""Compute the data for the picture of an incident: how its state changed, and what mail was sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from incidentmail.core import events as e
from incidentmail.core.events import Recorded
from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Person, Status


class Span(Frozen, kw_only=True):
    """A value that applied from `begin` to `end`: a severity, a phase, or the commander's name."""

    value: int | str
    begin: datetime
    end: datetime


class Sent(Frozen, kw_only=True):
    """A mail to the list: its number (0 is the declaration), and when it was written.

    `kept` is true if an update had been promised and this mail gave it in time.
    """

    number: int
    at: datetime
    kept: bool = False


class History(Frozen, kw_only=True):
    """The history of an incident. Each tuple of spans is in order, with gaps while the incident was not open.

    `end` is when the incident ended, or the current time if it is open. `missed` holds the due times of updates that
    were not sent in time. `moments` are the times at which anything was recorded.
    """

    begin: datetime
    end: datetime
    is_open: bool
    severities: tuple[Span, ...]
    phases: tuple[Span, ...]
    commanders: tuple[Span, ...]
    sent: tuple[Sent, ...]
    missed: tuple[datetime, ...]
    moments: tuple[datetime, ...]

    @property
    def worst(self) -> int:
        """The incident's worst severity, which is the smallest number."""
        return min(int(span.value) for span in self.severities)

    @property
    def kept(self) -> int:
        """The number of promised updates that were sent in time."""
        return sum(one.kept for one in self.sent)


@dataclass
class _Lane:
    """The successive values of one fact."""

    spans: list[Span] = field(default_factory=list)
    value: int | str | None = None
    since: datetime | None = None

    def set(self, value: int | str, at: datetime) -> None:
        if value != self.value:
            self.end(at)
            self.value, self.since = value, at

    def end(self, at: datetime) -> None:
        if self.value is not None and self.since is not None:
            self.spans.append(Span(value=self.value, begin=self.since, end=max(at, self.since)))
        self.value = self.since = None

    def held(self) -> tuple[Span, ...]:
        """Return the spans of non-zero length, or else the last span."""
        return tuple(span for span in self.spans if span.end > span.begin) or tuple(self.spans[-1:])


def history_of(recorded: Iterable[Recorded], now: datetime) -> History:
    """Return the history of one incident from all its events, in order. For an open incident, it ends at `now`.

    Raise ValueError if the events do not begin with a declaration.
    """
    return _Reader(recorded).history(now)


class _Reader:
    def __init__(self, recorded: Iterable[Recorded]) -> None:
        self.severity, self.phase, self.commander = _Lane(), _Lane(), _Lane()
        self.facts: dict[str, int | str] = {}
        self.begin = self.ended_at = None  # type: datetime | None
        self.sent: list[Sent] = []
        self.missed: list[datetime] = []
        self.kept_at: set[datetime] = set()
        self.moments: list[datetime] = []
        for one in recorded:
            self._read(one)

    def history(self, now: datetime) -> History:
        if self.begin is None:
            raise ValueError("the events begin with no declaration")
        end = max(self.ended_at or now, self.begin)
        if self.ended_at is None:
            self._end(end)
        return History(
            begin=self.begin,
            end=end,
            is_open=self.ended_at is None,
            severities=self.severity.held(),
            phases=self.phase.held(),
            commanders=self.commander.held(),
            sent=tuple(Sent(number=one.number, at=one.at, kept=one.at in self.kept_at) for one in self.sent),
            missed=tuple(self.missed),
            moments=tuple(at for at in self.moments if at <= end),
        )

    def _read(self, one: Recorded) -> None:
        event, at = one.event, one.at
        self.moments.append(at)
        match event:
            case e.Declared(declared_at=begin):
                self.begin = begin
                self._set(begin, severity=event.severity, phase=event.phase, commander=_name(event.commander))
            case e.SeverityChanged(severity=severity):
                self._set(at, severity=severity)
            case e.PhaseChanged(phase=phase):
                self._set(at, phase=phase)
            case e.CommandTransferred(commander=commander):
                self._set(at, commander=_name(commander))
            case e.StatusChanged(status=Status.OPEN):
                self.ended_at = None
                self._set(at)
            case e.StatusChanged() if self.ended_at is None:
                self.ended_at = at
                self._end(at)
            case e.Announced(number=number):
                self.sent.append(Sent(number=number, at=at))
            case e.UpdateKept():
                self.kept_at.add(at)
            case e.UpdateMissed(due_at=due):
                self.missed.append(due)
            case _:
                return

    def _set(self, at: datetime, **facts: int | str) -> None:
        self.facts.update(facts)
        if self.ended_at is None:
            for name, value in self.facts.items():
                self._lanes()[name].set(value, at)

    def _end(self, at: datetime) -> None:
        for lane in self._lanes().values():
            lane.end(at)

    def _lanes(self) -> dict[str, _Lane]:
        return {"severity": self.severity, "phase": self.phase, "commander": self.commander}


def _name(person: Person) -> str:
    return person.name
