"""Events to state: what a stream must begin with, what an announcement includes, and what is kept."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from incidentmail.core import events as e
from incidentmail.core.events import Event, Recorded, SeverityChanged
from incidentmail.core.facts import changed_facts, declared_facts, event_for, fact
from incidentmail.core.fold import THREAD_MAX, evolve, fold
from incidentmail.core.frozen import JsonValue
from incidentmail.core.model import Incident, Person

AT = datetime(2026, 11, 20, tzinfo=UTC)
BO, ANN = Person(name="Bo", address="bo@example.com"), Person(name="Ann", address="ann@example.com")
DECLARED = e.Declared(
    id="i", ref="r", origin="o", description="Down", severity=2, phase=0, commander=BO, declared_at=AT,
    assumed=("severity", "commander"), declared_in="<by-hand@example.com>",
)  # fmt: skip


def after(*events: Event) -> Incident:
    stream = [Recorded(incident="i", version=n, at=AT, by=BO, event=event) for n, event in enumerate(events, 1)]
    state = fold(stream)
    assert state is not None
    return state


def test_nothing_folds_to_nothing() -> None:
    assert fold([]) is None


@pytest.mark.parametrize(
    ("incident", "state", "event"),
    [
        ("i", None, SeverityChanged(severity=1, was=2)),
        ("i", after(DECLARED), DECLARED),
        ("another", None, DECLARED),
    ],
    ids=["it begins with a change", "it is declared twice", "it declares another incident"],
)
def test_a_stream_that_does_not_begin_with_its_own_declaration_is_rejected(
    incident: str, state: Incident | None, event: Event
) -> None:
    with pytest.raises(ValueError, match=incident):
        evolve(state, Recorded(incident=incident, version=1, at=AT, by=BO, event=event))


def test_a_severity_that_no_scale_knows_any_more_still_folds() -> None:
    assert after(DECLARED, SeverityChanged(severity=9, was=2)).severity == 9


def test_a_change_confirms_what_was_assumed() -> None:
    assert list(after(DECLARED, SeverityChanged(severity=2, was=2)).assumed) == ["commander"]


def test_an_announcement_takes_along_what_nobody_had_told() -> None:
    told = after(
        DECLARED,
        e.Announced(number=0, message_id="<0@example.com>"),
        SeverityChanged(severity=1, was=2),
        e.NoteAdded(text="It spreads.", rides=True),
        e.NoteAdded(text="By the way."),
    )
    assert changed_facts(told) == {"severity": 1}
    assert [said.text for said in told.said] == ["It spreads."]
    done = evolve(
        told,
        Recorded(incident="i", version=6, at=AT, by=BO, event=e.Announced(number=1, message_id="<1@example.com>")),
    )
    assert (done.unannounced, done.said, done.updates) == ((), (), 1)
    assert [(c.fact, c.was, c.now) for c in done.announced[0].changes] == [("severity", 2, 1)]


def test_the_thread_keeps_its_first_mail_and_the_newest_ones() -> None:
    mails = [e.Announced(number=n, message_id=f"<{n}@example.com>") for n in range(40)]
    thread = after(DECLARED, *mails).thread
    assert len(thread) == THREAD_MAX
    assert thread[0] == "<by-hand@example.com>"
    assert thread[-1] == "<39@example.com>"


def test_an_offer_lapses_when_command_passes() -> None:
    assert after(DECLARED, e.CommandOffered(to=ANN)).offered == ANN
    assert after(DECLARED, e.CommandOffered(to=ANN), e.CommandTransferred(commander=ANN, was=BO)).offered is None


def test_a_finished_item_is_done_and_the_others_are_not() -> None:
    items = (e.ItemAdded(number=n, item="action", text=f"do {n}") for n in (1, 2))
    assert [item.done for item in after(DECLARED, *items, e.ItemFinished(number=2)).items] == [False, True]


def test_a_declaration_in_phase_0_states_its_phase() -> None:
    facts = declared_facts(after(DECLARED))
    assert facts["phase"] == 0
    assert not {"venue", "details", "drill", "impact"} & set(facts)


def test_every_fact_that_a_change_names_has_an_event_that_sets_it() -> None:
    state = after(DECLARED)
    values: dict[str, JsonValue] = {"venue": "#x", "impact": "all", "started_at": "2026-11-20T00:00:00Z", "phase": 2}
    for name, value in values.items():
        event = event_for(state, name, value)
        assert fact(evolve(state, Recorded(incident="i", version=2, at=AT, by=BO, event=event)), name) == value
    for unknown in ("colour", "version", "items"):
        with pytest.raises(KeyError):
            fact(state, unknown)
        with pytest.raises(KeyError):
            event_for(state, unknown, 1)
