"""Restricting an incident later: who may do so, and that other people hear nothing of it from then on."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

LIST, SECRET = "incidents@example.com", "security@example.com"
MARA, ANN = "Mara Lindqvist <mara@example.com>", "Ann Lee <ann@example.com>"
BO, EVE = "Bo K. <bo@example.com>", "Eve M. <eve@example.com>"


@pytest.fixture
def house(installation: Installation) -> Installation:
    text = installation.configure().config.read_text()
    more = f'[list]\nrestricted = "{SECRET}"\nalways_to = ["support@example.com"]\n'
    installation.config.write_text(text.replace("[list]\n", more))
    return installation


def told(house: Installation, address: str) -> list[str]:
    every = [*house.mails, *house.private]
    return [str(mail.get_content()) for mail in every if address in f"{mail['To']}, {mail['Cc']}"]


@pytest.mark.parametrize("how", ["terminal", "commander", "declarer"])
def test_from_then_on_only_the_restricted_list_hears_of_it(house: Installation, mails: Mails, how: str) -> None:
    mail = house.declare("Checkout is down", "--severity", "2", "--commander", ANN)
    before = len(told(house, LIST)), len(told(house, "support@"))
    if how == "terminal":
        house.ok("restrict")
    else:
        outcome = house.ingest(mails.reply_to(mail, "Restricted: yes", ANN if how == "commander" else MARA))
        assert outcome["outcome"] == "applied"
    house.ok("update", "-m", "The key of the gateway was stolen.", "--severity", "1")
    assert house.show()["restricted"]
    assert any("The key of the gateway was stolen." in text for text in told(house, SECRET))
    main = told(house, LIST)[before[0] :]
    assert len(main) == 2 and all("Restricted incident" in text or "is restricted" in text for text in main)
    assert not any("Checkout" in text or "stolen" in text for text in (*main, *told(house, "support@")[before[1] :]))


def test_its_list_is_told_everything_that_was_announced_before(house: Installation) -> None:
    house.declare("Checkout is down", "-m", "Cards fail since 14:07 UTC.")
    house.ok("update", "-m", "The vendor was called.")
    house.ok("restrict")
    texts = told(house, SECRET)
    assert any("has been restricted to this list" in text for text in texts)
    assert any("Cards fail since 14:07 UTC." in text and "The vendor was called." in text for text in texts)


@pytest.mark.parametrize("line", ["Restricted: yes", "Restricted: Yes, please", "restricted: true"])
def test_a_declaration_can_say_so_and_our_first_mail_goes_to_the_restricted_list(
    house: Installation, mails: Mails, line: str
) -> None:
    raw = mails.new(f"Severity: 2\n\nSomebody reads our mail.\n\n{line}", sender=BO, subject="Mail is read")
    assert house.ingest(raw)["outcome"] == "applied"
    assert [str(mail["To"]) for mail in house.mails] == [SECRET]
    assert house.show()["restricted"]


@pytest.mark.parametrize("writer", [EVE, BO])
def test_nobody_else_restricts_it(house: Installation, mails: Mails, writer: str) -> None:
    mail = house.declare("Checkout is down", "--sme", BO)
    outcome = house.ingest(mails.reply_to(mail, "Restricted: yes", writer))
    assert outcome["outcome"] == "refused" and "only the commander" in outcome["reason"]
    assert not house.show()["restricted"]


def test_briefs_go_only_to_people_who_hold_a_part(house: Installation, mails: Mails) -> None:
    mail = house.declare("Checkout is down", "--sme", BO)
    house.ok("restrict")
    count = len(house.private)
    house.ingest(mails.reply_to(mail, "catch up", EVE))
    assert not any("Checkout" in one.get_content() for one in house.private[count:] if "eve@" in str(one["To"]))
    house.ingest(mails.reply_to(mail, "catch up", BO))
    assert any("Checkout" in one.get_content() for one in house.private[count:] if "bo@" in str(one["To"]))


def test_people_without_a_part_change_nothing_from_then_on(house: Installation, mails: Mails) -> None:
    mail = house.declare("Checkout is down", "--severity", "3")
    house.ok("restrict")
    house.ingest(mails.reply_to(mail, "phase 2", EVE))
    assert house.show()["phase"] == 1


def test_it_cannot_be_lifted(house: Installation, mails: Mails) -> None:
    mail = house.declare("Checkout is down")
    house.ok("restrict")
    assert house.run("undo", "1").code == 1
    outcome = house.ingest(mails.reply_to(mail, "Restricted: no", MARA))
    assert outcome["outcome"] == "refused" and "nothing lifts a restriction" in outcome["reason"]
    assert house.show()["restricted"]


def test_without_a_list_for_it_the_operator_is_named(installation: Installation) -> None:
    installation.declare("Checkout is down")
    refused = installation.run("restrict")
    assert refused.code == 1 and "[list] restricted" in refused.err


def test_what_was_restricted_before_changes_nothing(house: Installation) -> None:
    house.ok("declare", "Checkout is down", "--restricted")
    count = len(house.mails)
    house.ok("restrict")
    assert len(house.mails) == count


def test_replies_in_a_thread_that_was_merged_into_it_do_not_reach_it(house: Installation, mails: Mails) -> None:
    cards = house.declare("Card payments fail", "--severity", "2")
    house.ok("declare", "Checkout is down", "--severity", "3")
    house.ok("merge", "card", "checkout")
    house.ok("restrict", "checkout")
    house.ingest(mails.reply_to(cards, "sev 1", EVE, at=house.clock.now))
    assert house.show("checkout")["severity"] == 2


def test_a_standby_of_the_restricted_list_knows_it_too(
    house: Installation, installations: Callable[[], Installation]
) -> None:
    house.declare("Checkout is down", "--severity", "2")
    house.ok("restrict")
    standby = installations()
    shutil.copy(house.path / "key", standby.path / "key")
    for raw in house.wire:
        assert standby.ingest(raw)["outcome"] == "applied"
    assert standby.show()["restricted"]
