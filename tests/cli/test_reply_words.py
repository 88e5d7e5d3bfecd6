"""Words of a reply, and other people's words for commands, are answered with a whole command that works when pasted."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation

BO = "Bo K. <bo@example.com>"
SAID: tuple[tuple[tuple[str, ...], str], ...] = (
    (("sev", "1", "payroll export is broken too"), "update --severity 1 -m 'payroll export is broken too'"),
    (("sev1",), "update --severity 1"),
    (("raise", "severity", "to", "1"), "update --severity 1"),
    (("phase", "2"), "update --phase 2"),
    (("next", "15:00"), "update --next-update 15:00 --no-change"),
    (("next", "+30m", "we look at the logs"), "update --next-update 14:50 -m 'we look at the logs'"),
    (("taking", "command"), "update --commander me"),
    (("no", "change"), "update --no-change"),
    (("impact:", "everybody"), "update --impact everybody"),
    (("venue: #ops",), "update --venue '#ops'"),
    (("taking customer liaison",), "update --customer-liaison me"),
    (("Business liaison: not needed",), "update --business-liaison 'not needed'"),
    (("closing",), "close"),
    (("joining",), "join"),
    (("impact", "everybody"), "update --impact everybody"),
    (("customer", "liaison", BO), f"update --customer-liaison '{BO}'"),
    (("raise", "1"), "update --severity 1"),
    (("sev", "1", "all is down", "--json"), "update --severity 1 -m 'all is down' --json"),
    (("update", "phase", "2"), "update --phase 2"),
    (("update", "cards", "next", "15:00"), "update cards --next-update 15:00 --no-change"),
    (("accept",), "update --commander me"),
    (("handover", BO, "I am too tired"), f"handoff '{BO}' -m 'I am too tired'"),
    (("hand", "over", "to", BO), f"handoff '{BO}'"),
    (("tell", "we found the cause"), "update -m 'we found the cause'"),
    (("post", "cards", "we found the cause"), "update cards -m 'we found the cause'"),
)


@pytest.mark.parametrize(("words", "command"), SAID, ids=lambda words: " ".join(words))
def test_words_that_are_no_command_are_answered_with_the_one_that_does_it(
    installation: Installation, words: tuple[str, ...], command: str
) -> None:
    installation.declare("Cards fail", "--severity", "2")
    before = len(installation.log())
    mistaken = installation.run(*words)
    assert (mistaken.code, len(installation.log())) == (2, before)
    hints = [line for line in mistaken.err.splitlines() if line.startswith("hint: ")]
    assert hints[0].endswith(f": incidentmail {command}") or hints[0].endswith(f"? incidentmail {command}")
    for hint in hints:
        if "--severity" in hint and " declare " in hint:
            continue
        installation.ok(*shlex.split(hint.partition("incidentmail ")[2]))
        break


def test_a_severity_and_a_sentence_may_be_a_new_incident(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "2")
    assert "for a new one: incidentmail declare 'site is down' --severity 1\n" in (
        installation.run("sev", "1", "site is down").err
    )


def test_a_number_that_is_missing_is_to_be_filled_in(installation: Installation) -> None:
    assert "for the open incident: incidentmail update --severity N\n" in installation.run("severity", "is", "low").err


def test_command_is_not_offered_to_who_has_it(installation: Installation) -> None:
    installation.declare("Cards fail", "--commander", BO)
    refused = installation.run("handoff", "Bo K.", "I am too tired")
    assert (refused.code, "Bo K. leads 2026-11-20-cards-fail already" in refused.err) == (2, True)
    assert len(installation.log()) == 2


def test_a_known_name_needs_no_quotes_before_a_sentence(installation: Installation) -> None:
    installation.declare("Cards fail", "--sme", BO)
    installation.ok("handoff", "Bo", "K.", "I am too tired", "--spoken")
    assert installation.show()["commander"]["name"] == "Bo K."


def test_sentences_are_still_taken_for_declarations(installation: Installation) -> None:
    assert "hint: incidentmail declare 'site down'\n" in installation.run("site", "down").err


@pytest.mark.parametrize(
    "words", [(BO, "I am too tired"), ("cards", BO, "I am too tired"), ("Mara Lindqvist <mara@example.com>", "I", "am")]
)
def test_a_sentence_may_follow_the_person_who_takes_command(installation: Installation, words: tuple[str, ...]) -> None:
    installation.declare("Cards fail", "--commander", "Ann B. <ann@example.com>")
    installation.ok("handoff", *words, "--spoken")
    told = installation.mails[-1].get_content()
    assert "I am" in told and installation.show()["commander"]["name"] in words[-2] + words[0]


def test_a_name_in_quotes_before_a_sentence_is_a_person(installation: Installation) -> None:
    installation.declare("Cards fail")
    refused = installation.run("handoff", "Ann Smith", "agreed on the phone")
    assert "hint: if it was agreed by voice: incidentmail handoff 'Ann Smith' 'agreed on the phone' --spoken\n" in (
        refused.err
    )
    installation.ok("handoff", "Ann Smith", "agreed on the phone", "--spoken")
    assert installation.show()["commander"]["name"] == "Ann Smith"


def test_a_sentence_may_not_be_given_twice(installation: Installation) -> None:
    installation.declare("Cards fail")
    refused = installation.run("handoff", BO, "I am too tired", "-m", "Bo agreed")
    assert (refused.code, "there are two reasons" in refused.err) == (2, True)
    assert f"incidentmail handoff '{BO}' -m 'Bo agreed'\n" in refused.err
