"""Compute the state of a drill's run from its events, and the mails that are due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import assert_never

from incidentmail.core.events import Recorded
from incidentmail.core.frozen import Frozen, field, replace
from incidentmail.core.names.person import Person

from .drill_events import CLOSING, OPENING, DrillEnded, DrillEvent, DrillJoined, DrillMailSent, DrillStarted
from .scenario import Inject, Scenario

REF = "drills"
"""The REF in a drill's mails until an incident is declared in it."""


class Run(Frozen, kw_only=True):
    """One run of a scenario.

    `sent` maps the number of each mail sent to its Message-ID. `incidents` holds ids, oldest first. `ended_at` and
    `ended_by` are None until the run has ended.
    """

    id: str
    scenario: Scenario
    faster: int
    started_at: datetime
    started_by: Person
    sent: dict[int, str] = field(default_factory=dict)
    incidents: tuple[str, ...] = ()
    ended_at: datetime | None = None
    ended_by: Person | None = None
    was_stopped: bool = False

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None

    @property
    def ends_at(self) -> datetime:
        """When the run will end unless somebody stops it."""
        return self.started_at + self.lasting(self.scenario.lasts_s)

    def lasting(self, seconds: int) -> timedelta:
        """Return how long a duration in the scenario takes in this run."""
        return timedelta(seconds=seconds) / self.faster

    def inject(self, number: int) -> Inject:
        """Return the mail with this number by an invented person. Numbers start at 1."""
        return self.scenario.injects[number - 1]

    def sent_injects(self) -> list[Inject]:
        return [self.inject(number) for number in self.sent if number > 0]


def runs_of(recorded: Iterable[Recorded]) -> list[Run]:
    """Return all runs, oldest first."""
    found: dict[str, Run] = {}
    for one in recorded:
        event = one.event
        if isinstance(event, DrillEvent):
            found[event.run] = _after(found.get(event.run), event, one)
    return list(found.values())


def _after(run: Run | None, event: DrillEvent, recorded: Recorded) -> Run:
    if isinstance(event, DrillStarted):
        return Run(
            id=event.run, scenario=event.scenario, faster=event.faster, started_at=recorded.at, started_by=recorded.by
        )
    if run is None:
        raise ValueError(f"{event.kind} names the drill {event.run}, which has not begun")
    match event:
        case DrillMailSent(number=number, message_id=message_id):
            return replace(run, sent={**run.sent, number: message_id})
        case DrillJoined(incident=incident):
            return replace(run, incidents=(*run.incidents, incident))
        case DrillEnded(stopped=stopped):
            return replace(run, ended_at=recorded.at, ended_by=recorded.by, was_stopped=stopped)
        case _:
            assert_never(event)


def due_mails(run: Run, now: datetime) -> list[int]:
    """Return the numbers of the mails to send now, in order.

    After an interruption, several can be due at once. Once the run has ended, only the closing mail is due.
    """
    if run.is_over:
        return [] if CLOSING in run.sent else [CLOSING]
    numbers = [number for number, inject in enumerate(run.scenario.injects, 1) if _is_due(run, inject, now)]
    return [number for number in (OPENING, *numbers) if number not in run.sent]


def _is_due(run: Run, inject: Inject, now: datetime) -> bool:
    return now >= run.started_at + run.lasting(inject.at_s)
