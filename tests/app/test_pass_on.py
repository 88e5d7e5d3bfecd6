"""A question about a worse severity that is not answered in five minutes goes to the commander, once."""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA, BO, MARA = "Jayla M. <jayla@example.com>", "Bo K. <bo@example.com>", "Mara Lindqvist <mara@example.com>"


def to_commander(installation: Installation) -> list[EmailMessage]:
    """Return the questions to others that were passed on to the commander."""
    mails = [mail for mail in installation.private if "mara@example.com" in str(mail["To"])]
    return [mail for mail in mails if "has not answered when asked" in mail.get_content()]


def asked(installation: Installation, mails: Mails, text: str = "maybe sev 1", sender: str = JAYLA) -> EmailMessage:
    """Return the declaration, to which somebody has replied in unclear words."""
    mail = installation.declare("Cards fail", "--severity", "2")
    installation.ingest(mails.reply_to(mail, text, sender))
    return mail


def later(installation: Installation, minutes: float) -> None:
    installation.clock.tick(minutes=minutes)
    installation.ok("flush")


def test_the_commander_is_asked_after_five_minutes_and_not_before(installation: Installation, mails: Mails) -> None:
    asked(installation, mails, "maybe sev 1, the second gateway fails too")
    later(installation, 4.9)
    assert to_commander(installation) == []
    later(installation, 0.2)
    (mail,) = to_commander(installation)
    text = mail.get_content()
    assert text.startswith("Is it severity 1? Jayla M. may have said so, and has not answered when asked.\n")
    assert "\n> maybe sev 1, the second gateway fails too\n" in text and "\nReply with: sev 1\n" in text


def test_one_tap_answers_it(installation: Installation, mails: Mails) -> None:
    asked(installation, mails)
    later(installation, 6)
    (mail,) = to_commander(installation)
    page = mail.get_body(("html",))
    assert page is not None and "body=sev%201" in page.get_content()
    installation.ingest(mails.reply_to(mail, "sev 1", MARA, at=installation.clock.now))
    assert installation.show()["severity"] == 1


def test_it_happens_once_whatever_is_asked_again(installation: Installation, mails: Mails) -> None:
    mail = asked(installation, mails)
    installation.ingest(mails.reply_to(mail, "sev 1 perhaps", BO))
    for _ in range(3):
        later(installation, 6)
    assert len(to_commander(installation)) == 1


@pytest.mark.parametrize("answer", ["sev 1", "sev 2", "Severity: 3"])
def test_a_reader_who_answers_is_enough(installation: Installation, mails: Mails, answer: str) -> None:
    mail = asked(installation, mails)
    installation.clock.tick(minutes=2)
    installation.ingest(mails.reply_to(mail, answer, JAYLA, at=installation.clock.now))
    later(installation, 6)
    assert to_commander(installation) == []


@pytest.mark.parametrize("command", [("update", "--severity", "1"), ("close",), ("retract",)])
def test_nobody_is_asked_if_it_got_that_bad_or_is_over(
    installation: Installation, mails: Mails, command: tuple[str, ...]
) -> None:
    asked(installation, mails)
    installation.ok(*command)
    later(installation, 6)
    assert to_commander(installation) == []


@pytest.mark.parametrize("text", ["maybe sev 3", "maybe phase 2", "taking this"])
def test_other_questions_are_not_passed_on(installation: Installation, mails: Mails, text: str) -> None:
    asked(installation, mails, text)
    later(installation, 6)
    assert to_commander(installation) == []


def test_the_commander_s_own_question_stays_theirs(installation: Installation, mails: Mails) -> None:
    asked(installation, mails, sender=MARA)
    before = len(to_commander(installation))
    later(installation, 6)
    assert len(to_commander(installation)) == before


def test_whoever_commands_by_then_is_asked(installation: Installation, mails: Mails) -> None:
    asked(installation, mails)
    installation.ok("handoff", BO, "--spoken")
    later(installation, 6)
    assert any("Is it severity 1?" in mail.get_content() for mail in installation.private if "bo@" in str(mail["To"]))


def test_no_command_makes_it_early(installation: Installation, mails: Mails) -> None:
    asked(installation, mails)
    installation.ok("update", "-m", "We look at the gateway.")
    installation.ok("outbox", "retry")
    assert to_commander(installation) == []
    later(installation, 6)
    assert len(to_commander(installation)) == 1


def test_while_mail_is_muted_it_waits(installation: Installation, mails: Mails) -> None:
    asked(installation, mails)
    config = installation.config.read_text()
    installation.config.write_text(config.replace("[mail]\n", "[mail]\nmute = true\n"))
    later(installation, 6)
    installation.config.write_text(config)
    later(installation, 1)
    assert len(to_commander(installation)) == 1
