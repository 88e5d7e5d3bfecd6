"""A part gives rights if somebody else gave it, or if it was taken in verified mail, but not if it is only claimed."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

MARA, ANN, EVE = "Mara Lindqvist <mara@example.com>", "Ann Lee <ann@example.com>", "Eve M. <eve@example.com>"
PROVEN = b"Authentication-Results: mx.example.com; dmarc=pass header.from=example.com\n"
VENUE, WORDS = "Venue: https://meet.example.test/x", "Customers may be told: pay by transfer"


@pytest.fixture
def strict(installation: Installation) -> Installation:
    """An installation whose mail server confirms senders. Mail without its confirmation may be forged."""
    return installation.configure(
        '[trust]\nverify = "authentication-results"\nauthserv_id = "mx.example.com"\n'
        '[people]\n"mara@example.com" = "Mara Lindqvist"\n"ann@example.com" = "Ann Lee"\n'
    )


def asked(installation: Installation) -> list[str]:
    return [str(mail["To"]) for mail in installation.private if "accept" in mail.get_content()]


TAKING = ("SME: +me", "taking command", "Customer liaison: me")
WANTING: dict[str, Callable[[dict[str, Any]], bool]] = {
    VENUE: lambda shown: shown["venue"] is None,
    WORDS: lambda shown: shown["customers_may_be_told"] is None,
    "Ann Lee is incident commander.": lambda shown: shown["commander"]["name"] != "Ann Lee",
}


@pytest.mark.parametrize("together", [True, False], ids=["in one mail", "in two"])
@pytest.mark.parametrize("wanted", WANTING, ids=["venue", "customers", "commander"])
@pytest.mark.parametrize("taking", TAKING)
def test_a_part_taken_by_an_unverified_word_gives_no_rights(
    strict: Installation, mails: Mails, taking: str, wanted: str, together: bool
) -> None:
    wanted_line = "Commander: Ann Lee" if together and wanted.startswith("Ann") else wanted
    mail = strict.declare()
    texts = [f"{taking}\n{wanted_line}"] if together else [taking, wanted_line]
    for text in texts:
        strict.ingest(mails.reply_to(mail, text, EVE))
    assert WANTING[wanted](strict.show())


@pytest.mark.parametrize("wanted", [VENUE, WORDS])
def test_a_part_taken_in_verified_mail_gives_them(strict: Installation, mails: Mails, wanted: str) -> None:
    mail = strict.declare()
    strict.ingest(PROVEN + mails.reply_to(mail, "Customer liaison: me", EVE))
    strict.ok("update", "--no-change")
    strict.ingest(mails.reply_to(mail, wanted, EVE))
    assert wanted.partition(": ")[2] in (strict.show()["venue"], strict.show()["customers_may_be_told"])


@pytest.mark.parametrize("given", ["SME: +eve@example.com", "eve@example.com is incident commander."])
def test_a_part_that_somebody_else_gave_gives_them(strict: Installation, mails: Mails, given: str) -> None:
    mail = strict.declare()
    strict.ingest(PROVEN + mails.reply_to(mail, given, MARA))
    strict.ingest(mails.reply_to(mail, VENUE, EVE))
    assert strict.show()["venue"] == VENUE.partition(": ")[2]


def test_command_that_was_offered_gives_them(strict: Installation, mails: Mails) -> None:
    mail = strict.declare()
    strict.ok("handoff", "eve@example.com")
    strict.ingest(mails.reply_to(mail, "taking command", EVE))
    strict.ingest(mails.reply_to(mail, VENUE, EVE))
    assert strict.show()["venue"] == VENUE.partition(": ")[2]


def test_nothing_changes_if_senders_are_not_verified_at_all(installation: Installation, mails: Mails) -> None:
    mail = installation.declare()
    installation.ingest(mails.reply_to(mail, f"Customer liaison: me\n{VENUE}", EVE))
    installation.ok("update", "--no-change")
    installation.ingest(mails.reply_to(mail, WORDS, EVE))
    assert (installation.show()["venue"], installation.show()["customers_may_be_told"]) == (
        VENUE.partition(": ")[2], WORDS.partition(": ")[2],
    )  # fmt: skip


def question(installation: Installation, address: str) -> EmailMessage:
    found = [mail for mail in installation.private if mail["Auto-Submitted"] != "auto-replied"]
    return [mail for mail in found if address in str(mail["To"])][-1]


def test_nobody_confirms_their_own_wish_from_another_address_of_their_mailbox(
    strict: Installation, mails: Mails
) -> None:
    mail = strict.declare()
    strict.ingest(mails.reply_to(mail, "Bo Keller <eve+x@example.com> is incident commander.", EVE))
    assert [str(sent["To"]) for sent in strict.private if "eve+x" in str(sent["To"])] == []
    assert strict.show()["proposals"][0]["state"] == "open"
    strict.ingest(mails.reply_to(question(strict, "mara@"), "accept", MARA))
    assert strict.show()["commander"]["address"] == "eve+x@example.com"


def test_one_mailbox_fills_one_place_in_a_role(installation: Installation, mails: Mails) -> None:
    mail = installation.declare()
    many = ", ".join(f"eve+{number}@example.com" for number in range(30))
    installation.ingest(mails.reply_to(mail, f"SME: {many}", EVE))
    installation.ingest(mails.reply_to(mail, "SME: +me", ANN))
    held = installation.show()["roles"]["subject_matter_experts"]
    assert [person["address"] for person in held] == ["eve+0@example.com", "ann@example.com"]


def test_removing_somebody_removes_every_address_of_their_mailbox(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Checkout is down", "--sme", "Eve <eve+x@example.com>")
    installation.ingest(mails.reply_to(mail, "SME: -eve@example.com", ANN))
    assert installation.show()["roles"] == {}


def test_undoing_what_somebody_else_confirmed_is_no_undo_of_ones_own(strict: Installation, mails: Mails) -> None:
    mail = strict.declare()
    strict.ingest(mails.reply_to(mail, "Ann Lee is incident commander.", EVE))
    strict.ingest(mails.reply_to(question(strict, "mara@"), "accept", MARA))
    assert strict.show()["commander"]["name"] == "Ann Lee"
    assert strict.ingest(mails.reply_to(strict.mails[-1], "undo 1", EVE))["outcome"] == "held"
    assert strict.show()["commander"]["name"] == "Ann Lee"


def test_a_namesake_cannot_decline_what_was_given_without_an_address(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Checkout is down", "--sme", "Tomas Ruiz")
    shown = installation.ingest(mails.reply_to(mail, "decline", "Tomas Ruiz <eve@example.com>"))
    assert shown["outcome"] == "refused" and "a part without an address" in shown["reason"]
    assert installation.show()["roles"]["subject_matter_experts"] == [{"name": "Tomas Ruiz", "address": None}]


def test_a_namesake_cannot_decline_command_that_was_given_without_an_address(
    installation: Installation, mails: Mails
) -> None:
    mail = installation.declare("Checkout is down", "--commander", "Bo Keller")
    installation.ingest(mails.reply_to(mail, "decline", "Bo Keller <eve@example.com>"))
    assert installation.show()["commander"] == {"name": "Bo Keller", "address": None}


def test_one_mail_cannot_take_the_role_and_speak_for_it(installation: Installation, mails: Mails) -> None:
    mail = installation.declare()
    installation.ingest(mails.reply_to(mail, f"Customer liaison: me\n{WORDS}", EVE))
    assert installation.show()["customers_may_be_told"] is None
    assert [one["state"] for one in installation.show()["proposals"]] == ["open"]


@pytest.mark.parametrize(
    "text", ["stop", "Customers may be told: nothing yet", "Aware: 14:07", "Next commander: me at 23:00"]
)
def test_what_may_be_forged_takes_nothing_back_and_plans_nothing(strict: Installation, mails: Mails, text: str) -> None:
    mail = strict.declare("Cards fail", "--customers-may-be-told", "Cards may fail.", "--customer-liaison", MARA)
    before = strict.show()
    strict.ingest(mails.reply_to(mail, text, EVE))
    after = strict.show()
    for name in ("customers_may_be_told", "aware_at", "next_commander"):
        assert after[name] == before[name]


def test_what_may_be_forged_makes_us_write_to_nobody_outside(strict: Installation, mails: Mails) -> None:
    mail = strict.declare()
    strict.ingest(mails.reply_to(mail, "Action: pay the bill @victim@stranger.test", EVE))
    assert not any("stranger.test" in str(one["To"]) for one in strict.private)


@pytest.fixture
def team(strict: Installation, mails: Mails) -> EmailMessage:
    """The newest mail to the list about an incident that Mara leads, with Ann as expert and customer liaison."""
    strict.declare("Cards fail", "--severity", "2", "--sme", ANN, "--customer-liaison", ANN)
    strict.ingest(PROVEN + mails.reply_to(strict.mails[-1], "joining", "Dee D. <dee@example.com>"))
    return strict.mails[-1]


@pytest.mark.parametrize("text", ["leaving", "SME: -me", "Customer liaison: -me"])
def test_a_forged_goodbye_takes_nobody_off_their_roles_and_one_word_of_theirs_does(
    strict: Installation, mails: Mails, team: EmailMessage, text: str
) -> None:
    before = strict.show()["roles"]
    outcome = strict.ingest(mails.reply_to(team, text, ANN))
    assert outcome["outcome"] == "held" and strict.show()["roles"] == before
    assert "ann@example.com" in asked(strict)[-1]
    strict.ingest(PROVEN + mails.reply_to(team, text, ANN))
    assert strict.show()["roles"] != before


def test_a_forged_roll_call_asks_nobody(strict: Installation, mails: Mails, team: EmailMessage) -> None:
    outcome = strict.ingest(mails.reply_to(team, "roll call all", MARA))
    assert outcome["outcome"] == "held"
    assert [to for to in asked(strict) if "mara@" not in to] == []
    assert not any("roll call" in mail.get_content().lower() for mail in to_others(strict, "mara@example.com"))
    assert strict.ingest(PROVEN + mails.reply_to(team, "roll call all", MARA))["outcome"] == "applied"
    assert len(to_others(strict, "mara@example.com")) >= 2


def to_others(installation: Installation, address: str) -> list[EmailMessage]:
    return [mail for mail in installation.private if address not in str(mail["To"])]


def test_without_verification_both_count_as_they_are(installation: Installation, mails: Mails) -> None:
    installation.declare("Cards fail", "--severity", "2", "--sme", ANN)
    mail = installation.mails[-1]
    assert installation.ingest(mails.reply_to(mail, "roll call", MARA))["outcome"] == "applied"
    assert installation.ingest(mails.reply_to(mail, "leaving", ANN))["outcome"] == "applied"
    assert installation.show()["roles"].get("subject_matter_experts") in (None, [])
