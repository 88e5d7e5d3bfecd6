"""Invitations, reactions, recalls and sealed mail change nothing, and people who wait for an effect are told so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA, BO = "Jayla M. <jayla@example.com>", "Bo K. <bo@example.com>"
OUTLOOK = "Jayla M. reacted to your message:\n\n👍\n\nFrom: Mara\nSent: today\nTo: all\nSubject: x\n\nSeverity: 4"
GMAIL = "👍\n\nJayla reacted via Gmail\n<https://mail.example.com/about>"


def said(installation: Installation) -> str:
    return " ".join(installation.private[-1].get_content().split())


def sealed(subject: str, kind: str, more: str = "") -> bytes:
    return (
        f"From: {JAYLA}\nTo: incidents@example.com\nSubject: {subject}\nMessage-ID: <s@mua.example>\n{more}"
        f"MIME-Version: 1.0\nContent-Type: {kind}\nContent-Transfer-Encoding: base64\n\nMIIB\n"
    ).encode()


@pytest.mark.parametrize("text", [OUTLOOK, GMAIL])
def test_a_reaction_to_an_offer_is_told_what_counts_and_to_a_follow_up_nothing(
    installation: Installation, mails: Mails, text: str
) -> None:
    declared = installation.declare()
    outcome = installation.ingest(mails.reply_to(declared, text, JAYLA, "bare"))
    assert (outcome["rule"], outcome["outcome"], installation.private) == ("reaction", "automatic", [])
    installation.ok("handoff", JAYLA)
    offer = installation.private[-1]
    installation.ingest(mails.reply_to(offer, text, JAYLA, "bare"))
    assert "command is still offered to you" in said(installation)
    assert "Reply with: accept" in said(installation)
    shown = installation.show()
    assert (shown["severity"], shown["commander"]["name"]) == (3, "Mara Lindqvist")


def test_a_reaction_to_a_question_is_told_that_it_waits(installation: Installation, mails: Mails) -> None:
    declared = installation.declare()
    installation.ingest(mails.reply_to(declared, "Hello.", BO))
    installation.ingest(mails.reply_to(declared, f"{BO} is incident commander.", JAYLA))
    question = next(mail for mail in installation.private if "bo@example.com" in str(mail["To"]))
    before = len(installation.private)
    installation.ingest(mails.reply_to(question, GMAIL.replace("Jayla", "Bo"), BO, "bare"))
    assert len(installation.private) == before + 1
    assert "the question still waits for you" in said(installation)


def test_a_reaction_to_our_question_whether_it_is_an_incident_declares_nothing(
    installation: Installation, mails: Mails
) -> None:
    installation.ingest(mails.new("Orders fail!", sender=JAYLA, subject="Orders"))
    installation.ingest(mails.reply_to(installation.private[-1], GMAIL, JAYLA, "bare"))
    assert installation.ok("list", "--all", "--json").json == []
    assert "Reply with: yes" in said(installation)


def test_the_second_copy_of_a_reaction_is_not_answered_again(installation: Installation, mails: Mails) -> None:
    installation.declare()
    installation.ok("handoff", JAYLA)
    raw = mails.reply_to(installation.private[-1], GMAIL, JAYLA, "bare")
    installation.ingest(raw)
    before = len(installation.private)
    assert installation.ingest(raw)["outcome"] == "duplicate"
    assert len(installation.private) == before


def test_who_recalls_what_changed_something_hears_how_to_take_it_back(installation: Installation, mails: Mails) -> None:
    declared = installation.declare()
    installation.ingest(mails.reply_to(declared, "sev 1", JAYLA))
    installation.ingest(mails.reply_to(declared, "phase 2", BO))
    text = 'Jayla M. would like to recall the message, "Re: Checkout is rejecting card payments".'
    recall = mails.new(text, sender=JAYLA, subject="Recall: Re: Checkout is rejecting card payments")
    assert installation.ingest(recall)["outcome"] == "automatic"
    assert "Reply with: undo 1" in said(installation)
    assert installation.show()["severity"] == 1
    before = len(installation.private)
    other = text.replace("Jayla M.", "Ann")
    installation.ingest(
        mails.new(other, sender="ann@example.com", subject="Recall: Checkout is rejecting card payments")
    )
    assert len(installation.private) == before


def test_who_recalls_a_declaration_hears_how_to_retract_it(installation: Installation, mails: Mails) -> None:
    installation.ingest(mails.new("Severity: 2", sender=JAYLA, subject="Orders are lost"))
    text = 'Jayla M. would like to recall the message, "Orders are lost".'
    installation.ingest(mails.new(text, sender=JAYLA, subject="Recall: Orders are lost"))
    assert "Reply with: retract" in said(installation)


def test_the_reaction_of_a_stranger_changes_nothing(installation: Installation, mails: Mails) -> None:
    installation.declare()
    installation.ok("handoff", JAYLA)
    raw = mails.reply_to(installation.private[-1], GMAIL, "Eve <eve@evil.test>", "bare")
    assert installation.ingest(raw)["outcome"] == "refused"
    assert installation.show()["commander"]["name"] == "Mara Lindqvist"


@pytest.mark.parametrize(
    ("kind", "cause"),
    [
        ('application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"', "S/MIME"),
        ('application/x-microsoft-rpmsg-message; name="message_v2.rpmsg"', "protected message"),
        ('application/ms-tnef; name="winmail.dat"', "winmail.dat"),
    ],
)
def test_a_member_whose_mail_cannot_be_opened_hears_why_whatever_its_subject(
    installation: Installation, kind: str, cause: str
) -> None:
    outcome = installation.ingest(sealed("SEV1: orders are lost", kind))
    assert (outcome["outcome"], installation.ok("list", "--all", "--json").json) == ("refused", [])
    assert cause in said(installation)


@pytest.mark.parametrize("text", ["On it!", "Got it, thanks!", "Sounds good.", "Bin dran", "👍"])
def test_a_short_answer_to_an_offer_is_told_what_counts(installation: Installation, mails: Mails, text: str) -> None:
    installation.declare()
    installation.ok("handoff", JAYLA)
    installation.ingest(mails.reply_to(installation.private[-1], text, JAYLA, "bare"))
    assert "Reply with: accept" in said(installation)
    assert installation.show()["commander"]["name"] == "Mara Lindqvist"
