"""A command that its writer corrects is not carried out: the question offers the last value first."""

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
)


def heard(body: str) -> Read:
    return understand(body, CONTEXT).read


def offers(read: Read) -> list[str]:
    return [problem.remedy for problem in read.problems] + [" or ".join(ask.offers) for ask in read.asks]


CORRECTIONS = (
    "no sorry, sev 1", "sorry sev 1, I read the wrong axis", "I mean sev 1", "i meant 1", "make that 1",
    "make it sev 1", "no, 1", "scratch that, sev 1", "sorry, 1 not 3", "1 not 3", "oops, 1", "actually 1",
    "err, sev 1", "wait, sev 1",
    "*1", "argh 1 of course", "should be sev 1", "please make it 1 actually", "that was wrong, sev 1", "rather 1",
)  # fmt: skip


@pytest.mark.parametrize("words", CORRECTIONS)
@pytest.mark.parametrize("between", ["\n", "\n\n", ", ", ". "])
def test_the_writer_is_asked_and_the_last_severity_is_offered_first(between: str, words: str) -> None:
    reply = heard(f"sev 3{between}{words}")
    assert reply.commands == ()
    assert any(offer in ("sev 1 or sev 3", "Severity: 1 or Severity: 3") for offer in offers(reply))


@pytest.mark.parametrize(
    ("body", "offer"),
    [
        ("phase 3\nno, 2", "phase 2 or phase 3"),
        ("Phase: 3\nsorry, 2", "phase 2 or phase 3"),
        ("Severity: 2, no 1", "sev 1 or sev 2"),
        ("next 16:00\nno sorry, 17:00", "next 17:00 or next 16:00"),
        ("next 16:00, make that 17:00", "next 17:00 or next 16:00"),
        ("Venue: #lifts\nsorry, #east-lifts", "Venue: #east-lifts or Venue: #lifts"),
        ("Scribe: Mara Lund\nI mean Ines Roth", "Scribe: Ines Roth or Scribe: Mara Lund"),
        ("Commander: Mara Lund\nno, Ines Roth", "Incident commander: Ines Roth or Commander: Mara Lund"),
        ("done 7\nsorry, 8", "done 8 or done 7"),
        ("cannot 7\nno, 8", "cannot 8 or cannot 7"),
        ("sev 3 no sorry sev 1", "sev 1 or sev 3"),
    ],
)
def test_other_facts_are_corrected_in_the_same_way(body: str, offer: str) -> None:
    reply = heard(body)
    assert reply.commands == ()
    assert offer in offers(reply)


def test_only_the_corrected_fact_is_asked_about() -> None:
    reply = heard("sev 3\nphase 2\nImpact: two lifts\nsorry, sev 1")
    assert {command.name for command in reply.commands} == {"phase", "impact"}
    assert offers(reply) == ["Severity: 1 or Severity: 3"]


@pytest.mark.parametrize(
    "words",
    [
        "sorry, 2 lifts are stuck",
        "no 4 is the one in the east wing",
        "no lift moves at all",
        "I mean it, people are inside",
        "2 of 5 lifts are dead",
        "sorry for the noise",
        "not sev 1 so far",
        "no sev 1 pages went out",
        "wait for the fitter at the door",
        "better lifts were ordered",
    ],
)
def test_other_words_below_a_command_correct_nothing(words: str) -> None:
    assert [problem.reason for problem in heard(f"sev 3\n{words}").problems] == []


def test_the_same_value_again_corrects_nothing() -> None:
    assert [command.value for command in heard("sev 3\nsorry for the caps, I mean sev 3").commands] == [3]
