"""Write a year of invented incidents into a ledger as events. The same seed gives the same year."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from incidentmail.app.context import AppContext
from incidentmail.core.conduct.clock_events import UpdateKept, UpdateMissed
from incidentmail.core.events import (
    CommandTransferred,
    Declared,
    Event,
    NoteAdded,
    PhaseChanged,
    SeverityChanged,
    StatusChanged,
    TimeChanged,
)
from incidentmail.core.model import Actor, Person, Status, Trust
from incidentmail.core.retro.retro_events import RetroHeld, RetroOwnerNamed, RetroStillDue, RetroWaived
from incidentmail.core.teams.approval import Approval
from incidentmail.core.teams.team_events import CustomerWordsApproved
from incidentmail.core.tracking.tracking_events import Joined

YEAR = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = (
    "Mara Lindqvist", "Bo Keller", "Jayla Moreno", "Ingrid Solberg", "Chidi Okafor", "Yuki Tanaka", "Noa Levi",
    "Emeka Obi", "Lea Prado", "Priya Nair", "Sven Holm", "Aroha Ngata",
)  # fmt: skip
PEOPLE = tuple(Person(name=name, address=f"{name.split()[0].lower()}@example.com") for name in NAMES)
THINGS = ("checkout", "gateway", "search", "login", "mailer", "refunds", "catalog", "warehouse", "invoices", "billing")
FAULTS = ("latency", "timeouts", "certificate", "failover", "deploy", "migration", "memory", "disk")


def write_year(context: AppContext, *, incidents: int, seed: int) -> None:
    """Write `count` incidents into the ledger, from the first of January on."""
    chance = random.Random(seed)
    with context.ledger.transaction() as tx:
        for number in range(incidents):
            at = YEAR + timedelta(seconds=number * 365 * 86400 // incidents + chance.randrange(3600))
            state = None
            name = f"{at:%Y-%m-%d}-{number:04}"
            for when, actor, event in _incident(chance, name, at, context):
                state = tx.append(
                    name, [event], actor=Actor(person=actor, trust=Trust.MEMBER), at=when,
                    expected_version=state.version if state else 0, caused_by=None,
                )  # fmt: skip


def _incident(
    chance: random.Random, name: str, at: datetime, context: AppContext
) -> Iterator[tuple[datetime, Person, Event]]:
    """Yield the events of one incident. Some things are left out, and some are done twice."""
    staff = chance.sample(PEOPLE, 4)
    # Some people carry more than others.
    staff[0] = chance.choice([PEOPLE[0], PEOPLE[1], staff[0]])
    severity, phase, now = chance.choice([1, 2, 2, 3, 3, 3, 4]), chance.choice([0, 1, 1]), at
    yield now, staff[0], Declared(
        id=name, ref=f"x{name[-4:].translate(str.maketrans('0189', 'abcd'))}z", origin=context.ledger.origin,
        description=f"{chance.choice(THINGS)} {chance.choice(FAULTS)} in {chance.choice(THINGS)}",
        severity=severity, phase=phase, commander=staff[0], declared_at=now,
        assumed=("commander",) if chance.random() < 0.4 else (),
        detected_at=now - timedelta(seconds=chance.randrange(3000)) if chance.random() < 0.6 else None,
        drill=chance.random() < 0.05, restricted=chance.random() < 0.05,
    )  # fmt: skip

    def later(seconds: int) -> datetime:
        nonlocal now
        now += timedelta(seconds=chance.randrange(1, seconds))
        return now

    if chance.random() < 0.03:
        yield later(900), staff[0], StatusChanged(status=Status.RETRACTED, was=Status.OPEN)
        return
    if chance.random() < 0.1:
        yield (
            later(300),
            staff[1],
            TimeChanged(name="detected_at", time=at + timedelta(seconds=chance.randrange(-900, 60)), was=None),
        )
    if chance.random() < 0.5:
        yield later(1200), staff[1], CommandTransferred(commander=staff[1], was=staff[0])
    if chance.random() < 0.3:
        yield later(1200), staff[0], NoteAdded(text="I am looking at it.")
    if chance.random() < 0.3:
        yield later(900), staff[2], SeverityChanged(severity=max(1, severity - 1), was=severity)
    if chance.random() < 0.4:
        yield (
            later(1800),
            staff[2],
            CustomerWordsApproved(approval=Approval(words="We are working on it.", by=staff[2], approved_by=staff[2])),
        )
    if chance.random() < 0.5:
        yield later(600), context.config.bot, Joined(person=staff[3])
    for _ in range(chance.randrange(4)):
        kind = UpdateKept if chance.random() < 0.8 else UpdateMissed
        yield later(1800), context.config.bot, kind(due_at=now)
    if chance.random() < 0.7:
        yield later(7200), staff[1], PhaseChanged(phase=2, was=phase)
        if chance.random() < 0.1:
            yield later(1800), staff[1], PhaseChanged(phase=1, was=2)
    if chance.random() < 0.95:
        yield later(14400), staff[1], StatusChanged(status=Status.CLOSED, was=Status.OPEN)
        if chance.random() < 0.05:
            yield later(3600), staff[2], StatusChanged(status=Status.OPEN, was=Status.CLOSED)
            yield later(3600), staff[2], StatusChanged(status=Status.CLOSED, was=Status.OPEN)
        yield from _retrospective(random.Random(name), staff, now)


def _retrospective(
    chance: random.Random, staff: list[Person], closed_at: datetime
) -> Iterator[tuple[datetime, Person, Event]]:
    """Yield later events about the retrospective. Some are held before the end, and some are taken back."""
    now = closed_at + timedelta(days=1)
    if chance.random() < 0.3:
        yield now, staff[3], RetroOwnerNamed(owner=staff[3])
    if chance.random() < 0.1:
        yield now, staff[1], RetroWaived()
    if chance.random() < 0.6:
        for _ in range(chance.choice([1, 1, 1, 2])):
            now += timedelta(hours=chance.randrange(1, 300))
            held_at = closed_at - timedelta(hours=2) if chance.random() < 0.05 else now
            yield now, staff[3], RetroHeld(held_at=held_at)
        if chance.random() < 0.1:
            yield now + timedelta(hours=1), staff[3], RetroStillDue()
