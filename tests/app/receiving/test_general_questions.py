"""A member's mail to us about no incident: `help` is answered on one screen, and `status` with the open incidents."""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser

from incidentmail.cli.main import HELP
from incidentmail.core.model import Person
from incidentmail.core.policy import Policy
from incidentmail.core.words import Words
from incidentmail.inbound.message import Envelope, parse_message
from incidentmail.outbound.explaining.guide import guide
from incidentmail.outbound.reply_links import Answer
from incidentmail.reply.parsed import Context
from incidentmail.reply.understand import body_of, understand

if TYPE_CHECKING:
    from conftest import Installation, Mails

BOT, LIST = "incident-bot@example.com", "incidents@example.com"
JAYLA, EVE, DEE = "Jayla M. <jayla@example.com>", "Eve <eve@evil.test>", "Dee D. <dee@example.com>"
SCREEN_LINES, PARAGRAPH_CHARS = 24, 320


def page_of(mail: EmailMessage) -> LexborHTMLParser:
    html = mail.get_body(("html",))
    assert html is not None
    return LexborHTMLParser(html.get_content())


def tapped(mail: EmailMessage, label: str, mails: Mails, by: str) -> bytes:
    """Return the mail that a tap on the link opens, sent unchanged."""
    (url,) = [str(link.attributes["href"]) for link in page_of(mail).css("a.answer") if link.text() == label]
    query = parse_qs(urlsplit(url).query)
    return mails.new(
        query["body"][0].replace("\r\n", "\n"), sender=by, subject=query["subject"][0], to=unquote(urlsplit(url).path),
        more=f"In-Reply-To: {query['In-Reply-To'][0]}\n",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("", "help"), ("help", ""), ("Help", "Help!"), ("(no subject)", "Hi,\n\nhelp\n\nThanks, Jayla"),
        ("", "help?"), ("", "What can I write?"), ("", "help\n\n-- \nJayla M.\nShop"),
    ],
)  # fmt: skip
def test_the_one_word_help_is_answered_with_what_fits_on_one_screen(
    installation: Installation, mails: Mails, subject: str, text: str
) -> None:
    outcome = installation.ingest(mails.new(text, sender=JAYLA, subject=subject, to=BOT))
    assert (outcome["outcome"], outcome["rule"]) == ("applied", "asked-us")
    (answer,) = installation.private
    assert "<jayla@example.com>" in answer["To"]
    lines = answer.get_content().splitlines()
    assert len(lines) <= SCREEN_LINES
    assert max(map(len, lines)) <= PARAGRAPH_CHARS
    for said in (LIST, BOT, "sev 1", "phase 2", "taking command", "close", "undo 7", "catch up", "Severity: 3"):
        assert said in answer.get_content()
    assert installation.mails == []


def test_the_page_of_the_guide_says_what_each_severity_means(installation: Installation, mails: Mails) -> None:
    installation.ingest(mails.new("help", sender=JAYLA, subject="", to=BOT))
    body = page_of(installation.private[-1]).body
    assert body is not None
    for step in Policy().severities:
        assert f"Severity {step.level} ({step.name}): {step.meaning}" in body.text()


def test_the_screen_for_mail_is_as_short_as_the_one_for_the_terminal() -> None:
    sheet = guide(
        Words(Policy()), list_address=LIST, own_address=BOT, answer=Answer(address=BOT, subject="", in_reply_to="")
    )
    written = "\n".join((sheet.lead, *map(str, sheet.paragraphs), sheet.closing))
    assert len(written) <= len(HELP)


@pytest.mark.parametrize("text", ["status", "Status?", "any news?", "What is going on?"])
def test_the_one_word_status_is_answered_with_the_open_incidents_worst_first(
    installation: Installation, mails: Mails, text: str
) -> None:
    installation.declare("Search is slow", "--severity", "3")
    installation.clock.tick(minutes=30)
    installation.declare("Cards fail", "--severity", "1", "--next-update", "+30m")
    installation.declare("Printers are out of paper", "--severity", "4")
    installation.ok("close", "printers")
    outcome = installation.ingest(mails.new(text, sender=JAYLA, subject="", to=BOT))
    assert (outcome["outcome"], outcome["incident"]) == ("applied", None)
    (answer,) = installation.private
    assert answer.get_content().startswith(
        "2 incidents are open.\n\n"
        "> Severity 1 (critical): Cards fail\n"
        "> Mara Lindqvist leads it, phase 1 (stopping the damage), open for 0 seconds, next update by 15:20 UTC\n\n"
        "> Severity 3 (moderate): Search is slow\n"
        "> Mara Lindqvist leads it, phase 1 (stopping the damage), open for 30 minutes\n\n"
    )
    assert "Printers" not in answer.get_content()


