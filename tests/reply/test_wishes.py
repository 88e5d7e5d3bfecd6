"""A short reply that wants something is asked about, in any words and many languages; one that only talks is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentmail.core.model import Person
from incidentmail.core.policy import Policy
from incidentmail.core.words import Words
from incidentmail.reply.detector.indirect import indirect
from incidentmail.reply.detector.vocabulary import TABLES, WIDE
from incidentmail.reply.detector.wishes import wishes as wishes_in
from incidentmail.reply.parsed import Context, Read
from incidentmail.reply.understand import understand

CONTEXT = Context(
    words=Words(Policy()),
    written_at=datetime(2026, 11, 20, 14, 30, tzinfo=UTC),
    writer=Person(name="Bo Keller", address="bo@example.com"),
    severity=2,
    phase=1,
    updates=7,
)


def heard(body: str, **known: Any) -> Read:
    return understand(body, replace(CONTEXT, **known)).read


DATA = Path(__file__).parent.parent / "data"


def entries_of(table: str) -> list[tuple[str, str]]:
    """Return each entry of a table, with its tag before it."""
    lines = (line.partition(": ") for line in table.strip().split("\n"))
    return [(tag, entry) for tag, _, entries in lines for entry in entries.split(", ")]


KNOWN = sorted({entry for table in [*TABLES, *WIDE] for _, entry in entries_of(table)})
TALK = (DATA / "talk.txt").read_text(encoding="utf-8").splitlines()


def wishes() -> Iterator[tuple[str, str, str]]:
    """Yield each wish in the data, what it is about, and the replies that it should be offered."""
    about = ""
    for line in (DATA / "wishes.txt").read_text(encoding="utf-8").splitlines():
        text, mark, offered = line.partition(" => ")
        if mark:
            yield text, about, "" if offered == "-" else offered
        else:
            about = line.removeprefix("# ")


@pytest.mark.parametrize(("text", "about", "offered"), list(wishes()))
def test_a_wish_is_asked_about(text: str, about: str, offered: str) -> None:
    reply = heard(text)
    assert reply.commands == ()
    assert (reply.asks[0].about, "; ".join(reply.asks[0].offers)) == (about, offered)


@pytest.mark.parametrize(
    "offer", sorted({offer for _, _, offered in wishes() for offer in offered.split("; ") if offer})
)
def test_what_is_offered_acts(offer: str) -> None:
    assert len(heard(offer).commands) == 1


@pytest.mark.parametrize("table", [*TABLES, *WIDE], ids=[table.split("\n")[1][:20] for table in [*TABLES, *WIDE]])
def test_a_table_lists_each_entry_once_under_a_tag(table: str) -> None:
    entries = entries_of(table)
    assert len(entries) == len(set(entries))


@pytest.mark.parametrize("text", TALK)
def test_talk_is_left_alone(text: str) -> None:
    reply = heard(text)
    assert (reply.commands, reply.asks, reply.problems) == ((), (), ())


@pytest.mark.parametrize(
    ("known", "offered"),
    [
        ({"is_open": False}, "reopen"),
        ({"phase": 3}, "phase 1"),
        ({"phase": 1}, "reopen"),
        ({"severity": None}, "reopen"),
    ],
)
def test_who_asks_to_reopen_an_open_incident_may_mean_an_earlier_phase(known: dict[str, Any], offered: str) -> None:
    assert [ask.offers for ask in heard("can somebody open this again please?", **known).asks] == [(offered,)]


@given(st.lists(st.sampled_from([*KNOWN, "Ann", "IC", "deputy", "sev", "1", "2", "?", ",", ".", "x"]), max_size=14))
def test_any_words_in_any_order_are_looked_at_without_an_exception(words: list[str]) -> None:
    text = " ".join(words)
    assert all(offer for wish in [*wishes_in(text, CONTEXT), *indirect(text, CONTEXT)] for offer in wish.offers)


def test_a_long_text_may_state_a_severity_but_asks_for_nothing_else() -> None:
    report = "The fitters measure every pump in the east wing and write the values down. " * 6
    assert [ask.offers for ask in heard(f"I think this is severity 1 by now. {report}").asks] == [("sev 1",)]
    assert heard(f"Please close this. {report}", phase=2).asks == ()


def test_no_more_than_three_questions_are_asked() -> None:
    text = "could somebody close this, undo that, we are at level 1 now, next upd at 15:00, Ann takes over"
    assert len(heard(text).asks) == 3


def test_a_line_that_a_mail_program_wrapped_goes_on() -> None:
    wrapped = "The electricians say that the pump in the east wing draws\nphase 2 at 40 amps"
    assert heard(wrapped).asks == ()


@pytest.mark.parametrize("text", ['Mara wrote "please close this"', "If it rains in, please close this"])
def test_a_wish_in_quotation_marks_or_on_a_condition_is_none(text: str) -> None:
    assert heard(text).asks == ()


@pytest.mark.parametrize(
    "text",
    [
        "Just off the plane, where are we with this? I land again at six",
        "Wie ist der aktuelle Stand? Meine Chefin will es wissen.",
        "I slept through it. Could somebody please tell me in two lines where we stand?",
        "can anyone fill me in?",
        "Où en est-on ?",
        "a quick recap would be great, I just landed",
        "könnte jemand kurz zusammenfassen, was los ist?",
        "un petit résumé svp",
        "¿alguien puede resumir?",
        "um resumo por favor",
        "kan iemand samenvatten wat er gebeurd is?",
        "poproszę podsumowanie",
    ],
)
def test_who_asks_how_things_are_is_sent_the_summary(text: str) -> None:
    assert heard(text).wants == "brief"


@pytest.mark.parametrize(
    "text",
    [
        "How do I tell this thing who leads?",
        "How can we set the phase by mail? I am new.",
        "Wie ändere ich das per Mail?",
    ],
)
def test_who_asks_how_to_use_the_program_is_helped(text: str) -> None:
    assert heard(text).wants == "help"


def test_a_mistyped_no_change_with_a_promise_is_asked_about() -> None:
    assert [ask.offers for ask in heard("no chnage next 1530").asks] == [("no change; next 1530",)]


def test_done_alone_is_asked_about_if_its_writer_has_no_task() -> None:
    assert [ask.offers for ask in heard("done!!").asks] == [("close", "done 1")]
    assert [command.name for command in heard("done!!", owned_items=(3,)).commands] == ["done"]


def test_an_indirect_wish_for_a_phase_counts_only_before_that_phase() -> None:
    assert [ask.offers for ask in heard("we found the culprit").asks] == [("phase 2",)]
    assert heard("we found the culprit", phase=2).asks == ()
    assert heard("we're just watching now", phase=3).asks == ()


def test_a_text_said_to_be_wrong_is_asked_about_with_the_words_beside_it() -> None:
    assert [ask.offers for ask in heard("The title is wrong. Only the ferries stand still.").asks] == [
        ("Description: Only the ferries stand still",)
    ]
    assert [(ask.about, ask.offers) for ask in heard("The title is wrong.").asks] == [("text", ())]
