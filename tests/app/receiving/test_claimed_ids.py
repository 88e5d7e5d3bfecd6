"""If mail of two people has the same Message-ID, no answer is assigned by it, and the inbox says so."""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

ANN, BO, MALLORY = "Ann Lee <ann@example.com>", "Bo Keller <bo@example.com>", "Mallory Mole <mallory@example.com>"
SUBJECT, ID = "Checkout rejects cards", "<bo-1@mua.example>"
CONFLICT = "bears the same Message-ID"


def by_bo(installation: Installation, mails: Mails) -> dict[str, Any]:
    return installation.ingest(mails.new("Cards fail since 14:00.", sender=BO, subject=SUBJECT, message_id=ID))


def claim(installation: Installation, mails: Mails, coffee: EmailMessage) -> dict[str, Any]:
    return installation.ingest(mails.reply_to(coffee, "Just a note.", MALLORY, message_id=ID))


def severities(installation: Installation) -> dict[str, int]:
    found = installation.ok("list", "--all", "--json").json
    return {one["description"]: one["severity"] for one in found}


def test_the_answer_to_our_question_declares_the_mail_that_was_asked_about(
    installation: Installation, mails: Mails
) -> None:
    coffee = installation.declare("Coffee machine is noisy", "--severity", "4")
    by_bo(installation, mails)
    question = installation.private[-1]
    assert CONFLICT in str(claim(installation, mails, coffee)["reason"])
    installation.ingest(mails.reply_to(question, "sev 1", BO))
    assert severities(installation) == {"Coffee machine is noisy": 4, SUBJECT: 1}
    installation.ingest(mails.reply_to(question, "sev 2", BO))  # by then it is an answer to that incident
    assert severities(installation) == {"Coffee machine is noisy": 4, SUBJECT: 2}


@pytest.mark.parametrize("is_first", [True, False])
def test_whoever_names_an_id_first_does_not_get_the_answers_to_somebody_elses_mail(
    installation: Installation, mails: Mails, is_first: bool
) -> None:
    coffee = installation.declare("Coffee machine is noisy", "--severity", "4")
    if is_first:
        claim(installation, mails, coffee)
        later = by_bo(installation, mails)
    else:
        by_bo(installation, mails)
        later = claim(installation, mails, coffee)
    assert CONFLICT in str(later["reason"])
    assert CONFLICT in installation.ok("inbox").out
    in_reply = f"In-Reply-To: {ID}\nReferences: {ID}\n"
    answer = mails.new("sev 1\n\nShops are down too.", sender=ANN, subject=f"Re: {SUBJECT}", more=in_reply)
    assert installation.ingest(answer)["outcome"] == "filed"
    assert severities(installation) == {"Coffee machine is noisy": 4}
    assert "sev 1" in installation.private[-1].get_content()


def test_neither_does_whoever_sends_our_own_mail_back_under_that_id(installation: Installation, mails: Mails) -> None:
    installation.declare("Coffee machine is noisy", "--severity", "4")
    ours = installation.wire[-1]
    by_bo(installation, mails)
    question = installation.private[-1]
    was = str(installation.mails[-1]["Message-ID"]).encode()
    returned = installation.ingest(ours.replace(b"Message-ID: " + was, b"Message-ID: " + ID.encode(), 1))
    assert (returned["rule"], "same Message-ID" in returned["reason"]) == ("own-mail-returned", True)
    installation.ingest(mails.reply_to(question, "sev 1", BO))
    assert severities(installation) == {"Coffee machine is noisy": 4, SUBJECT: 1}


def test_one_persons_mail_that_comes_first_without_its_thread_keeps_its_id(
    installation: Installation, mails: Mails
) -> None:
    declared = installation.declare()
    bare = mails.new("I look at the logs.", sender=BO, subject="Re: logs", message_id=ID)
    installation.ingest(bare)
    installation.ingest(mails.reply_to(declared, "I look at the logs.", BO, message_id=ID))
    raw = mails.new("sev 1", sender=ANN, subject="Re: logs", more=f"In-Reply-To: {ID}\n")
    assert (installation.ingest(raw)["outcome"], installation.show()["severity"]) == ("applied", 1)


def test_a_strangers_mail_takes_no_id_away(installation: Installation, mails: Mails) -> None:
    declared = installation.declare()
    installation.ingest(mails.reply_to(declared, "I look at the logs.", BO, message_id=ID))
    installation.ingest(mails.new("Hello.", sender="Eve <eve@evil.example>", subject="Hello", message_id=ID))
    raw = mails.new("sev 1", sender=ANN, subject="Re: logs", more=f"In-Reply-To: {ID}\n")
    assert (installation.ingest(raw)["outcome"], installation.show()["severity"]) == ("applied", 1)
