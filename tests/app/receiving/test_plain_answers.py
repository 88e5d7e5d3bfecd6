"""A `yes`, a `no` or an `ok` in answer to a private mail of ours does something, or is answered itself."""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

MARA, BO, DI = "Mara Lindqvist <mara@example.com>", "Bo K. <bo@example.com>", "Di D. <di@example.com>"


class Talk:
    """An incident, and what one person and incidentmail write to each other about it."""

    def __init__(self, installation: Installation, mails: Mails, severity: int = 3) -> None:
        self.installation, self.mails = installation, mails
        self.declared = installation.declare("Checkout is down", "--severity", str(severity))

    def says(self, text: str, to: EmailMessage | None = None, by: str = BO) -> dict[str, Any]:
        self.installation.clock.tick(minutes=1)
        raw = self.mails.reply_to(to or self.declared, text, by, "bare", at=self.installation.clock.now)
        return self.installation.ingest(raw)

    def answer(self, by: str = BO) -> EmailMessage:
        """Return the newest private mail to a person."""
        return [mail for mail in self.installation.private if by.partition("<")[2][:-1] in str(mail["To"])][-1]

    @property
    def answers(self) -> int:
        return len(self.installation.private)

    def state(self) -> tuple[str, int]:
        shown = self.installation.show("checkout")
        return shown["status"], shown["severity"]


@pytest.fixture
def talk(installation: Installation, mails: Mails) -> Talk:
    return Talk(installation, mails)


@pytest.fixture
def closed(talk: Talk) -> Talk:
    talk.installation.ok("close", "all payments work", "--yes")
    return talk


def test_a_severity_after_the_end_is_asked_about_with_the_reply_that_does_it(closed: Talk) -> None:
    assert closed.says("sev 1")["outcome"] == "refused"
    text = closed.answer().get_content()
    assert "Is it back? Then reply as below, or yes: it is opened again, with severity 1.\n" in text
    assert "Reply with: reopen, sev 1\n" in text
    assert closed.state() == ("closed", 3)


@pytest.mark.parametrize("words", ["yes", "Yes please", "ja", "yes, refunds fail again", "reopen, sev 1"])
def test_yes_opens_it_again_with_the_severity_that_was_stated(closed: Talk, words: str) -> None:
    closed.says("sev 1")
    assert closed.says(words, closed.answer())["outcome"] == "applied"
    assert closed.state() == ("open", 1)


def test_yes_opens_it_again_for_somebody_who_only_says_that_it_is_back(closed: Talk) -> None:
    closed.says("it is back")
    assert "Reply with: reopen\n" in closed.answer().get_content()
    closed.says("yes", closed.answer())
    assert closed.state() == ("open", 3)


@pytest.mark.parametrize("words", ["reopen, sev 1", "reopen: severity 1, all cards fail", "reopen\nsev 1"])
def test_reopen_takes_a_severity_along(closed: Talk, words: str) -> None:
    assert closed.says(words)["outcome"] == "applied"
    assert closed.state() == ("open", 1)


def test_a_reason_that_only_mentions_a_severity_stays_a_reason(closed: Talk) -> None:
    closed.says("reopen: it was severity 1 in the north")
    assert closed.state() == ("open", 3)


def test_yes_does_what_any_answer_of_ours_offered_as_the_only_reply(talk: Talk) -> None:
    talk.says("can someone close this?")
    assert "Reply with: close\n" in talk.answer().get_content()
    assert talk.says("yes", talk.answer())["outcome"] == "applied"
    assert talk.state()[0] == "closed"


@pytest.mark.parametrize("words", ["ok", "Sure.", "go ahead", "yes but wait for the bank"])
def test_what_is_almost_a_yes_is_asked_about_again(talk: Talk, words: str) -> None:
    talk.says("can someone close this?")
    talk.says(words, talk.answer())
    text = talk.answer().get_content()
    assert "the question still waits for your answer" in text and "Reply with: close\n" in text
    assert talk.state()[0] == "open"


