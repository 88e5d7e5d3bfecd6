"""The public page shows words that two people approved, whether all is well, and until when it is valid."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from published import WORDS, declared, publishing, say, site, status, words_of

if TYPE_CHECKING:
    from conftest import Installation, Mails


@pytest.fixture
def house(installation: Installation) -> Installation:
    return publishing(installation)


def test_words_that_two_people_approved_are_public_with_their_time(house: Installation, mails: Mails) -> None:
    mail = declared(house)
    house.clock.tick(minutes=10)
    say(house, mails, mail)
    house.ok("publish")
    page = status(house)["index.html"]
    assert "We know of a problem." in page
    assert WORDS in page
    assert "20 Nov 2026, 14:30 UTC" in page
    assert re.search(r"Card payments</th><td><b[^>]*>affected", page)
    assert re.search(r"Search</th><td>nothing announced", page)


def test_nothing_else_of_an_incident_is_public(house: Installation, mails: Mails) -> None:
    say(house, mails, declared(house))
    house.ok("publish")
    found = "".join(status(house).values())
    for word in ("Checkout", "checkout-is", "rejecting", "Mara", "Tomás", "Bo Keller", "everity", "critical"):
        assert word not in found


def test_words_that_were_taken_back_are_not_public_any_more(house: Installation, mails: Mails) -> None:
    mail = declared(house)
    say(house, mails, mail)
    house.ok("publish")
    house.clock.tick(minutes=5)
    house.ingest(mails.reply_to(mail, "stop", "Mara Lindqvist <mara@example.com>", at=house.clock.now))
    house.ok("publish")
    found = "".join(status(house).values())
    assert WORDS not in found
    assert "was withdrawn" in found


def test_an_incident_that_has_ended_is_over_on_the_public_page(house: Installation, mails: Mails) -> None:
    say(house, mails, declared(house))
    house.clock.tick(minutes=30)
    house.ok("close")
    house.ok("publish")
    page = status(house)["index.html"]
    assert "All is well." in page
    assert "This is over." in page
    assert WORDS in page


def test_all_is_well_says_when_that_was_true(house: Installation) -> None:
    house.ok("publish")
    assert "All is well." in status(house)["index.html"]
    assert "As of 20 Nov 2026, 14:20 UTC" in words_of(status(house)["index.html"])


def test_while_something_is_open_and_nothing_approved_the_page_does_not_claim_that_all_is_well(
    house: Installation,
) -> None:
    house.ok("publish")
    house.clock.tick(minutes=10)
    declared(house)
    house.clock.tick(minutes=5)
    house.ok("flush")
    page = status(house)["index.html"]
    assert "All is well" not in page
    assert "No problem is announced." in page
    assert "All was well, as far as we know, at 14:30 UTC" in words_of(page)


def test_all_was_well_before_the_first_of_the_incidents_that_overlap(house: Installation) -> None:
    declared(house)
    house.clock.tick(minutes=20)
    house.declare("Search is down", "--severity", "1")
    house.clock.tick(minutes=10)
    house.ok("close", "checkout")
    house.ok("publish")
    assert "All was well, as far as we know, at 14:20 UTC" in words_of(status(house)["index.html"])


@pytest.mark.parametrize("options", [("--severity", "4"), ("--severity", "1", "--drill")])
def test_what_customers_do_not_notice_changes_nothing_on_the_public_page(
    house: Installation, options: tuple[str, ...]
) -> None:
    house.declare("Nobody outside notices", *options)
    house.ok("publish")
    assert "All is well." in status(house)["index.html"]


def test_a_restricted_incident_does_not_show_in_whether_all_is_well(house: Installation) -> None:
    house.config.write_text(house.config.read_text().replace("[list]\n", '[list]\nrestricted = "few@example.com"\n'))
    house.ok("declare", "Payroll leaked", "--severity", "1", "--restricted")
    house.ok("publish")
    assert "All is well." in status(house)["index.html"]


def test_a_page_says_until_when_it_can_be_relied_on_and_that_it_is_stale_when_nobody_keeps_it(
    house: Installation,
) -> None:
    house.ok("publish")
    assert "Is it later than" in status(house)["index.html"]
    assert "14:30 UTC" in status(house)["index.html"]
    house.ok("publish", "--stopped")
    page = status(house)["index.html"]
    assert "This page is not kept up to date now." in page
    assert "All is well." not in page
    assert "These pages are not kept up to date now." in site(house)["index.html"]
    house.ok("flush")
    assert "not kept up to date" not in status(house)["index.html"]
