"""In a roll call, people with a role or an action are asked at once, and the answers become one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from email.message import EmailMessage

    from conftest import Installation, Mails

ALICIA, BO, CY = "Alícia S. <alicia@example.com>", "Bo K. <bo@example.com>", "Cy D. <cy@example.com>"
MARA = "Mara Lindqvist <mara@example.com>"
PEOPLE = '[people]\n"bo@example.com" = "Bo K."\n"alicia@example.com" = "Alícia S."\n"cy@example.com" = "Cy D."\n'


@pytest.fixture
def house(installation: Installation, mails: Mails) -> Installation:
    """An incident in which Bo is an expert, Alícia owns an action, and Cy has joined."""
    installation.configure(PEOPLE)
    mail = installation.declare("Cards fail", "--severity", "3", "--sme", BO)
    installation.ingest(mails.reply_to(mail, "Action: call the bank", ALICIA))
    installation.ok("assign", "1", ALICIA)
    installation.ingest(mails.reply_to(mail, "joining", CY))
    return installation


def to(house: Installation, name: str) -> list[EmailMessage]:
    return [mail for mail in house.private if name in str(mail["To"])]


def asked(house: Installation) -> set[str]:
    called = (mail for mail in house.private if "Roll call." in mail.get_content())
    return {str(mail["To"]).rpartition("<")[2].rstrip(">") for mail in called}


def say(house: Installation, mails: Mails, text: str, sender: str, mail: EmailMessage | None = None) -> str:
    outcome = house.ingest(mails.reply_to(mail or house.mails[0], text, sender, at=house.clock.now))["outcome"]
    house.ok("flush")
    return str(outcome)


def table(house: Installation) -> dict[str, str | None]:
    return {one["person"]["name"]: one["answer"] for one in house.show()["roll_call"]["people"]}


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("roll call", {"bo@example.com", "alicia@example.com"}),
        ("Roll call, everybody, please", {"bo@example.com", "alicia@example.com", "cy@example.com"}),
    ],
)
def test_the_commander_calls_the_roll_by_mail(house: Installation, mails: Mails, text: str, people: set[str]) -> None:
    assert say(house, mails, text, MARA) == "applied"
    assert asked(house) == people
    assert len(house.mails) == 1


def test_a_deputy_may_and_others_may_not(house: Installation, mails: Mails) -> None:
    assert say(house, mails, "roll call", CY) == "refused"
    assert "a deputy whom the commander named, calls the roll" in to(house, "cy@")[-1].get_content()
    house.ok("role", "deputy", CY)
    assert say(house, mails, "roll call", CY) == "applied"
    assert asked(house) == {"mara@example.com", "bo@example.com", "alicia@example.com"}


def test_it_is_called_once_in_half_an_hour(house: Installation) -> None:
    house.ok("roll-call")
    house.clock.tick(minutes=29)
    assert "less than 30 minutes ago" in house.run("roll-call").err
    house.clock.tick(minutes=2)
    house.ok("roll-call", "--all")


def test_the_terminal_asks_at_once(house: Installation) -> None:
    house.ok("roll-call")
    assert asked(house) == {"bo@example.com", "alicia@example.com"}


def test_the_answers_become_one_table(house: Installation, mails: Mails) -> None:
    house.ok("roll-call", "--all")
    assert table(house) == {"Bo K.": None, "Alícia S.": None, "Cy D.": None}
    say(house, mails, "Seeing timeouts on db1, restarting it, need a DBA.", BO, to(house, "bo@")[-1])
    say(house, mails, "Roll call: nothing to report", ALICIA, to(house, "alicia@")[-1])
    assert table(house) == {
        "Bo K.": "Seeing timeouts on db1, restarting it, need a DBA.",
        "Alícia S.": "nothing to report",
        "Cy D.": None,
    }
    for screen in ("show", "brief"):
        shown = " ".join(house.ok(screen).out.split())
        assert "Bo K.: Seeing timeouts on db1" in shown and "Cy D.: no answer yet" in shown
    say(house, mails, "catch up", CY)
    assert "> Alícia S.: nothing to report\n> Cy D.: no answer yet" in to(house, "cy@")[-1].get_content()


@pytest.mark.parametrize("word", ["Nothing", "nothing to report, thanks", "All good.", "no"])
def test_one_word_answers_and_who_answers_hears_that_it_was_taken(house: Installation, mails: Mails, word: str) -> None:
    house.ok("roll-call")
    say(house, mails, word, BO, to(house, "bo@")[-1])
    assert table(house)["Bo K."] == word.split(",")[0].rstrip(".")
    assert to(house, "bo@")[-1].get_content().startswith("Your answer to the roll call was taken.\n")


def test_a_note_that_answers_it_is_not_called_a_mail_that_could_not_reach_somebody(
    house: Installation, mails: Mails
) -> None:
    house.ok("roll-call")
    say(house, mails, "Note: the shops keep a list", BO, to(house, "bo@")[-1])
    assert to(house, "bo@")[-1].get_content().startswith("Your answer to the roll call was taken.\n")


def test_the_commander_hears_once_who_is_silent(house: Installation, mails: Mails) -> None:
    say(house, mails, "roll call", MARA)
    say(house, mails, "Nothing", BO, to(house, "bo@")[-1])
    for _ in range(8):
        house.clock.tick(minutes=5)
        house.ok("flush")
    told = "\n".join(mail.get_content() for mail in to(house, "mara@"))
    assert told.count("1 of 2 have answered the roll call of 14:20 UTC.") == 1
    assert "> no answer yet: Alícia S." in told
    assert len([mail for mail in to(house, "alicia@") if "Roll call." in mail.get_content()]) == 1


def test_nobody_hears_of_silence_if_all_have_answered(house: Installation, mails: Mails) -> None:
    say(house, mails, "roll call", MARA)
    for name, sender in (("bo@", BO), ("alicia@", ALICIA)):
        say(house, mails, "Nothing", sender, to(house, name)[-1])
    for _ in range(8):
        house.clock.tick(minutes=5)
        house.ok("flush")
    assert not any("have answered" in mail.get_content() for mail in to(house, "mara@"))


def test_no_answer_is_in_a_mail_to_the_list(house: Installation, mails: Mails) -> None:
    house.ok("roll-call")
    say(house, mails, "Seeing the secret timeouts.", BO, to(house, "bo@")[-1])
    house.ok("update", "--severity", "2")
    house.ok("close", "-m", "All works again.")
    assert not any(b"secret" in raw or b"oll call" in raw for raw in house.wire)
