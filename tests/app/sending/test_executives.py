"""People who are added by a severity may have a separate short mail, which says only what they need."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from email.message import EmailMessage

    from conftest import Installation, Mails

BOARD, LIST = "executives@example.com", "incidents@example.com"
SCALE = f"""
[[severity]]
level = 1
name = "critical"
meaning = "the future of the company is at stake"
also_to = ["{BOARD}"]
also_template = "executives"
[[severity]]
level = 2
name = "serious"
also_to = ["support-leads@example.com"]
[[severity]]
level = 3
name = "moderate"
"""


@pytest.fixture
def house(installation: Installation) -> Installation:
    return installation.configure(SCALE)


def to_board(house: Installation) -> list[EmailMessage]:
    return [mail for mail in (*house.private, *house.mails) if BOARD in f"{mail['To']}, {mail['Cc']}"]


def test_they_get_a_short_mail_and_no_copy_of_the_one_to_the_list(house: Installation) -> None:
    house.declare("Checkout is down", "--severity", "1", "--impact", "one in five payments", "--next-update", "+30m")
    (mail,) = to_board(house)
    text = mail.get_content()
    assert "Critical: the future of the company is at stake." in text
    assert "Who is affected: one in five payments\nCustomers are told: nothing yet\n" in text
    assert "Next news: by 14:50 UTC" in text
    assert not any(word in text for word in ("everity", "hase", "ommander", "Subject-matter", "undo"))
    assert BOARD not in f"{house.mails[0]['To']}, {house.mails[0]['Cc']}"


def test_it_says_the_same_as_a_page(house: Installation) -> None:
    house.declare("Checkout is down", "--severity", "1", "--impact", "one in five payments")
    page = to_board(house)[0].get_body(("html",))
    assert page is not None
    assert "one in five payments" in page.get_content() and "the future of the company" in page.get_content()


def test_each_follow_up_has_one_and_so_has_the_end(house: Installation) -> None:
    house.declare("Checkout is down", "--severity", "1")
    house.ok("update", "-m", "The gateway answers again.")
    house.clock.tick(minutes=40)
    house.ok("close")
    assert len(to_board(house)) == 3
    assert "It is over. It took 40 minutes." in to_board(house)[-1].get_content()


def test_they_are_added_with_their_severity_and_hear_once_that_it_is_milder(house: Installation) -> None:
    house.declare("Checkout is down", "--severity", "3")
    assert to_board(house) == []
    house.ok("update", "--severity", "1")
    house.ok("update", "--severity", "2")
    house.ok("update", "-m", "Nothing new.")
    assert len(to_board(house)) == 2
    assert "Serious" in to_board(house)[-1].get_content()


def test_a_severity_without_a_template_copies_its_people_as_before(house: Installation) -> None:
    mail = house.declare("Checkout is down", "--severity", "2")
    assert "support-leads@example.com" in str(mail["Cc"])


def test_a_restricted_incident_has_none(house: Installation) -> None:
    text = house.config.read_text()
    house.config.write_text(text.replace("[list]\n", '[list]\nrestricted = "security@example.com"\n'))
    house.ok("declare", "Checkout is down", "--severity", "1", "--restricted")
    assert to_board(house) == []


def test_their_answers_reach_the_incident(house: Installation, mails: Mails) -> None:
    house.declare("Checkout is down", "--severity", "1")
    house.ingest(mails.reply_to(to_board(house)[0], "catch up", "Eva Boss <eva@example.com>"))
    assert any("eva@" in str(mail["To"]) and "Checkout" in mail.get_content() for mail in house.private)


def test_an_unknown_template_is_an_error_that_names_the_known_one(house: Installation) -> None:
    house.config.write_text(house.config.read_text().replace('"executives"\n', '"boss"\n'))
    failed = house.run("list")
    assert failed.code == 78 and "executives" in failed.err
