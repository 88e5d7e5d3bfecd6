"""People are told when they reach a limit of private mail, and the operator is told about loops."""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING

from incidentmail.app.telling.mail_kinds import (
    ADDRESS_A_DAY_MAX,
    ADDRESS_AN_HOUR_MAX,
    AUTHOR_TO_ONE_AN_HOUR_MAX,
    HOST_AN_HOUR_MAX,
)

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA, BO = "Jayla M. <jayla@example.com>", "Bo K. <bo@example.com>"
OPERATOR = '[operator]\naddress = "operator@example.com"\n'
THIRD = "its sender was not told (the same words came a third time within an hour)"


def to(installation: Installation, address: str) -> list[EmailMessage]:
    return [mail for mail in installation.private if address in str(mail["To"])]


def reasons(
    installation: Installation, mails: Mails, mail: EmailMessage, texts: list[str], sender: str = JAYLA
) -> list[str]:
    return [
        str(installation.ingest(mails.reply_to(mail, text, sender, at=installation.clock.now))["reason"])
        for text in texts
    ]


def test_the_eleventh_mail_of_an_hour_says_that_no_more_come_and_then_none_comes(
    installation: Installation, mails: Mails
) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    told = reasons(installation, mails, mail, [f"undo {number}" for number in range(20, 34)])
    got = to(installation, "jayla@example.com")
    assert len(got) == ADDRESS_AN_HOUR_MAX + 1
    text = got[-1].get_content()
    assert text.startswith("You have had 10 private mails within an hour.") and "As it stands: severity 2" in text
    assert all("10 an hour to one address" in reason for reason in told[10:])
    assert not any("10 an hour" in reason for reason in told[:10])
    assert "10 an hour to one address" in installation.ok("inbox").out


def test_an_hour_later_answers_come_again(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    reasons(installation, mails, mail, [f"undo {number}" for number in range(20, 34)])
    installation.clock.tick(minutes=61)
    reasons(installation, mails, mail, ["undo 99"])
    assert "> undo 99" in to(installation, "jayla@example.com")[-1].get_content()


def test_the_pause_is_for_all_answers_together_and_for_one_address(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    reasons(installation, mails, mail, [f"undo {number}" for number in range(20, 30)])
    (reason,) = reasons(installation, mails, mail, ["catch up"])
    assert "its sender was not told (10 an hour to one address)" in reason
    assert "You have had 10" in to(installation, "jayla@example.com")[-1].get_content()
    result = installation.ok("handoff", JAYLA)
    assert "was not told" not in result.err, "what others make due is counted by itself"
    assert "Mara Lindqvist" in to(installation, "jayla@example.com")[-1].get_content()
    reasons(installation, mails, mail, ["undo 50"], BO)
    assert "> undo 50" in to(installation, "bo@example.com")[-1].get_content()


def test_words_that_come_a_third_time_within_an_hour_are_told_to_the_operator(
    installation: Installation, mails: Mails
) -> None:
    mail = installation.configure(OPERATOR).declare("Cards fail", "--severity", "2")
    told = reasons(installation, mails, mail, ["Severity: five"] * 4)
    assert [THIRD in reason for reason in told] == [False, False, True, True]
    assert len(to(installation, "jayla@example.com")) == 2
    installation.ok("flush")
    (alarm,) = to(installation, "operator@example.com")
    assert alarm["Subject"] == "The same words came three times: jayla@example.com"
    assert "five" not in alarm.get_content() and "Cards" not in alarm.get_content()
    assert "third time within an hour" in installation.ok("inbox").out


def test_nothing_else_from_that_address_is_answered_for_an_hour(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    reasons(installation, mails, mail, ["Severity: five"] * 3)
    (reason,) = reasons(installation, mails, mail, ["undo 77"])
    assert THIRD in reason
    installation.clock.tick(minutes=61)
    (reason,) = reasons(installation, mails, mail, ["undo 78"])
    assert THIRD not in reason


def test_what_others_make_due_still_goes_there(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    reasons(installation, mails, mail, ["Severity: five"] * 3)
    installation.ok("handoff", JAYLA)
    assert "Mara Lindqvist" in to(installation, "jayla@example.com")[-1].get_content()
    (reason,) = reasons(installation, mails, mail, ["Severity: five"], BO)
    assert THIRD not in reason


def test_commands_of_that_address_are_carried_out_all_the_same(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    reasons(installation, mails, mail, ["Severity: five"] * 3 + ["sev 1"])
    assert installation.show()["severity"] == 1


def test_the_sixth_question_from_one_host_is_told_until_when_no_more_are_answered(
    installation: Installation, mails: Mails
) -> None:
    """A question that answers no mail of ours may be anybody's, so fewer of them are answered."""
    for number in range(8):
        installation.clock.tick(minutes=2)
        ask = mails.new("status", sender=JAYLA, subject="", to="incident-bot@example.com")
        reason = installation.ingest(ask)["reason"]
        assert ("not told (5 an hour" in str(reason)) == (number >= AUTHOR_TO_ONE_AN_HOUR_MAX)
    got = to(installation, "jayla@example.com")
    assert len(got) == AUTHOR_TO_ONE_AN_HOUR_MAX + 1
    assert got[-1]["Subject"] == "No more private mails for now"
    assert (
        got[-1]
        .get_content()
        .startswith(
            "You have had 5 private mails within an hour. There is more to tell you, but no more of them come before "
            "15:25 UTC.\n\nYour replies still count."
        )
    )
    installation.clock.now = installation.clock.now.replace(hour=15, minute=25)
    installation.ingest(mails.new("status", sender=JAYLA, subject="", to="incident-bot@example.com"))
    assert "No incident is open" in to(installation, "jayla@example.com")[-1].get_content()


def test_the_forty_first_mail_of_a_day_says_until_when_no_more_come(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    for number in range(ADDRESS_A_DAY_MAX + 3):
        installation.clock.tick(minutes=10)
        reasons(installation, mails, mail, [f"undo {20 + number}"])
    got = to(installation, "jayla@example.com")
    assert len(got) == ADDRESS_A_DAY_MAX + 1
    text = got[-1].get_content()
    assert text.startswith("You have had 40 private mails within a day.") and "before 2026-11-21 14:41 UTC" in text


def test_a_flood_under_many_names_is_told_to_the_operator_once(installation: Installation, mails: Mails) -> None:
    installation.configure(OPERATOR)
    for number in range(HOST_AN_HOUR_MAX + 5):
        sender = f"Ann <ann{number}@example.com>"
        installation.ingest(mails.new("status", sender=sender, subject="", to="incident-bot@example.com"))
    installation.ok("flush")
    (alarm,) = to(installation, "operator@example.com")
    assert alarm["Subject"] == "Answers are kept back: 60 an hour because of mail from one host that nothing proves"
    assert "block the host" in alarm.get_content()
