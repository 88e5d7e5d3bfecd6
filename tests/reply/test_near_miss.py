"""Short replies in words that nobody reads: their writer is told the ones that do it, and reports are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentmail.core.policy import Policy
from incidentmail.reply.near_miss import near


def instead(text: str) -> str | None:
    found = near(text, title="incident commander", severity=2, policy=Policy())
    return found.instead if found else None


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("IC me", "taking command"),
        ("taking this", "taking command"),
        ("I'll take this.", "taking command"),
        ("Hi all,\n\ntaking it now", "taking command"),
        ("ich übernehme", "taking command"),
        ("closing", "close"),
        ("Close it!", "close"),
        ("Resolved.", "close"),
        ("it's fixed", "close"),
        ("all clear", "close"),
        ("behoben", "close"),
        ("close\n\nMit freundlichen Grüßen\nJayla", "close"),
        ("undo 7\nLG Jayla", "undo 7"),
        ("False alarm!", "retract"),
        ("not an incident", "retract"),
        ("sev one", "sev 1"),
        ("sev=1", "sev 1"),
        ("Critical!", "sev 1"),
        ("ｓｅｖ　１", "sev 1"),
        ("bo is ic", "Commander: bo"),
        ("Bo K. is the incident commander", "Commander: Bo K."),
    ],
)
def test_a_short_reply_in_other_words_is_told_the_words_that_do_it(text: str, reply: str) -> None:
    assert instead(text) == reply


@pytest.mark.parametrize("text", ["accept", "Accept!", "reject\n\nBo"])
def test_an_answer_to_a_question_that_was_not_asked_here_says_where_it_counts(text: str) -> None:
    found = near(text, title="incident commander", severity=2, policy=Policy())
    assert found is not None and found.instead is None and "the private mail that asked you" in found.why


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Resolved the DNS part, the rest is still down.",
        "resolved?",
        "closing the valve in hall 3 now",
        "serious",
        "sev 7",
        "sev 2",
        "who is ic",
        "Taking this up with the vendor",
        "Thanks!",
        "on it",
        "The bank calls it a false alarm, we do not.",
    ],
)
def test_a_report_and_a_question_are_left_alone(text: str) -> None:
    assert near(text, title="incident commander", severity=2, policy=Policy()) is None


def test_undo_alone_is_told_the_number_of_the_last_update() -> None:
    found = near("Undo!", title="incident commander", severity=2, policy=Policy(), updates=7)
    assert found is not None and found.instead == "undo 7"
    assert instead("undo") is None  # nothing was announced yet


@given(st.text(max_size=300))
def test_any_text_is_looked_at_without_an_exception(text: str) -> None:
    near(text, title="incident commander", severity=2, policy=Policy())
