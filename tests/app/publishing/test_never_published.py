"""No file of the web pages ever contains restricted incidents, redacted words, addresses or secrets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from published import (
    BO,
    CHECKOUT,
    TOMAS,
    WORDS,
    changed,
    dead_links,
    declared,
    everything,
    pages,
    publishing,
    site,
    status,
)

if TYPE_CHECKING:
    from conftest import Installation, Mails


@pytest.fixture
def house(installation: Installation) -> Installation:
    return publishing(installation)


def test_a_restricted_incident_is_in_no_file(house: Installation) -> None:
    publishing(house)
    house.config.write_text(house.config.read_text().replace("[list]\n", '[list]\nrestricted = "few@example.com"\n'))
    house.ok("declare", "Payroll leaked", "--severity", "1", "--restricted", "-m", "The marmalade file.")
    house.ok("declare", "Passwords leaked", "--severity", "1", "--restricted", "--silent")
    declared(house)
    house.ok("publish")
    for word in ("Payroll", "marmalade", "Passwords", "leaked"):
        assert word not in everything(house)


def test_an_incident_that_is_restricted_later_disappears_from_all_files(house: Installation) -> None:
    house.config.write_text(house.config.read_text().replace("[list]\n", '[list]\nrestricted = "few@example.com"\n'))
    declared(house)
    house.declare("Marmalade is on the keyboard", "--severity", "3")
    house.ok("publish")
    assert "armalade" in everything(house)
    house.ok("restrict", "marmalade")
    assert "2026-11-20-marmalade-is-on-the-keyboard.html" in changed(house)["site"]
    assert "armalade" not in everything(house)
    assert dead_links(site(house)) == []


def test_an_incident_that_was_merged_with_one_that_is_restricted_later_disappears_too(house: Installation) -> None:
    house.config.write_text(house.config.read_text().replace("[list]\n", '[list]\nrestricted = "few@example.com"\n'))
    declared(house)
    house.declare("Marmalade is on the keyboard", "--severity", "3")
    house.ok("merge", "marmalade", "checkout")
    house.ok("publish")
    assert len(pages(house)) == 2
    house.ok("restrict", "checkout")
    house.ok("flush")
    assert pages(house) == {}
    assert "armalade" not in everything(house)


def test_words_that_were_redacted_disappear_from_all_files(house: Installation) -> None:
    declared(house)
    house.ok("note", "The marmalade came from jam street.")
    house.ok("publish")
    assert "marmalade" in everything(house)
    house.ok("ledger", "redact", "--words", "marmalade", "--reason", "not ours to keep", "--yes")
    house.ok("flush")
    assert "marmalade" not in everything(house)
    assert "marmalade" not in (house.path / "ledger.db.pages").read_text()
    assert "[redacted]" in site(house)[CHECKOUT]


def test_words_for_customers_that_nobody_approved_are_in_no_file(house: Installation, mails: Mails) -> None:
    mail = declared(house)
    house.ingest(mails.reply_to(mail, "Customers may be told: Our marmalade is on fire.", BO))
    house.ok("publish")
    assert "marmalade" not in everything(house)


def test_words_that_one_person_approved_are_not_public(house: Installation, mails: Mails) -> None:
    house.ingest(mails.reply_to(declared(house), f"Customers may be told: {WORDS}", TOMAS))
    house.ok("publish")
    assert WORDS in site(house)[CHECKOUT]
    assert WORDS not in "".join(status(house).values())


def test_addresses_secrets_and_codes_are_in_no_file(house: Installation, mails: Mails) -> None:
    mail = declared(house)
    text = (
        "Note: ask jo@example.org or Jö@exämple.test, password: marmalade77, and AKIAIOSFODNN7EXAMPLE too.\n"
        f"It is in {mail['Reply-To']}"
    )
    house.ingest(mails.reply_to(mail, text, "bo@example.com"))
    house.ok("publish")
    found = re.sub(r'href="https://lists\.example\.com/[^"]*"', "", everything(house))
    assert "@" not in re.sub(r"@(media|keyframes)", "", found)
    assert "marmalade77" not in found
    assert "AKIAIOSFODNN7EXAMPLE" not in found
    assert "ask [address] or [address]" in found