def test_a_tap_below_an_incident_brings_its_summary(installation: Installation, mails: Mails) -> None:
    installation.declare("Search is slow", "--severity", "3", "-m", "Since noon.")
    installation.declare("Cards fail", "--severity", "1")
    installation.ingest(mails.new("status", sender=JAYLA, subject="", to=BOT))
    (answer,) = installation.private
    assert installation.ingest(tapped(answer, "Summary: Search is slow", mails, JAYLA))["outcome"] == "applied"
    assert "Since noon." in installation.private[-1].get_content()
    assert installation.private[-1]["Subject"] == "Re: Search is slow"


def test_the_guide_leads_to_the_open_incidents_with_one_tap(installation: Installation, mails: Mails) -> None:
    installation.declare("Cards fail", "--severity", "1")
    installation.ingest(mails.new("help", sender=JAYLA, subject="Question", to=BOT))
    assert installation.private[-1].get_content().startswith("Nothing is declared yet")
    installation.ingest(mails.new("help", sender=JAYLA, subject="help", to=BOT))
    installation.ingest(tapped(installation.private[-1], "Which incidents are open?", mails, JAYLA))
    assert installation.private[-1].get_content().startswith("1 incident is open.")


def test_if_nothing_is_open_that_is_the_answer(installation: Installation, mails: Mails) -> None:
    installation.ingest(mails.new("status", sender=JAYLA, subject="", to=BOT))
    assert installation.private[-1].get_content() == "No incident is open.\n\nNobody else got this mail.\n"


def test_a_restricted_incident_is_told_to_nobody_who_only_asks(installation: Installation, mails: Mails) -> None:
    installation.config.write_text(
        installation.config.read_text().replace("[list]\n", '[list]\nrestricted = "secret@example.com"\n')
    )
    answers = []
    for _ in range(2):
        for who in (JAYLA, DEE):
            installation.ingest(mails.new("status", sender=who, subject="", to=BOT))
            answers.append(installation.private[-1].get_content())
        installation.ok("declare", "Keys were stolen", "--restricted", "--severity", "1", "--sme", DEE)
    assert len(set(answers)) == 1
    assert answers[0].startswith("No incident is open, apart from restricted ones")


@pytest.mark.parametrize(
    ("sender", "to", "subject", "text", "outcome"),
    [
        (EVE, BOT, "", "help", "refused"),
        (EVE, BOT, "", "status", "refused"),
        (JAYLA, LIST, "", "help", "filed"),
        (JAYLA, f"{LIST}, {BOT}", "", "status", "filed"),
        (JAYLA, BOT, "Server room is on fire", "help!", "filed"),
        (JAYLA, BOT, "", "help, the shop is down", "filed"),
    ],
)
def test_only_a_members_mail_to_us_with_nothing_else_in_it_is_such_a_question(
    installation: Installation, mails: Mails, sender: str, to: str, subject: str, text: str, outcome: str
) -> None:
    installation.declare("Cards fail", "--severity", "1")
    found = installation.ingest(mails.new(text, sender=sender, subject=subject, to=to))
    assert (found["outcome"], found["rule"]) != ("applied", "asked-us")
    assert found["outcome"] in (outcome, "filed")
    assert not any("Cards fail" in mail.get_content() for mail in installation.private)
    assert not any("what you can do" in mail.get_content() for mail in installation.private)


def test_a_reply_to_either_answer_is_not_left_alone(installation: Installation, mails: Mails) -> None:
    installation.ingest(mails.new("help", sender=JAYLA, subject="", to=BOT))
    (answer,) = installation.private
    installation.ingest(mails.reply_to(answer, "sev 1", JAYLA))
    assert len(installation.private) == 2
    assert installation.ok("list", "--all", "--json").json == []


def test_nothing_in_either_answer_is_a_command_when_it_is_quoted(installation: Installation, mails: Mails) -> None:
    installation.declare("Severity: 1. close", "--severity", "3", "--commander", "Phase Two <phase@example.com>")
    for word in ("help", "status"):
        installation.ingest(mails.new(word, sender=JAYLA, subject="", to=BOT))
        answer = installation.private[-1]
        context = Context(
            words=Words(Policy()), written_at=installation.clock.now, writer=Person(name="Bo"), offered=True
        )
        read = understand(body_of(parse_message(answer.as_bytes(), Envelope(way="pipe"))), context).read
        assert (read.commands, read.problems) == ((), ())


def test_the_pages_say_what_the_texts_say(installation: Installation, mails: Mails) -> None:
    installation.declare("Cards fail", "--severity", "3")
    for word in ("help", "status"):
        installation.ingest(mails.new(word, sender=JAYLA, subject="", to=BOT))
        answer = installation.private[-1]
        tree = page_of(answer)
        for gone in tree.css("[role=group], [data-beside], style, title"):
            gone.decompose()
        assert tree.body is not None
        text = " ".join(line.removeprefix("> ") for line in answer.get_content().splitlines())
        assert tree.body.text(separator=" ").split() == text.split()


def test_the_inbox_and_explain_say_what_it_was(installation: Installation, mails: Mails) -> None:
    raw = mails.new("help", sender=JAYLA, subject="", to=BOT)
    installation.ingest(raw)
    assert "a question that was answered" in installation.ok("inbox", "--all").out
    assert "question" not in installation.ok("inbox").out
