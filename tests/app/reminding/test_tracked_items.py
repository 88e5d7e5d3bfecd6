"""Tracked items are not forgotten: overdue actions, assumptions to check again, and what is left open at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from passing_time import later

if TYPE_CHECKING:
    from email.message import EmailMessage

    from conftest import Installation, Mails

ALICIA, BO, MARA = "Alícia S. <alicia@example.com>", "Bo K. <bo@example.com>", "Mara Lindqvist <mara@example.com>"
PEOPLE = '[people]\n"bo@example.com" = "Bo K."\n"alicia@example.com" = "Alícia S."\n'


@pytest.fixture
def house(installation: Installation) -> Installation:
    installation.configure(PEOPLE)
    installation.declare("Cards fail", "--severity", "3")
    return installation


def to(house: Installation, name: str) -> list[EmailMessage]:
    return [mail for mail in house.private if name in str(mail["To"])]


def texts(house: Installation, name: str) -> str:
    return "\n".join(mail.get_content() for mail in to(house, name))


def say(house: Installation, mails: Mails, text: str, sender: str, mail: EmailMessage | None = None) -> str:
    return str(house.ingest(mails.reply_to(mail or house.mails[0], text, sender, at=house.clock.now))["outcome"])


def test_an_overdue_action_is_told_to_its_owner_and_to_the_commander_once(house: Installation, mails: Mails) -> None:
    say(house, mails, "Action: restart the queue @bo by 14:30 UTC", ALICIA)
    later(house, 60)
    assert texts(house, "bo@").count("This was to be done by now. How is it going?") == 1
    assert texts(house, "mara@").count("This is overdue.") == 1
    assert "> Action 1: restart the queue (Bo K.; by 14:30 UTC)" in texts(house, "mara@")
    assert say(house, mails, "done", BO, to(house, "bo@")[-1]) == "applied"
    assert house.show()["actions"][0]["done"]


def test_an_action_that_was_done_in_time_is_not_overdue(house: Installation, mails: Mails) -> None:
    say(house, mails, "Action: restart the queue @bo by 14:40 UTC", ALICIA)
    say(house, mails, "done 1", BO)
    later(house, 60)
    assert "overdue" not in texts(house, "mara@") and "How is it going" not in texts(house, "bo@")


def test_the_commander_hears_of_what_is_nobodys_and_of_what_somebody_is_about_to_do(
    house: Installation, mails: Mails
) -> None:
    say(house, mails, "Action: restart the queue @bo\nAbout to: reboot db1", ALICIA)
    say(house, mails, "cannot 1", BO)
    later(house, 45)
    assert "Nobody has taken this on.\n\n> Action 1: restart the queue" in texts(house, "mara@")
    assert "Alícia S. wrote at 14:20 UTC what they are about to do.\n\n> About to 2: reboot db1" in texts(
        house, "mara@"
    )
    assert say(house, mails, "Assign: 1 me", MARA, to(house, "mara@")[-1]) == "applied"
    assert house.show()["actions"][0]["owner"]["name"] == "Mara Lindqvist"


@pytest.mark.parametrize(("word", "verdict"), [("2 refuted", "refuted"), ("holds", "holds"), ("Unknown!", "unknown")])
def test_the_author_of_an_assumption_is_asked_and_answers_with_one_word(
    house: Installation, mails: Mails, word: str, verdict: str
) -> None:
    say(house, mails, "Need: a room\nAssumption: the gateway is healthy", ALICIA)
    say(house, mails, "ask 2", MARA)
    later(house, 10)
    (asked,) = to(house, "alicia@")
    assert "Does this still hold? You wrote it.\n\n> Assumption 2: the gateway is healthy" in asked.get_content()
    assert say(house, mails, word, ALICIA, asked) == "applied"
    assert house.show()["assumptions"][0]["verdict"] == verdict
    assert "Your answer was taken." in texts(house, "alicia@")


def test_the_commander_hears_that_there_is_no_answer(house: Installation, mails: Mails) -> None:
    say(house, mails, "Assumption: the gateway is healthy", ALICIA)
    say(house, mails, "ask 1", MARA)
    later(house, 60)
    assert texts(house, "mara@").count("Alícia S. was asked whether this holds, and has not answered.") == 1


@pytest.mark.parametrize("turn", ["sev 2", "taking command"])
def test_a_turn_brings_the_open_assumptions_to_the_commander(house: Installation, mails: Mails, turn: str) -> None:
    say(house, mails, "Assumption: the gateway is healthy\nAssumption: it is the disk", BO)
    say(house, mails, "2 refuted", BO)
    house.clock.tick(minutes=1)
    say(house, mails, turn, ALICIA)
    later(house, 45)
    told = texts(house, "alicia@" if turn == "taking command" else "mara@")
    assert told.count("and this is still only assumed.\n\n> Assumption 1: the gateway is healthy") == 1
    assert "> Assumption 2" not in told


def test_who_joins_is_asked_to_check_with_fresh_eyes(house: Installation, mails: Mails) -> None:
    say(house, mails, "Assumption: the gateway is healthy", ALICIA)
    house.clock.tick(minutes=1)
    say(house, mails, "joining", BO)
    later(house, 45)
    assert "Please check this with fresh eyes: it is only assumed." in texts(house, "bo@")
    assert "> Assumption 1: the gateway is healthy" in texts(house, "bo@")
    assert "fresh eyes" not in texts(house, "alicia@") + texts(house, "mara@")


def test_a_commander_who_is_also_an_expert_is_warned(house: Installation, mails: Mails) -> None:
    say(house, mails, "SME: me", BO)
    say(house, mails, "taking command", BO)
    later(house, 45)
    assert texts(house, "bo@").count("You are incident commander and subject-matter expert.") == 1
    assert "-me" not in texts(house, "bo@")  # then there would be no expert


def test_a_commander_leaves_the_experts_with_one_tap_if_another_one_has_come(house: Installation, mails: Mails) -> None:
    say(house, mails, "SME: me", BO)
    say(house, mails, "taking command", BO)
    say(house, mails, "joining as SME", ALICIA)
    later(house, 45)
    warning = next(mail for mail in to(house, "bo@") if "Few people can do both" in mail.get_content())
    assert say(house, mails, "Subject-matter experts: -me", BO, warning) == "applied"
    experts = house.show()["roles"]["subject_matter_experts"]
    assert [expert["name"] for expert in experts] == ["Alícia S."]


def test_what_is_left_is_told_at_the_end_and_once_after_seven_days(house: Installation, mails: Mails) -> None:
    say(house, mails, "Action: write it down @bo", ALICIA)
    house.ok("close", "-m", "All works again.")
    for _ in range(12):
        house.clock.tick(days=1)
        house.ok("flush")
    assert texts(house, "bo@").count("The incident is closed, and this is still yours.") == 1
    assert texts(house, "bo@").count("The incident was closed a week ago, and this is still yours.") == 1


def test_nothing_of_it_is_in_a_mail_to_the_list(house: Installation, mails: Mails) -> None:
    say(house, mails, "Action: the secret queue @bo by 14:30 UTC\nAssumption: the secret gateway is healthy", ALICIA)
    say(house, mails, "Evidence: the secret log\nDecision: the secret plan\nAbout to: the secret reboot", ALICIA)
    say(house, mails, "ask 2", MARA)
    say(house, mails, "sev 1", BO)
    later(house, 30)
    house.ok("update", "--no-change")
    house.ok("close", "-m", "All works again.")
    assert len(house.wire) >= 3
    assert not any(b"secret" in raw for raw in house.wire)
