"""Words that were struck out never act, and what the words right below a command take back is asked about."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from incidentmail.core.model import Person
from incidentmail.core.policy import Policy
from incidentmail.core.words import Words
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


def heard(body: str) -> Read:
    return understand(body, CONTEXT).read


@pytest.mark.parametrize("body", ["~~sev 1~~", "~sev 1~", "~~close~~", "~~Severity: 1~~\n\nsorry, misread the graph"])
def test_words_that_were_struck_out_do_not_act(body: str) -> None:
    assert heard(body).commands == ()


def test_the_words_beside_those_that_were_struck_out_act() -> None:
    assert [command.value for command in heard("~~sev 3~~ sev 1").commands] == [1]


def test_a_tilde_for_about_strikes_nothing() -> None:
    assert heard("sev 1, ~5 sites of ~10 are dark").prose == "~5 sites of ~10 are dark"


BELOW = (
    "forget it", "Forget that, I was on the test screen", "never mind, wrong chart", "scrap that", "sorry, ignore that",
    "false alarm", "that was a mistake", "wrong thread, sorry", "Actually, scratch that", "not yet",
)  # fmt: skip


@pytest.mark.parametrize("words", BELOW)
@pytest.mark.parametrize("command", ["sev 1", "phase 2", "taking command", "Severity: 1", "next 16:00"])
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_what_the_words_below_take_back_is_asked_about(command: str, between: str, words: str) -> None:
    reply = heard(command + between + words)
    assert reply.commands == ()
    assert reply.asks or reply.problems


@pytest.mark.parametrize(
    "words",
    [
        "forget the queue, the database is what is broken",
        "It is a full outage in the east.",
        "ignore those alerts from the lift",
        "That customer is on the phone",
        "Not one of the tills works",
        "the wrong certificate is on the gateway",
    ],
)
def test_what_stands_below_a_command_is_otherwise_a_reason(words: str) -> None:
    assert [command.value for command in heard(f"sev 1\n\n{words}").commands] == [1]


def test_an_undo_is_not_taken_back_by_its_reason() -> None:
    assert [command.name for command in heard("undo 7\n\nthat was meant for the other list").commands] == ["undo"]


@pytest.mark.parametrize(
    "bracket",
    ["not completely sure", "not quite certain", "my guess", "tentative", "could be wrong", "bank says maybe"],
)
def test_a_doubt_in_brackets_takes_a_command_back(bracket: str) -> None:
    assert heard(f"phase 3 ({bracket})").commands == ()
