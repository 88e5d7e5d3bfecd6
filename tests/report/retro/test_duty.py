"""How long each person was on duty, computed from their roles, without counting an hour twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from incidentmail.core import events as e
from incidentmail.core.conduct.clock_events import BreakBegun, BreakEnded
from incidentmail.core.events import Event, Recorded
from incidentmail.core.model import Holders, Person, Status
from incidentmail.core.policy import Policy
from incidentmail.core.tracking.tracking_events import Joined, Left
from incidentmail.core.words import Words
from incidentmail.report.retro.duty import Duty
from incidentmail.report.retro.story import story_of

BEGIN = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
MARA, BO = Person(name="Mara", address="mara@example.com"), Person(name="Bo", address="bo@example.com")
DECLARED = e.Declared(
    id="i", ref="r", origin="o", description="Down", severity=2, phase=1, commander=MARA, declared_at=BEGIN
)
CLOSED, REOPENED = (
    e.StatusChanged(status=Status.CLOSED, was=Status.OPEN),
    e.StatusChanged(status=Status.OPEN, was=Status.CLOSED),
)


def duties(*happened: tuple[int, Event, Person]) -> dict[str, Duty]:
    entries = [
        Recorded(incident="i", version=number, at=BEGIN + timedelta(minutes=at), by=by, event=event)
        for number, (at, event, by) in enumerate(((0, DECLARED, MARA), *happened), 1)
    ]
    told = story_of(entries, Words(Policy()), entries[-1].at)
    return {duty.person.name: duty for duty in told.duties}


def test_an_hour_in_two_parts_counts_once() -> None:
    scribe = e.RoleChanged(role="scribe", holders=Holders(people=(MARA,)), was=Holders())
    mara = duties((30, scribe, MARA), (60, CLOSED, MARA))["Mara"]
    assert mara.parts == ("commander", "scribe")
    assert mara.total == timedelta(minutes=60)


def test_duty_ends_with_the_part_and_with_the_incident() -> None:
    found = duties((20, e.CommandTransferred(commander=BO, was=MARA), BO), (60, CLOSED, BO), (90, CLOSED, BO))
    assert {name: duty.total for name, duty in found.items()} == {
        "Mara": timedelta(minutes=20), "Bo": timedelta(minutes=40),
    }  # fmt: skip


def test_the_time_between_an_end_and_a_new_beginning_does_not_count() -> None:
    found = duties((10, CLOSED, MARA), (50, REOPENED, MARA), (60, CLOSED, MARA))
    assert found["Mara"].total == timedelta(minutes=20)


def test_people_who_join_without_a_role_are_at_work_until_they_leave() -> None:
    found = duties((5, Joined(person=BO), BO), (25, Left(person=BO), BO), (60, CLOSED, MARA))
    assert (found["Bo"].parts, found["Bo"].total) == (("",), timedelta(minutes=20))


def test_a_break_counts_until_its_end_and_only_while_on_duty() -> None:
    found = duties(
        (10, BreakBegun(until=BEGIN + timedelta(minutes=40)), MARA), (30, BreakEnded(), MARA),
        (50, BreakBegun(until=BEGIN + timedelta(minutes=90)), MARA), (60, CLOSED, MARA),
    )  # fmt: skip
    assert found["Mara"].breaks == timedelta(minutes=30)


def test_one_person_under_two_addresses_of_one_mailbox_is_one() -> None:
    again = Person(name="Mara L.", address="mara+phone@example.com")
    found = duties((20, e.CommandTransferred(commander=again, was=MARA), MARA), (60, CLOSED, MARA))
    assert [duty.total for duty in found.values()] == [timedelta(minutes=60)]
