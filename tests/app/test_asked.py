"""Questions to people are counted, so that their use can be judged."""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest

from incidentmail.service.metrics import Metrics

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA, BO = "Jayla M. <jayla@example.com>", "Bo K. <bo@example.com>"


def questions(installation: Installation) -> Any:
    return installation.run("status", "--json").json["questions"]


def replies(installation: Installation, mails: Mails, mail: EmailMessage, text: str, sender: str = JAYLA) -> str:
    raw = mails.reply_to(mail, text, sender, at=installation.clock.now)
    return str(installation.ingest(raw)["outcome"])


@pytest.mark.parametrize(
    ("said", "about", "then"),
    [
        ("maybe sev 1", "severity", "sev 1"),
        ("resolved", "end", "phase 2"),
        ("taking this", "command", "taking command"),
        ("Severity: five", "problem", "sev 1"),
    ],
)
def test_a_question_is_answered_by_what_its_reader_then_does_about_it(
    installation: Installation, mails: Mails, said: str, about: str, then: str
) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    replies(installation, mails, mail, said)
    assert questions(installation) == {about: {"asked": 1, "answered": 0, "ignored": 0}}
    installation.clock.tick(minutes=10)
    assert replies(installation, mails, mail, then) == "applied"
    assert questions(installation) == {about: {"asked": 1, "answered": 1, "ignored": 0}}


def test_what_others_do_or_what_is_about_something_else_answers_no_question(
    installation: Installation, mails: Mails
) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    replies(installation, mails, mail, "maybe sev 1")
    replies(installation, mails, mail, "sev 1", BO)
    replies(installation, mails, mail, "Impact: all shops")
    replies(installation, mails, mail, "The bank was called.")
    assert questions(installation) == {"severity": {"asked": 1, "answered": 0, "ignored": 0}}


def test_a_question_is_ignored_after_a_day_and_counted_for_thirty(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    replies(installation, mails, mail, "maybe sev 1")
    installation.clock.tick(hours=25)
    assert questions(installation) == {"severity": {"asked": 1, "answered": 0, "ignored": 1}}
    replies(installation, mails, mail, "sev 1")
    assert questions(installation)["severity"]["answered"] == 0
    assert "questions  1 asked in 30 days, 0 answered, 1 ignored; answered by kind: severity 0 of 1" in (
        installation.run("status").out
    )
    installation.clock.tick(days=30)
    assert questions(installation) == {}


def test_what_waits_for_somebody_s_word_has_answered_its_question(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    replies(installation, mails, mail, "bo is ic")
    assert replies(installation, mails, mail, "Commander: Bo Keller") == "held"
    assert questions(installation) == {"command": {"asked": 1, "answered": 1, "ignored": 0}}


def test_a_note_and_a_question_that_a_limit_kept_back_are_not_counted(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    replies(installation, mails, mail, "The bank was called.")
    for _ in range(3):
        replies(installation, mails, mail, "maybe sev 1")
    assert questions(installation) == {"severity": {"asked": 2, "answered": 0, "ignored": 0}}


def test_questions_take_nothing_from_the_limits_of_private_mail(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    replies(installation, mails, mail, "maybe sev 1")
    with installation.context() as context, context.ledger.snapshot() as view:
        since = context.now()
        assert view.private_mails_since(since, address="jayla@example.com") == 1
        assert view.private_mails_since(since, incident=installation.show()["id"]) == 1


def test_the_service_shows_the_same_figures_by_what_they_are_about(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    replies(installation, mails, mail, "maybe sev 1")
    replies(installation, mails, mail, "sev 1")
    with installation.context() as context:
        metrics = Metrics(context)
        (family,) = [one for one in metrics.collect() if one.name == "incidentmail_questions"]
        metrics.close()
    found = {(one.labels["about"], one.labels["state"]): one.value for one in family.samples}
    assert found == {("severity", "asked"): 1, ("severity", "answered"): 1, ("severity", "ignored"): 0}


def test_a_new_mail_that_is_asked_about_answers_by_becoming_an_incident(
    installation: Installation, mails: Mails
) -> None:
    installation.ingest(mails.new("Is somebody looking?", sender=JAYLA, subject="The VPN is slow"))
    installation.ingest(mails.new("Is somebody looking?", sender=BO, subject="Mail is slow"))
    installation.clock.tick(minutes=3)
    question = next(mail for mail in installation.private if "jayla@" in str(mail["To"]))
    installation.ingest(mails.reply_to(question, "yes", JAYLA, at=installation.clock.now))
    assert questions(installation) == {"declaration": {"asked": 2, "answered": 1, "ignored": 0}}


def test_nothing_is_counted_before_there_is_a_ledger(installation: Installation) -> None:
    assert questions(installation) == {}
