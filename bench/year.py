"""Fill a ledger with the incidents of a year: a thousand, of which 40 are drills and 60 are restricted."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from incidentmail.core import events as e
from incidentmail.core.conduct.clock_events import UpdateKept, UpdateMissed
from incidentmail.core.events import Event
from incidentmail.core.model import Actor, Holders, Person, Status, Trust
from incidentmail.core.teams.approval import Approval
from incidentmail.core.teams.customer_words import CUSTOMER_WORDS
from incidentmail.core.teams.team_events import CustomerWordsApproved
from incidentmail.core.tracking.tracking_events import ItemTracked, Joined
from incidentmail.ledger.sqlite.store import SqliteLedger

BEGIN: Final = datetime(2025, 12, 1, 8, 0, tzinfo=UTC)
INCIDENTS, DRILLS, RESTRICTED = 1000, 40, 60
PEOPLE: Final = tuple(
    Person(name=name, address=f"{name.split()[0].lower()}@example.com")
    for name in ("Mara Lindqvist", "Tomas Ruiz", "Bo Keller", "Yusuf Arslan", "Ann Lee", "Jayla Moore")
)
WORDS: Final = "Some card payments may fail. Please pay by invoice."


def fill_year(path: Path, number: int = INCIDENTS) -> None:
    """Create a ledger with that many incidents, each with some 20 entries."""
    ledger, chance = SqliteLedger(path), random.Random(7)
    try:
        for index in range(number):
            append_incident(ledger, index, chance)
    finally:
        ledger.close()


def append_incident(ledger: SqliteLedger, index: int, chance: random.Random) -> None:
    begin = BEGIN + timedelta(hours=8.7 * index)
    name = f"{begin:%Y-%m-%d}-incident-{index}"
    version = 0
    for minute, by, events in _history(name, index, begin, chance):
        with ledger.transaction() as tx:
            tx.append(
                name, events, actor=Actor(person=by, trust=Trust.MEMBER), at=begin + timedelta(minutes=minute),
                expected_version=version, caused_by=None,
            )  # fmt: skip
        version += len(events)


def _history(
    name: str, index: int, begin: datetime, chance: random.Random
) -> Iterator[tuple[int, Person, tuple[Event, ...]]]:
    mara, tomas, bo, *_ = chance.sample(PEOPLE, len(PEOPLE))
    severity, sent = chance.choice((1, 2, 3, 3, 4)), 0

    def told() -> Event:
        nonlocal sent
        sent += 1
        return e.Announced(number=sent - 1, message_id=f"<r{index:05}.o.{sent - 1}.mac@example.com>")

    declared = e.Declared(
        id=name, ref=f"r{index:05}", origin=ORIGIN, description=f"Incident {index}: the gateway rejects card payments",
        details="One in five card payments is declined by our gateway.\n\nCustomers can still pay by invoice.",
        severity=severity, phase=1, commander=mara, declared_at=begin, impact="some payments",
        roles={"customer_liaison": Holders(people=(tomas,)), "subject_matter_experts": Holders(people=(bo,))},
        drill=index % (INCIDENTS // DRILLS) == 3, restricted=index % (INCIDENTS // RESTRICTED) == 5,
    )  # fmt: skip
    yield 0, mara, (declared, told())
    yield 4, bo, (Joined(person=bo), ItemTracked(number=1, item="action", text="Roll back the gateway", owner=bo))
    yield 9, bo, (e.NoteAdded(text=f"Gateway {index} answers with an old certificate since 14:07."),)
    yield 15, tomas, (e.TextChanged(name=CUSTOMER_WORDS, text=WORDS, was=None),
                      CustomerWordsApproved(approval=Approval(words=WORDS, by=bo, approved_by=tomas)))  # fmt: skip
    worse = max(severity - 1, 1)
    yield 22, mara, (e.SeverityChanged(severity=worse, was=severity), e.UpdateGiven(text="It is worse."), told())
    yield 30, mara, (ItemTracked(number=2, item="assumption", text="The certificate has expired."),)
    yield 45, mara, (e.CommandTransferred(commander=tomas, was=mara), told())
    due = begin + timedelta(minutes=52)
    yield 55, tomas, ((UpdateMissed(due_at=due),) if index % 3 else (UpdateKept(due_at=due), told()))
    yield 70, tomas, (e.PhaseChanged(phase=2, was=1), told())
    yield 90, bo, (e.ItemFinished(number=1), ItemTracked(number=3, item="decision", text="We stay on the old one."))
    if index < INCIDENTS - 5:
        yield 120, tomas, (e.StatusChanged(status=Status.CLOSED, was=Status.OPEN), told())


ORIGIN: Final = "bench"
