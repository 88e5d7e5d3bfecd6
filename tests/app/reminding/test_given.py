"""Roles and tasks given by others: two mails are sent at once, later ones are collected, and none is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from passing_time import later

if TYPE_CHECKING:
    from conftest import Installation, Mails, Result

BO, ALICIA = "Bo K. <bo@example.com>", "Alícia S. <alicia@example.com>"
PEOPLE = '[people]\n"bo@example.com" = "Bo K."\n"alicia@example.com" = "Alícia S."\n'
NOT_TOLD = "Bo K. has had much private mail and has not been told of this yet."


@pytest.fixture
def house(installation: Installation) -> Installation:
    installation.configure(PEOPLE)
    installation.declare("Cards fail", "--severity", "3")
    return installation


def texts(house: Installation, name: str = "bo@") -> list[str]:
    return [mail.get_content() for mail in house.private if name in str(mail["To"])]


def give(house: Installation, *texts: str) -> Result:
    """Give Bo one action after another, and return the result of the last command."""
    for text in texts:
        result = house.ok("action", "cards", f"{text} @bo")
    return result


def fill(house: Installation) -> None:
    """Send Bo four private mails: urgent actions, each with its own mail, and all done by now."""
    for number in range(1, 5):
        due = house.clock.now.replace(hour=house.clock.now.hour, minute=house.clock.now.minute + 9)
        give(house, f"look at shard {number} by {due:%H:%M} UTC")
        house.ok("done", "cards", str(number))
    assert len(texts(house)) == 4


def test_the_first_two_come_at_once_and_the_next_ones_in_one_mail(house: Installation) -> None:
    give(house, "look at db1", "look at db2", "look at db3", "look at db4")
    assert [text.partition("\n")[0] for text in texts(house)] == 2 * [
        "Mara Lindqvist gave you something to do in this incident."
    ]
    later(house, 15)
    third = texts(house)[2]
    assert third.startswith("Mara Lindqvist wrote this, and it is yours to do.\n\n> Action 3: look at db3 (Bo K.)\n")
    assert "Reply with: done 3" in third and "Reply with: cannot 4" in third
    later(house, 60)
    assert len(texts(house)) == 3


def test_a_waiting_task_is_taken_back_with_one_word(house: Installation, mails: Mails) -> None:
    give(house, "look at db1", "look at db2", "look at db3")
    later(house, 15)
    mail = [mail for mail in house.private if "bo@" in str(mail["To"])][-1]
    house.ingest(mails.reply_to(mail, "cannot 3", BO, at=house.clock.now))
    assert house.show()["actions"][2]["owner"] is None


def test_a_task_that_is_due_within_half_an_hour_does_not_wait(house: Installation) -> None:
    give(house, "look at db1", "look at db2", "call the bank by 14:50 UTC")
    assert "> Action 3: call the bank (by 14:50 UTC)" in texts(house)[2]


def test_what_is_done_or_somebody_elses_by_then_is_not_told(house: Installation) -> None:
    give(house, "look at db1", "look at db2", "look at db3", "look at db4")
    house.ok("done", "3")
    house.ok("assign", "4", ALICIA)
    later(house, 90)
    assert len(texts(house)) == 2
    assert "Action 4: look at db4" in texts(house, "alicia@")[0]


def test_after_four_mails_it_waits_and_whoever_gave_it_reads_so(house: Installation) -> None:
    fill(house)
    result = give(house, "look at db5")
    assert "bo@example.com was not told (they have had 4 private mails about this in six hours" in result.err
    later(house, 60)
    assert len(texts(house)) == 4
    assert f"{NOT_TOLD} Tell them, if it is urgent.\n\n> Action 5: look at db5 (Bo K.)" in "\n".join(
        texts(house, "mara@")
    )
    assert "Action 5: look at db5 (Bo K.)" in house.ok("brief").out


def test_it_is_told_once_when_there_is_room_again(house: Installation) -> None:
    fill(house)
    give(house, "look at db5")
    house.clock.tick(hours=6)
    later(house, 60)
    assert sum("> Action 5: look at db5" in text for text in texts(house)) == 1


def test_a_role_waits_with_its_checklist_and_can_be_declined(house: Installation, mails: Mails) -> None:
    fill(house)
    house.ok("update", "--role", f"scribe={BO}")
    assert texts(house)[4].startswith("Mara Lindqvist has named you scribe")
    result = house.ok("update", "--role", f"deputy={BO}")
    assert "bo@example.com was not told (they have had 5 private mails about this in six hours" in result.err
    house.clock.tick(hours=6)
    later(house, 10)
    mail = [mail for mail in house.private if "bo@" in str(mail["To"])][-1]
    text = mail.get_content()
    assert text.startswith("You have been named deputy of this incident. If you can do it, you need not answer.")
    assert "Reply with: decline" in text
    assert "> - Know all that the commander knows" in text
    house.ingest(mails.reply_to(mail, "decline", BO, at=house.clock.now))
    assert "deputy" not in house.show()["roles"]


def test_a_role_comes_at_once_even_if_another_mail_has_just_gone_out(house: Installation) -> None:
    give(house, "look at db1", "look at db2")
    house.ok("update", "--role", f"deputy={BO}")
    assert texts(house)[2].startswith("Mara Lindqvist has named you deputy")


def test_the_commander_hears_after_20_minutes_that_somebody_does_not_know_of_a_role(house: Installation) -> None:
    fill(house)
    house.ok("update", "--role", f"scribe={BO}")
    house.ok("update", "--role", f"deputy={BO}")
    later(house, 15)
    assert not any(NOT_TOLD in text for text in texts(house, "mara@"))
    later(house, 10)
    assert f"{NOT_TOLD} Tell them, if it is urgent.\n\n> Deputy: Bo K.\n" in "\n".join(texts(house, "mara@"))


def test_an_answer_carries_a_role_with_its_checklist(house: Installation, mails: Mails) -> None:
    fill(house)
    house.ok("update", "--role", f"scribe={BO}")
    house.ok("update", "--role", f"deputy={BO}")
    house.ingest(mails.reply_to(house.mails[0], "done 9", BO, at=house.clock.now))
    answer = [mail for mail in house.private if "bo@" in str(mail["To"])][-1]
    assert "You have been named deputy of this incident." in answer.get_content()
    assert "> - Know all that the commander knows" in answer.get_content()
    house.ingest(mails.reply_to(answer, "decline", BO, at=house.clock.now))
    assert house.show()["roles"] == {}


def test_mail_about_one_incident_leaves_room_for_another_one(house: Installation) -> None:
    fill(house)
    house.ok("declare", "The mail is late", "--severity", "3")
    house.ok("action", "mail-is-late", "look at the queue @bo")
    later(house, 60)
    assert sum("> Action 1: look at the queue" in text for text in texts(house)) == 1


def test_what_waits_is_told_even_if_its_incident_becomes_a_part_of_another_one(house: Installation) -> None:
    house.ok("declare", "The mail is late", "--severity", "3")
    house.ok("action", "mail-is-late", "read the logs")
    fill(house)
    house.ok("action", "cards", "look at db5 @bo")
    house.ok("update", "cards", "--role", f"scribe={BO}")
    house.ok("update", "cards", "--role", f"deputy={BO}")
    house.ok("merge", "cards", "mail-is-late")
    assert not any("look at db5" in text or "named deputy" in text for text in texts(house))
    house.clock.tick(hours=6)
    later(house, 60)
    assert sum("> Action 2: look at db5" in text for text in texts(house)) == 1
    assert sum("You have been named deputy of this incident." in text for text in texts(house)) == 1
    assert sum("named you scribe" in text or "named scribe" in text for text in texts(house)) == 1


def test_what_is_given_again_is_told_again(house: Installation) -> None:
    give(house, "look at db1", "look at db2", "look at db3")
    later(house, 15)
    house.ok("assign", "3", ALICIA)
    house.ok("assign", "3", BO)
    later(house, 60)
    assert sum("> Action 3: look at db3" in text for text in texts(house)) == 2


def test_no_answer_is_reported_only_of_somebody_who_was_asked(house: Installation, mails: Mails) -> None:
    house.ingest(mails.reply_to(house.mails[0], "Assumption: the disk is full", BO))
    for number in range(2, 5):
        give(house, f"look at shard {number} by 14:40 UTC")
        house.ok("done", str(number))
    house.ingest(mails.reply_to(house.mails[0], "ask 1", "Mara Lindqvist <mara@example.com>"))
    later(house, 60)
    assert not any("Does this still hold?" in text for text in texts(house))
    assert not any("has not answered" in text for text in texts(house, "mara@"))


def test_a_roll_call_says_who_could_not_be_asked(house: Installation) -> None:
    fill(house)
    give(house, "look at db5")
    house.ok("action", f"look at db7 ({ALICIA})")
    house.ok("roll-call")
    later(house, 20)
    report = "\n".join(texts(house, "mara@"))
    assert "no answer yet: Alícia S.; not asked, because they have had much private mail: Bo K." in report


def test_the_answer_to_a_mail_of_theirs_says_what_waits(house: Installation, mails: Mails) -> None:
    fill(house)
    give(house, "look at db5")
    house.ingest(mails.reply_to(house.mails[0], "done 9", BO, at=house.clock.now))
    answer = texts(house)[-1]
    assert "'9' names no open action or need" in answer
    assert (
        "> Action 5: look at db5 (Bo K.)\nMara Lindqvist wrote this, and it is yours to do.\nReply with: done 5"
        in answer
    )
    house.clock.tick(hours=6)
    later(house, 60)
    assert sum("> Action 5: look at db5" in text for text in texts(house)) == 1
    assert not any(NOT_TOLD in text for text in texts(house, "mara@"))
