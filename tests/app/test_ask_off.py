"""With `[replies] ask = "off"`, unclear requests in replies are noted, and nobody is asked about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA = "Jayla M. <jayla@example.com>"
OFF = '[replies]\nask = "off"\n'
WHY = '[replies] ask = "off"'


@pytest.mark.parametrize(
    ("said", "about"), [("maybe sev 1", "severity"), ("resolved", "end"), ("taking this", "command")]
)
def test_what_a_reply_seems_to_want_is_a_note_and_the_inbox_says_what_was_not_asked(
    installation: Installation, mails: Mails, said: str, about: str
) -> None:
    mail = installation.configure(OFF).declare("Cards fail", "--severity", "2")
    outcome = installation.ingest(mails.reply_to(mail, said, JAYLA))
    assert (outcome["outcome"], outcome["reason"]) == ("note", f"its sender was not asked about {about} ({WHY})")
    assert WHY in installation.ok("inbox").out
    assert installation.private == []
    assert installation.run("status", "--json").json["questions"] == {}


def test_refusals_are_answered_without_the_question_beside_them(installation: Installation, mails: Mails) -> None:
    mail = installation.configure(OFF).declare("Cards fail", "--severity", "2")
    outcome = installation.ingest(mails.reply_to(mail, "Severity: five\nphase 2 maybe", JAYLA))
    assert outcome["outcome"] == "refused" and "not asked about phase" in outcome["reason"]
    (answer,) = installation.private
    text = answer.get_content()
    assert "'five' is no severity" in text and "phase 2" not in text


@pytest.mark.parametrize("text", ["undo 7", "Severity: five", "Bo Keller is incident commander."])
def test_what_is_refused_held_or_unread_is_answered_as_ever(
    installation: Installation, mails: Mails, text: str
) -> None:
    mail = installation.configure(OFF).declare("Cards fail", "--severity", "2")
    installation.ingest(mails.reply_to(mail, text, JAYLA))
    assert any(str(mail["To"]).endswith("<jayla@example.com>") for mail in installation.private)


@pytest.mark.parametrize("text", ["help me", "unsubscribe", "ok"])
def test_what_somebody_asked_for_or_was_asked_is_answered_too(
    installation: Installation, mails: Mails, text: str
) -> None:
    mail = installation.configure(OFF).declare("Cards fail", "--severity", "2")
    installation.ok("handoff", JAYLA)
    installation.ingest(mails.reply_to(mail, text, JAYLA))
    assert "auto-replied" in [mail["Auto-Submitted"] for mail in installation.private]


def test_explain_says_that_nobody_would_be_asked_and_why(installation: Installation, mails: Mails) -> None:
    mail = installation.configure(OFF).declare("Cards fail", "--severity", "2")
    raw = mails.reply_to(mail, "maybe sev 1", JAYLA)
    assert f"its writer is not asked ({WHY}); offered: sev 1" in installation.ok("explain", stdin=raw).out
    (ask,) = installation.ok("explain", "--json", stdin=raw).json["asks"]
    assert ask["withheld"] == WHY
    installation.configure()
    (ask,) = installation.ok("explain", "--json", stdin=raw).json["asks"]
    assert ask["withheld"] is None
    assert "its writer is asked; offered: sev 1" in installation.ok("explain", stdin=raw).out


def test_status_says_that_nobody_is_asked(installation: Installation) -> None:
    assert WHY not in installation.run("status").out
    assert WHY in installation.configure(OFF).run("status").out


def test_another_word_is_an_error_that_says_which_there_are(installation: Installation) -> None:
    result = installation.configure('[replies]\nask = "sometimes"\n').run("status")
    assert result.code == 78 and "members" in result.err and "off" in result.err