@pytest.mark.parametrize("words", ["no", "No, not yet", "nope, thanks"])
def test_a_no_is_confirmed_and_changes_nothing(talk: Talk, words: str) -> None:
    talk.says("can someone close this?")
    talk.says(words, talk.answer())
    assert "Taken as a no: nothing is changed.\n" in talk.answer().get_content()
    assert talk.state()[0] == "open"


def test_a_no_about_a_worse_severity_is_an_answer_so_the_commander_is_not_asked(talk: Talk) -> None:
    talk.says("sev 1 maybe")
    talk.says("no", talk.answer())
    talk.installation.clock.tick(minutes=6)
    talk.installation.ok("flush")
    assert [mail for mail in talk.installation.private if "mara@example.com" in str(mail["To"])] == []


def test_yes_to_several_offers_is_asked_which(talk: Talk) -> None:
    talk.says("resolved")
    offers = [line for line in talk.answer().get_content().splitlines() if line.startswith(("Reply with", "Or with"))]
    assert len(offers) > 1
    talk.says("yes", talk.answer())
    assert all(line in talk.answer().get_content() for line in offers)
    assert talk.state() == ("open", 3)


def test_yes_to_an_offer_with_a_name_in_it_is_told_that_one_word_is_not_enough(talk: Talk) -> None:
    talk.says("Deputy: Ann Lee")
    before = talk.answers
    talk.says("yes", talk.answer())
    assert talk.answers == before + 1
    assert talk.installation.show()["roles"].get("deputy", [{}])[0].get("address") is None


@pytest.mark.parametrize(
    ("words", "more"), [("yes", 1), ("no", 1), ("ok", 0), ("thanks", 0), ("yes it is slow here", 0)]
)
def test_a_summary_asks_nothing_so_only_yes_and_no_are_answered(talk: Talk, words: str, more: int) -> None:
    talk.says("catch up")
    before = talk.answers
    talk.says(words, talk.answer())
    assert talk.answers - before == more


@pytest.mark.parametrize("words", ["no", "no, I am ill", "nope"])
def test_no_from_somebody_who_was_named_is_asked_whether_it_declines(talk: Talk, words: str) -> None:
    talk.says(f"Deputy: {DI}", by=MARA)
    assert "If you cannot, reply: decline." in talk.answer(DI).get_content()
    talk.says(words, talk.answer(DI), DI)
    assert "Reply with: decline\n" in talk.answer(DI).get_content()
    talk.says("decline", talk.answer(DI), DI)
    assert not talk.installation.show()["roles"].get("deputy")


def test_yes_to_the_question_whether_two_incidents_are_one_makes_them_one(talk: Talk) -> None:
    talk.installation.clock.tick(seconds=30)
    raw = talk.mails.new("Severity: 2", sender=BO, subject="Card payments fail", at=talk.installation.clock.now)
    talk.installation.ingest(raw)
    question = talk.answer(BO)
    assert "Is it the same as yours?" in question.get_content()
    assert talk.says("yes", question)["outcome"] == "applied"
    assert talk.installation.show("card")["status"] == "merged"


def test_the_answer_about_an_unclear_yes_counts_as_the_question_itself(
    installation: Installation, mails: Mails
) -> None:
    talk = Talk(installation, mails, severity=1)
    talk.says("close: all payments work")
    talk.says("ok", talk.answer(MARA), MARA)
    assert "Reply with: accept\n" in talk.answer(MARA).get_content()
    assert talk.says("accept", talk.answer(MARA), MARA)["outcome"] == "applied"
    assert talk.state()[0] == "closed"


def test_yes_in_the_thread_of_the_list_is_a_note_as_before(closed: Talk) -> None:
    closed.says("sev 1")
    before = closed.answers
    assert closed.says("yes")["outcome"] == "note"
    assert (closed.answers, closed.state()) == (before, ("closed", 3))
