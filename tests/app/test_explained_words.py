"""Mails explain words that a reader may not know: the organisation's abbreviations, and severities."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from selectolax.lexbor import LexborHTMLParser

from incidentmail.core.policy import Policy
from incidentmail.core.words import Words
from incidentmail.outbound.explaining.abbreviations import EXPLAINED_MAX, Glossary
from incidentmail.outbound.explaining.severities import meanings_of_replies, short_meanings

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA = "Jayla M. <jayla@example.com>"
GLOSSARY = '[glossary]\nPSP = "payment service provider"\n"R&D" = "research; development"\nIC = "Severity: 1"\n'
LINE = "Abbreviations in this mail: PSP (payment service provider), R&D (research; development)."


def parts(mail: EmailMessage) -> tuple[str, str]:
    """Return the text of a mail, and the words of its HTML page."""
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    body = LexborHTMLParser(html.get_content()).body if html else None
    return plain.get_content().rstrip(), " ".join(body.text(separator=" ").split()) if body else ""


@pytest.fixture
def organisation(installation: Installation) -> Installation:
    return installation.configure(GLOSSARY)


def declared(organisation: Installation) -> EmailMessage:
    return organisation.declare("The PSP fails", "--severity", "2", "-m", "Both PSPs fail; R&D looks at the PSP-API.")


def test_an_abbreviation_is_explained_once_at_the_end_of_text_and_page(organisation: Installation) -> None:
    for mail in (declared(organisation), organisation.mails[-1]):
        text, page = parts(mail)
        assert text.endswith(f"\n\n{LINE}")
        assert (text.count(LINE), page.count(LINE)) == (1, 1)
    organisation.ok("update", "--severity", "1", "-m", "R&D knows more.")
    text, page = parts(organisation.mails[-1])
    assert "Abbreviations in this mail: PSP (payment service provider), R&D (research; development)." in text
    assert page.endswith(LINE)


def test_private_mail_explains_them_too(organisation: Installation, mails: Mails) -> None:
    mail = declared(organisation)
    organisation.ingest(mails.reply_to(mail, "status", JAYLA))
    text, page = parts(organisation.private[-1])
    assert text.endswith(LINE)
    assert page.endswith(LINE)


def test_without_a_glossary_and_without_its_words_nothing_is_added(installation: Installation) -> None:
    text, _ = parts(installation.declare("The PSP fails"))
    assert "Abbreviations" not in text
    installation.configure(GLOSSARY)
    text, _ = parts(installation.declare("It is psp, and PSPX, and rnd"))
    assert "Abbreviations" not in text


def test_a_standby_reads_back_what_a_mail_with_explanations_says(
    organisation: Installation, installations: Callable[[], Installation]
) -> None:
    declared(organisation)
    organisation.ok("update", "--severity", "1", "--impact", "The IC cannot reach the PSP", "-m", "R&D is on it.")
    organisation.ok("close", "-m", "The PSP is back.")
    standby = installations()
    shutil.copy(organisation.path / "key", standby.path / "key")
    assert [standby.ingest(raw)["outcome"] for raw in organisation.wire] == ["applied"] * 3
    there, here = standby.show("psp"), organisation.show("psp")
    for name in ("severity", "status", "impact", "details", "description", "roles", "updates"):
        assert there[name] == here[name]
    assert there["details"] == "Both PSPs fail; R&D looks at the PSP-API."


@pytest.mark.parametrize("line", [LINE, "Abbreviations in this mail: IC (Severity: 1)."])
def test_a_quoted_explanation_is_no_command(organisation: Installation, mails: Mails, line: str) -> None:
    mail = declared(organisation)
    for words in (line, f"{line}\n\nThanks", f"The IC knows.\n\n{line}"):
        assert organisation.ingest(mails.reply_to(mail, words, JAYLA))["outcome"] in ("note", "refused")
    assert (organisation.show()["severity"], len(organisation.mails)) == (2, 1)


def test_a_mail_explains_at_most_a_dozen() -> None:
    many = {f"A{number}": "something" for number in range(40)}
    line = Glossary(many).explanation(" ".join(many))
    assert line.count("(something)") == EXPLAINED_MAX


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ('"two words" = "x"', "an abbreviation is one word"),
        ('PSP = ""', "it is empty"),
        ("PSP = 1", "write text, in quotes"),
    ],
)
def test_a_faulty_glossary_is_named(installation: Installation, given: str, hint: str) -> None:
    installation.configure(f"[glossary]\n{given}\n")
    result = installation.run("list")
    assert result.code == 78
    assert "glossary" in result.err
    assert hint in result.err


def test_a_declaration_says_what_its_severity_and_the_worse_ones_mean(installation: Installation) -> None:
    text, page = parts(installation.declare("Cards fail", "--severity", "3"))
    three, two, one = short_meanings(Policy(), [3, 2, 1])
    assert f"Worse? Reply: sev 2 (or sev 1)\n{three}\n{two}\n{one}\nRef " in text
    assert page.count("many customers or much money are affected") == 1
    text, page = parts(installation.declare("Cards fail everywhere", "--severity", "1"))
    assert f"\n{one}\nRef " in text and "Worse?" not in text
    assert page.count("the future of the company is at stake") == 1


def test_every_page_with_an_answer_that_sets_a_severity_says_what_it_means(
    installation: Installation, mails: Mails
) -> None:
    mail = installation.declare("Cards fail", "--severity", "3")
    installation.ok("update", "--phase", "2")
    _, follow_up = parts(installation.mails[-1])
    installation.ingest(mails.new("Is anybody looking at the printers?", sender=JAYLA, subject="Printers"))
    _, asked = parts(installation.private[-1])
    installation.ingest(mails.reply_to(mail, "this looks like sev 1 maybe", JAYLA))
    _, answer = parts(installation.private[-1])
    meanings = meanings_of_replies(Words(Policy()))
    for page, replies in ((follow_up, ("sev 1", "sev 2")), (asked, tuple(meanings)), (answer, ("sev 1",))):
        for reply in replies:
            assert meanings[reply] in page, (reply, page)


def test_a_long_meaning_is_on_the_page_only(installation: Installation) -> None:
    long = "the whole company stops what it does, wherever it is and whatever else was planned for the day or the night"
    installation.configure(
        f'[[severity]]\nlevel = 1\nname = "bad"\nmeaning = "{long}"\n[[severity]]\nlevel = 3\nname = "mild"\n'
    )
    text, page = parts(installation.declare("Cards fail"))
    assert long not in text
    assert f"Severity 1 (bad): {long}" in page


def test_the_meanings_in_a_declaration_are_no_commands_when_they_are_quoted(
    installation: Installation, mails: Mails
) -> None:
    mail = installation.declare("Cards fail", "--severity", "3")
    lines = "\n".join(short_meanings(Policy(), [2, 1]))
    for text in (lines, f"Worse? Reply: sev 2 (or sev 1)\n{lines}"):
        found = json.loads(installation.ok("explain", "--json", "--text", "-", stdin=text.encode()).out)
        assert (found["commands"], found["problems"]) == ([], [])
        assert installation.ingest(mails.reply_to(mail, text, JAYLA))["outcome"] in ("note", "refused")
    assert installation.show()["severity"] == 3


def test_a_mail_as_it_is_sent_can_be_opened(organisation: Installation) -> None:
    declared(organisation)
    message = message_from_bytes(organisation.wire[-1], policy=policy.default)
    assert message.get_content_type() == "multipart/alternative"
