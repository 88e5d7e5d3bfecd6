"""The question whether a new mail declares an incident has a link for each answer, and `explain` shows it."""

from __future__ import annotations

import re
from email.message import EmailMessage
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA, EVE = "Jayla M. <jayla@example.com>", "Eve <eve@evil.test>"


def page_of(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part is not None
    return str(part.get_content())


def taps(mail: EmailMessage) -> dict[str, tuple[str, str, str]]:
    """Return the mail that each link opens, by the link's text: recipient, subject, and the mail that it answers."""
    found = {}
    for url in re.findall(r'href="(mailto:[^"]+)"', page_of(mail)):
        parts = urlsplit(unescape(url))
        values = {name.lower(): value[0] for name, value in parse_qs(parts.query).items()}
        found[values["body"].strip()] = (unquote(parts.path), values["subject"], values["in-reply-to"])
    return found


def asked(installation: Installation, mails: Mails, subject: str, text: str) -> EmailMessage:
    assert installation.ingest(mails.new(text, sender=JAYLA, subject=subject))["outcome"] == "filed"
    (mail,) = installation.private
    return mail


@pytest.mark.parametrize(
    ("text", "replies"),
    [
        ("It may become severity 2 soon, I think.", ["sev 2", "yes"]),
        ("sev 1 or sev 2?", ["sev 1", "sev 2"]),
        ("Is somebody looking at the VPN?", ["sev 1", "sev 2", "sev 3", "sev 4"]),
    ],
)
def test_there_is_a_tap_for_each_reply_that_declares(
    installation: Installation, mails: Mails, text: str, replies: list[str]
) -> None:
    mail = asked(installation, mails, "The VPN is slow", text)
    assert list(taps(mail)) == replies


@pytest.mark.parametrize(("reply", "severity"), [("sev 2", 2), ("yes", 2)])
def test_a_tap_declares_the_first_mail(installation: Installation, mails: Mails, reply: str, severity: int) -> None:
    mail = asked(installation, mails, "The VPN is slow", "It may become severity 2 soon, I think.")
    to, subject, answered = taps(mail)[reply]
    more = f"In-Reply-To: {answered}\n"
    installation.ingest(mails.new(reply, sender=JAYLA, subject=subject, to=to, more=more))
    shown = installation.show()
    assert (shown["description"], shown["severity"]) == ("The VPN is slow", severity)


def test_the_page_says_what_the_text_says_and_shows_no_state(installation: Installation, mails: Mails) -> None:
    mail = asked(installation, mails, "The VPN <b>is</b> slow", "It may become severity 2 soon, I think.")
    page, text = page_of(mail), mail.get_content()
    assert "is incident commander" not in page and "The VPN &lt;b&gt;is&lt;/b&gt; slow" in page
    words = " ".join(unescape(re.sub(r"<style>.*?</style>|<title>.*?</title>|<[^>]+>", " ", page, flags=re.S)).split())
    for line in filter(None, text.split("\n")):
        shown = " ".join(line.removeprefix("> ").split())
        assert shown in words or shown.startswith("Reply with: ")


def test_explain_shows_the_question_and_its_replies(installation: Installation, mails: Mails) -> None:
    raw = mails.new("Hello,\n\nmay be severity 2 soon, I think.", sender=JAYLA, subject="The VPN is slow")
    shown = installation.ok("explain", "--json", stdin=raw).json
    assert shown["asks"] == [{"line": 3, "about": "declaration", "offers": ["sev 2", "yes"], "withheld": None}]
    assert shown["would"]["private"][0]["kind"] == "new_thread"
    assert "its writer is asked; offered: sev 2, yes" in installation.ok("explain", stdin=raw).out


def test_explain_names_the_subject_as_line_nought(installation: Installation, mails: Mails) -> None:
    raw = mails.new("Please look.", sender=JAYLA, subject="Question about severity 2 of last week")
    shown = installation.ok("explain", "--json", stdin=raw).json
    assert [(ask["line"], ask["about"]) for ask in shown["asks"]] == [(0, "declaration")]
    raw = mails.new("Is somebody looking?", sender=JAYLA, subject="The VPN is slow")
    (ask,) = installation.ok("explain", "--json", stdin=raw).json["asks"]
    assert (ask["line"], ask["offers"]) == (0, ["sev 1", "sev 2", "sev 3", "sev 4"])


def test_nobody_is_asked_who_declares_or_is_a_stranger(installation: Installation, mails: Mails) -> None:
    for raw in (
        mails.new("Severity 2.\n\nNobody gets in.", sender=JAYLA, subject="The VPN is slow"),
        mails.new("It may become severity 2 soon.", sender=EVE, subject="The VPN is slow"),
    ):
        assert installation.ok("explain", "--json", stdin=raw).json["asks"] == []
