"""People who join, take a role, have a break or leave may add a reason, and further lines."""

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
    writer=Person(name="Wanda O.", address="wanda@example.com"),
)


def heard(body: str) -> Read:
    return understand(body, CONTEXT).read


def names(body: str) -> list[str]:
    return [command.name for command in heard(body).commands]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("joining, the pager woke me", ["join"]),
        ("Hello, joining. I need a minute for the VPN", ["join"]),
        ("joining\nEvidence: the proxy answers 502", ["join", "evidence"]),
        ("break 20m, somebody rings at the door", ["break"]),
        ("break 20m\n\nsomebody rings at the door", ["break"]),
        ("leaving, my train is here", ["leave"]),
        ("- joining as SME\n- Evidence: the heap is full", ["roles.subject_matter_experts", "evidence"]),
        ("I'll be scribe, my hands are free\nAction: page the DBA", ["roles.scribe", "action"]),
    ],
)
def test_a_reason_or_further_lines_may_follow(body: str, expected: list[str]) -> None:
    assert names(body) == expected


@pytest.mark.parametrize(
    "body",
    [
        "joining, if the boss agrees",
        "joining?",
        "joining the call in twenty minutes",
        "joining tables is what makes it slow, by the way",
        "break 20m, maybe",
        "break 20m if nobody minds",
        "leaving that aside, the disk is full",
        "I'll be back, give me a moment",
    ],
)
def test_what_is_doubtful_or_about_something_else_changes_nothing(body: str) -> None:
    assert names(body) == []


def test_the_reason_is_kept() -> None:
    assert "the pager woke me" in heard("joining, the pager woke me").prose


@pytest.mark.parametrize("body", ["The cause is DNS\nsev 1", "I joined, it is DNS\nsev 1", "Looks bad here\nphase 2"])
def test_a_command_on_a_line_of_its_own_below_an_unfinished_line_is_asked_about(body: str) -> None:
    read = heard(body)
    assert ([*read.commands], [one.why for one in read.asks]) == ([], ["below"])


def test_a_long_line_that_was_wrapped_has_no_command_on_its_second_line() -> None:
    wrapped = "The customers of the northern region say that for them it is\nsev 1"
    assert heard(wrapped).asks == ()


@pytest.mark.parametrize("body", ["_sev 1_", "_sev 1_, and legal is awake", "__sev 1__", "*sev 1*"])
def test_emphasis_changes_nothing(body: str) -> None:
    assert names(body) == ["severity"]
