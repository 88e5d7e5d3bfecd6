"""An unanswered offer of command is repeated once, the person who made it is told, and it ends after half an hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Installation, Mails

ANN, BO, MARA = "Ann Lee <ann@example.com>", "Bo K. <bo@example.com>", "Mara Lindqvist <mara@example.com>"


def texts(installation: Installation, address: str) -> list[str]:
    """Return the private mails to one address, each without the lines about the state."""
    return [mail.get_content() for mail in installation.private if address in str(mail["To"])]


def later(installation: Installation, minutes: float) -> None:
    for _ in range(round(minutes)):
        installation.clock.tick(minutes=1)
        installation.ok("flush")


def offered(installation: Installation, *args: str) -> None:
    installation.declare("Cards fail", "--severity", "3", *args)
    installation.ok("handoff", ANN)


def test_it_is_repeated_after_five_minutes_and_its_giver_is_told(installation: Installation, mails: Mails) -> None:
    offered(installation)
    later(installation, 4)
    assert len(texts(installation, "ann")) == 1 and texts(installation, "mara") == []
    later(installation, 1)
    assert "waits for your answer" in texts(installation, "ann")[-1]
    (told,) = texts(installation, "mara")
    assert told.startswith("Ann Lee has not answered the offer of command. You still lead.\n")
    later(installation, 20)
    assert len(texts(installation, "ann")) == 2 and len(texts(installation, "mara")) == 1


def test_the_repeated_offer_is_accepted_with_one_word(installation: Installation, mails: Mails) -> None:
    offered(installation)
    later(installation, 6)
    installation.ingest(mails.reply_to(installation.private[-2], "accept", ANN, at=installation.clock.now))
    assert installation.show()["commander"]["name"] == "Ann Lee"


def test_its_giver_can_say_with_one_tap_that_it_was_agreed_by_voice(installation: Installation, mails: Mails) -> None:
    offered(installation)
    later(installation, 6)
    told = next(mail for mail in installation.private if "mara" in str(mail["To"]))
    assert "Reply with: Commander: Ann Lee <ann@example.com>" in told.get_content()
    installation.ingest(mails.reply_to(told, "Commander: Ann Lee <ann@example.com>", MARA, at=installation.clock.now))
    assert installation.show()["commander"]["name"] == "Ann Lee"


def test_it_ends_after_half_an_hour_and_its_giver_is_told(installation: Installation, mails: Mails) -> None:
    offered(installation)
    later(installation, 29)
    assert "command_offer_ended.v1" not in [entry["kind"] for entry in installation.log()]
    later(installation, 7)
    assert [entry["kind"] for entry in installation.log()].count("command_offer_ended.v1") == 1
    assert texts(installation, "mara")[-1].startswith(
        "Ann Lee has not answered, and the offer of command has ended. You still lead.\n"
    )
    installation.ingest(mails.reply_to(installation.private[0], "accept", ANN, at=installation.clock.now))
    assert installation.show()["commander"]["name"] == "Mara Lindqvist"


def test_an_offer_that_was_answered_is_not_chased(installation: Installation, mails: Mails) -> None:
    offered(installation)
    installation.ingest(mails.reply_to(installation.private[-1], "decline", ANN))
    before = len(installation.private)
    later(installation, 40)
    assert len(installation.private) == before


def test_a_second_offer_has_a_clock_of_its_own(installation: Installation) -> None:
    offered(installation)
    later(installation, 4)
    installation.ok("handoff", BO)
    later(installation, 4)
    assert len(texts(installation, "bo")) == 1
    later(installation, 1)
    assert len(texts(installation, "bo")) == 2 and len(texts(installation, "ann")) == 1


def test_a_jump_of_the_clock_ends_it_with_one_mail(installation: Installation) -> None:
    offered(installation)
    installation.clock.tick(hours=10)
    for _ in range(10):
        installation.clock.tick(minutes=1)
        installation.ok("flush")
    assert len(texts(installation, "ann")) == 1 and len(texts(installation, "mara")) == 1


def test_nobody_is_chased_once_the_incident_is_over(installation: Installation) -> None:
    offered(installation)
    installation.ok("close")
    before = len(installation.private)
    later(installation, 40)
    assert len(installation.private) == before
