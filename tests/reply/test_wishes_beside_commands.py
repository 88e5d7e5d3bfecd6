"""What a person wanted beside a command that counts is carried out or asked about, and never lost."""

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


def names(read: Read) -> list[str]:
    return [command.name for command in read.commands]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("sev 1\njoining", ["severity", "join"]),
        ("sev 1, both lifts are stuck\njoining\ndone 7", ["severity", "join", "done"]),
        ("back\nill take 7", ["back", "assign"]),
        ("joining\nill take 7, I have the key", ["join", "assign"]),
        ("Venue: #lifts\njoining", ["venue", "join"]),
        ("I am the scribe.\nask 7", ["roles.scribe", "ask"]),
        ("phase 2\nbreak 20 min", ["phase", "break"]),
        ("joining\n\nsev 1", ["join", "severity"]),
        ("ok joining everyone\n\nDocument: https://docs.example.com/lifts", ["join", "document"]),
        ("7 holds, I was on the roof\nask 8", ["verdict", "ask"]),
    ],
)
def test_each_line_of_the_leading_block_counts(body: str, found: list[str]) -> None:
    reply = heard(body)
    assert (names(reply), reply.asks) == (found, ())


@pytest.mark.parametrize(
    ("body", "found", "offers"),
    [
        ("sev 1, joining", ["severity"], ["joining"]),
        ("sev 1, both lifts are stuck, im joining", ["severity"], ["im joining"]),
        ("sev 1, done 7", ["severity"], ["done 7"]),
        ("sev 1, venue is #lifts", ["severity"], ["Venue: #lifts"]),
        ("sev 1; Impact: two lifts", ["severity"], ["Impact: two lifts"]),
        ("joining, sev 1", ["join"], ["sev 1"]),
        ("sev 1\nclose", ["severity"], ["close"]),
        ("sev 1\nundo 7", ["severity"], ["undo 7"]),
        ("sev 1\ncatch up", ["severity"], ["catch up"]),
        ("close\nphase 3", ["status"], ["phase 3"]),
        ("News: the fitter is here; phase 2", ["news"], ["phase 2"]),
        ("News: the fitter is here, next 16:00", ["news"], ["next 16:00"]),
        ("News: the fitter is here; next 04:30", ["news"], ["next 2026-11-21 04:30 UTC"]),
        ("no change; next 04:30", ["update"], ["next 2026-11-21 04:30 UTC"]),
        ("sev 1, phase 2, joining as sme, venue is #lifts I guess", ["severity", "phase"],
            ["joining as sme", "Venue: #lifts"]),
    ],
)  # fmt: skip
def test_a_wish_in_the_rest_is_asked_about(body: str, found: list[str], offers: list[str]) -> None:
    reply = heard(body)
    assert names(reply) == found
    assert [ask.offers[0] for ask in reply.asks] == offers


def test_a_promise_too_far_ahead_is_no_part_of_the_news() -> None:
    assert [command.value for command in heard("News: the fitter is here; next 04:30").commands] == [
        "the fitter is here"
    ]


@pytest.mark.parametrize(
    "body",
    [
        "sev 1, the people inside can join the call",
        "sev 1, the fitter takes command of the crane",
        "sev 1, next door is fine",
        "News: the fitter closes the shaft; the next lift is checked at noon",
        "phase 2, back doors stay open",
        "Impact: two lifts, one of them out until Monday",
        "done 7, restarted it twice, all doors move",
        "taking command, Mara went home",
    ],
)
def test_a_reason_asks_for_nothing(body: str) -> None:
    reply = heard(body)
    assert len(reply.commands) == 1
    assert reply.asks == ()


def test_the_rest_of_a_broken_line_is_no_command() -> None:
    reply = heard("sev 1, nobody in the east wing is able to get down and the fitter is not\nback")
    assert names(reply) == ["severity"]
