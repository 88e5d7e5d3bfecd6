"""Each change in a follow-up has its author and its time, however many people share the mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waiting_mail import apply_all

from incidentmail.app.receiving.apply import accept_mails
from incidentmail.app.sending.flush import flush
from incidentmail.inbound.message import Envelope

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA, BO = "Jayla M. <jayla@example.com>", "Bo K. <bo@example.com>"


def together(installation: Installation, *raws: tuple[bytes, int]) -> str:
    """Let mails arrive some seconds apart. Return the text of the common follow-up, without state and hints."""
    with installation.context() as context:
        for raw, seconds in raws:
            installation.clock.tick(seconds=seconds)
            accept_mails(context, [(raw, Envelope(way="pipe"))])
            apply_all(context)
        flush(context, early=True)
    text: str = installation.mails[-1].get_content()
    return text.partition("\n\n")[2].partition("\n\nApproved for customers")[0]


def test_changes_of_several_people_in_one_mail_each_have_their_author(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    said = together(
        installation,
        (mails.reply_to(mail, "phase 2\n\nThe gateway is back.", JAYLA), 5),
        (mails.reply_to(mail, "venue: #cards", BO), 60),
        (mails.reply_to(mail, "Next update: 16:00 UTC", JAYLA), 60),
    )
    assert said == (
        "Jayla M. changed the phase from 1 to 2, 14:20 UTC: The gateway is back.\n\n"
        "Bo K. set the venue, 14:21 UTC.\n\n"
        "Jayla M., 14:22 UTC, set the time of the next update to 16:00 UTC."
    )


def test_a_fact_that_two_people_changed_is_named_with_both_values(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "2", "--phase", "1")
    said = together(
        installation,
        (mails.reply_to(mail, "sev 4", JAYLA), 5),
        (mails.reply_to(mail, "sev 1", BO), 60),
    )
    assert said == (
        "Jayla M. lowered the severity from 2 to 4, 14:20 UTC.\n\nBo K. raised the severity from 4 to 1, 14:21 UTC."
    )


def test_one_person_with_one_text_says_what_they_changed_and_why(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    assert together(installation, (mails.reply_to(mail, "sev 1\n\nBoth gateways.", JAYLA), 5)) == (
        "Jayla M. raised the severity from 2 to 1, 14:20 UTC: Both gateways."
    )


def test_a_line_that_was_refused_is_not_repeated_to_everybody(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    outcome = installation.ingest(mails.reply_to(mail, "sev 1\n\nSeverity: five\n\nBoth gateways are down.", JAYLA))
    assert outcome["outcome"] == "applied" and "'five' is no severity" in outcome["reason"]
    text = installation.mails[-1].get_content()
    assert "Both gateways are down." in text and "five" not in text


def test_the_writer_is_told_of_the_refused_line_all_the_same(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    installation.ingest(mails.reply_to(mail, "sev 1\n\nSeverity: five", JAYLA))
    answers = [one for one in installation.private if "jayla@example.com" in str(one["To"])]
    assert "> Severity: five" in answers[0].get_content()
