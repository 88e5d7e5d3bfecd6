"""Owners of actions and needs are told once, answer with one word, and hear the effect of their answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from email.message import EmailMessage

    from conftest import Installation, Mails

BO, ALICIA, MARA = "Bo <bo@example.com>", "A. <alicia@example.com>", "mara@example.com"
PEOPLE = '[people]\n"bo@example.com" = "Bo K."\n"alicia@example.com" = "Alícia S."\n'


@pytest.fixture
def house(installation: Installation) -> Installation:
    return installation.configure(PEOPLE)


def to(installation: Installation, address: str) -> list[EmailMessage]:
    return [mail for mail in installation.private if address in str(mail["To"])]


def item(installation: Installation, number: int) -> dict[str, Any]:
    shown = installation.show("checkout")
    found = [one for name in ("actions", "needs", "assumptions", "decisions") for one in shown[name]]
    return next(one for one in found if one["number"] == number)


def test_an_owner_is_told_once_and_the_list_is_not(house: Installation, mails: Mails) -> None:
    declaration = house.declare()
    house.ingest(mails.reply_to(declaration, "Action: restart the queue @bo by 15:10\nNeed: a DBA from @bo", ALICIA))
    (mail,) = to(house, "bo@example.com")
    text = mail.get_content()
    assert text.startswith("Alícia S. gave you something to do in this incident.\n")
    assert "> Action 1: restart the queue (by 15:10 UTC)" in text and "> Need 2: a DBA" in text
    assert "reply: done 1." in text and "reply: cannot 2." in text
    assert len(house.mails) == 1


def test_who_takes_something_on_is_not_told(house: Installation, mails: Mails) -> None:
    house.ingest(mails.reply_to(house.declare(), "Action: restart the queue by 15:10", BO))
    assert item(house, 1)["owner"]["address"] == "bo@example.com"
    assert to(house, "bo@example.com") == []


@pytest.mark.parametrize("word", ["done 1", "Done", "1 is done, thanks!", "Done: 1"])
def test_one_word_finishes_it(house: Installation, mails: Mails, word: str) -> None:
    house.ingest(mails.reply_to(house.declare(), "Action: restart the queue @bo", ALICIA))
    assert house.ingest(mails.reply_to(to(house, "bo@example.com")[0], word, BO))["outcome"] == "applied"
    assert item(house, 1)["done"]


def test_who_answers_hears_what_it_did(house: Installation, mails: Mails) -> None:
    house.ingest(mails.reply_to(house.declare(), "Action: restart the queue @bo", ALICIA))
    house.ingest(mails.reply_to(to(house, "bo@example.com")[0], "done 1", BO))
    assert to(house, "bo@example.com")[-1].get_content().startswith("Your answer was taken.\n")
    assert "Number 1 is done." in to(house, "bo@example.com")[-1].get_content()
    assert len(house.mails) == 1


def test_what_somebody_cannot_do_is_nobodys(house: Installation, mails: Mails) -> None:
    house.ingest(mails.reply_to(house.declare(), "Action: restart the queue @bo", ALICIA))
    house.ingest(mails.reply_to(to(house, "bo@example.com")[0], "cannot", BO))
    assert item(house, 1)["owner"] is None and not item(house, 1)["done"]
    assert "It is nobody's now." in to(house, "bo@example.com")[-1].get_content()


def test_done_means_nothing_to_somebody_who_has_nothing_to_do(house: Installation, mails: Mails) -> None:
    house.ingest(mails.reply_to(house.declare(), "Action: restart the queue @bo", ALICIA))
    house.ingest(mails.reply_to(house.mails[0], "done", ALICIA))
    assert not item(house, 1)["done"]


def test_done_without_a_number_is_asked_about_if_two_are_open(house: Installation, mails: Mails) -> None:
    house.ingest(mails.reply_to(house.declare(), "Action: call the bank @bo\nAction: call Ann @bo", ALICIA))
    assert house.ingest(mails.reply_to(to(house, "bo@example.com")[0], "done", BO))["outcome"] == "refused"
    assert "1 (call the bank), 2 (call Ann)" in to(house, "bo@example.com")[-1].get_content()


def test_an_owner_whom_nobody_knows_is_asked_about_and_told_once_known(house: Installation, mails: Mails) -> None:
    house.ingest(mails.reply_to(house.declare(), "Action: call the bank @zoe", ALICIA))
    (asked,) = to(house, "alicia@example.com")
    assert "Who is zoe?" in asked.get_content() and "Assign: 1 zoe <ADDRESS>" in asked.get_content()
    house.ingest(mails.reply_to(asked, "Assign: 1 Zoe <zoe@example.com>", ALICIA))
    (mail,) = to(house, "zoe@example.com")
    assert "> Action 1: call the bank" in mail.get_content()


def test_what_is_open_at_the_end_is_told_to_its_owner_and_nobody_else(house: Installation, mails: Mails) -> None:
    declaration = house.declare()
    house.ingest(mails.reply_to(declaration, "Action: call the bank @bo\nAction: call Ann (Alícia S.)", ALICIA))
    house.ok("close", "-m", "All works again.")
    last = to(house, "bo@example.com")[-1].get_content()
    assert last.startswith("The incident is closed, and this is still yours.\n") and "call the bank" in last
    assert "call Ann" not in last
    assert all("bank" not in mail.get_content() for mail in house.mails)
    house.ingest(mails.reply_to(to(house, "bo@example.com")[-1], "done 1", BO))
    assert item(house, 1)["done"]


def test_nobody_outside_a_restricted_incident_is_told_what_it_is_about(house: Installation) -> None:
    house.configure(PEOPLE)
    text = house.config.read_text().replace("[list]\n", '[list]\nrestricted = "security@example.com"\n')
    house.config.write_text(text)
    house.declare("Somebody has our keys", "--restricted")
    house.ok("action", "rotate the keys @bo by 14:30 UTC")
    house.ok("roll-call")
    for _ in range(6):
        house.clock.tick(minutes=10)
        house.ok("flush")
    assert to(house, "bo@example.com") == []
