"""The history of an incident: which facts held when, which updates were sent, and which were late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from incidentmail.core import events as e
from incidentmail.core.events import Event, Recorded
from incidentmail.core.model import Person, Status
from incidentmail.report.picture.history import History, Span, history_of

BEGIN = datetime(2026, 11, 20, 14, 7, tzinfo=UTC)
MARA, ALICIA = Person(name="Mara Lindqvist"), Person(name="Alícia Soler")
DECLARED = e.Declared(
    id="i", ref="abcdef", origin="o", description="Checkout is down", severity=2, phase=1, commander=MARA,
    declared_at=BEGIN,
)  # fmt: skip
CLOSED = e.StatusChanged(status=Status.CLOSED, was=Status.OPEN)
REOPENED = e.StatusChanged(status=Status.OPEN, was=Status.CLOSED)


def after(minutes: int) -> datetime:
    return BEGIN + timedelta(minutes=minutes)


def history(*happened: tuple[int, Event], now: int = 60) -> History:
    recorded = [
        Recorded(incident="i", version=number, at=after(minute), by=MARA, event=event)
        for number, (minute, event) in enumerate(((0, DECLARED), *happened), 1)
    ]
    return history_of(recorded, after(now))


def spans(found: tuple[Span, ...]) -> list[tuple[int | str, int, int]]:
    minute = timedelta(minutes=1)
    return [(one.value, (one.begin - BEGIN) // minute, (one.end - BEGIN) // minute) for one in found]


def test_each_fact_holds_until_the_next_one() -> None:
    found = history(
        (24, e.SeverityChanged(severity=1, was=2)),
        (43, e.CommandTransferred(commander=ALICIA, was=MARA)),
        (58, e.PhaseChanged(phase=2, was=1)),
        (90, CLOSED),
    )
    assert spans(found.severities) == [(2, 0, 24), (1, 24, 90)]
    assert spans(found.commanders) == [("Mara Lindqvist", 0, 43), ("Alícia Soler", 43, 90)]
    assert spans(found.phases) == [(1, 0, 58), (2, 58, 90)]
    assert (found.worst, found.is_open, found.end) == (1, False, after(90))


def test_an_open_incident_lasts_until_now() -> None:
    assert spans(history(now=35).severities) == [(2, 0, 35)]
    assert history(now=35).is_open


def test_between_closing_and_reopening_nothing_holds() -> None:
    found = history((30, CLOSED), (40, e.SeverityChanged(severity=3, was=2)), (50, REOPENED), now=60)
    assert spans(found.severities) == [(2, 0, 30), (3, 50, 60)]
    assert spans(found.commanders) == [("Mara Lindqvist", 0, 30), ("Mara Lindqvist", 50, 60)]
    assert found.is_open


def test_what_is_corrected_after_the_end_does_not_lengthen_the_incident() -> None:
    found = history((30, CLOSED), (45, e.StatusChanged(status=Status.RETRACTED, was=Status.CLOSED)), now=60)
    assert (found.end, found.is_open) == (after(30), False)
    assert max(found.moments) == after(30)


def test_a_severity_that_held_for_no_time_is_left_out() -> None:
    worse, better = e.SeverityChanged(severity=1, was=2), e.SeverityChanged(severity=3, was=1)
    assert spans(history((20, worse), (20, better)).severities) == [(2, 0, 20), (3, 20, 60)]
    assert spans(history((0, worse)).severities) == [(1, 0, 60)]


def test_an_incident_that_ends_in_the_second_it_began_still_has_a_history() -> None:
    assert spans(history((0, CLOSED)).severities) == [(2, 0, 0)]


def test_promises_are_kept_by_the_mail_that_was_written_then() -> None:
    found = history(
        (0, e.Announced(number=0, message_id="<0@example.com>")),
        (40, e.UpdateMissed(due_at=after(30))),
        (50, e.UpdateKept(due_at=after(55))),
        (50, e.Announced(number=1, message_id="<1@example.com>")),
    )
    assert [(one.number, one.kept) for one in found.sent] == [(0, False), (1, True)]
    assert (found.kept, found.missed) == (1, (after(30),))


def test_events_without_a_declaration_have_no_history() -> None:
    with pytest.raises(ValueError, match="declaration"):
        history_of([], BEGIN)
