"""The HTML page of a mail says what its text says, is safe to open, and its links work as labelled."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser

from incidentmail.core.ids import read_plus_address

if TYPE_CHECKING:
    from conftest import Installation, Mails

GOLDEN = sorted((Path(__file__).parent.parent / "data" / "golden").glob("*.eml"))
JAYLA = "Jayla M. <jayla@example.com>"
DECLARE = ("--severity", "3", "--commander", "Mara Lindqvist <mara@example.com>", "--venue", "#pay on Slack")


def parts(raw: bytes) -> tuple[str, str]:
    """Return the text and the HTML page of a mail."""
    message = message_from_bytes(raw, policy=policy.default)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    return plain.get_content(), html.get_content() if html else ""


def said(html: str) -> list[str]:
    """Return the words of a page, without parts that only a page has: reply links, its heading, and earlier updates."""
    tree = LexborHTMLParser(html)
    for gone in tree.css("[role=group], [data-beside], style, title"):
        gone.decompose()
    body = tree.body
    assert body is not None
    return body.text(separator=" ").split()


def letters(text: str) -> str:
    """Return the text without spaces, capitals, and the signs between severity, phase and commander."""
    return re.sub(r"[\s.,]", "", text).casefold()


def links(html: str) -> dict[str, str]:
    return {a.text(): str(a.attributes["href"]) for a in LexborHTMLParser(html).css("a.answer")}


def test_the_title_of_a_page_says_that_the_incident_is_over() -> None:
    for name, begins in (("closed", "Over: "), ("retracted", "False alarm: "), ("severity-rises", "Checkout is")):
        _, html = parts((GOLDEN[0].parent / f"{name}.eml").read_bytes())
        assert LexborHTMLParser(html).css("h1")[0].text().startswith(begins)


@pytest.mark.parametrize("path", GOLDEN, ids=[path.stem for path in GOLDEN])
def test_text_and_page_say_the_same_words_in_the_same_order(path: Path) -> None:
    text, html = parts(path.read_bytes())
    if html:
        title = LexborHTMLParser(html).css("h1")[0].text()  # what is broken is not said twice in the same words
        title = title.removeprefix("Over: ").removeprefix("False alarm: ")
        assert letters("".join(said(html))) == letters(
            re.sub(f"What (?:is|was) broken: {re.escape(title)}\n", "", text, count=1)
        )


@pytest.mark.parametrize("path", GOLDEN, ids=[path.stem for path in GOLDEN])
def test_a_page_loads_nothing_and_runs_nothing(path: Path) -> None:
    _, html = parts(path.read_bytes())
    tree = LexborHTMLParser(html)
    assert not tree.css("img, script, link, iframe, form, object, embed, [src], [background], [onclick]")
    assert "url(" not in html
    assert "@import" not in html
    assert len(path.read_bytes()) < 40_000


def test_what_people_write_is_never_markup(installation: Installation) -> None:
    evil = '<script>alert(1)</script><a href="https://evil.example">x</a>'
    installation.declare(f"{evil} is down", *DECLARE, "-m", f"{evil}\n\n& more", "--impact", evil, "--sme", "<b>Eve")
    _, html = parts(installation.wire[-1])
    tree = LexborHTMLParser(html)
    assert not tree.css("script, b")
    assert not [a for a in tree.css("a") if "evil.example" in str(a.attributes.get("href")) and a.text() == "x"]
    assert "<script>alert(1)</script>" in " ".join(said(html))


def test_a_venue_that_is_an_address_of_the_web_can_be_tapped(installation: Installation) -> None:
    installation.declare("Cards fail", *DECLARE[:4], "--venue", "https://meet.example.com/a?b=1&c=2")
    tree = LexborHTMLParser(parts(installation.wire[-1])[1])
    assert [a.attributes["href"] for a in tree.css("a:not(.answer)")] == ["https://meet.example.com/a?b=1&c=2"]


def test_a_mail_too_long_for_a_list_goes_out_as_text_alone(installation: Installation) -> None:
    installation.declare("Cards fail", *DECLARE, "-m", "The gateway says no. " * 900)
    text, html = parts(installation.wire[-1])
    assert "The gateway says no." in text
    assert html == ""
    assert len(installation.wire[-1]) < 40_000


def test_each_worse_severity_has_a_link_and_the_worst_none(installation: Installation) -> None:
    installation.declare("Cards fail", *DECLARE)
    assert list(links(parts(installation.wire[-1])[1])) == [
        "I can help", "Worse: severity 2 (serious)", "Worse: severity 1 (critical)", "Send me a summary",
    ]  # fmt: skip
    installation.ok("update", "--severity", "1")
    assert list(links(parts(installation.wire[-1])[1])) == ["I can help", "Send me a summary"]
    installation.ok("close")
    assert list(links(parts(installation.wire[-1])[1])) == ["Send me a summary"]


def tapped(mails: Mails, url: str) -> bytes:
    """Return the mail that a program opens for a link, sent unchanged (RFC 6068)."""
    found = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(found.query, keep_blank_values=True).items()}
    return mails.new(
        query["body"], sender=JAYLA, subject=query["subject"], to=unquote(found.path),
        more=f"In-Reply-To: {query['In-Reply-To']}\n",
    )  # fmt: skip


def test_a_tap_on_worse_raises_the_severity_and_only_we_get_the_mail(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail & burn, 100%", *DECLARE)
    url = links(parts(installation.wire[-1])[1])["Worse: severity 1 (critical)"]
    to = unquote(urlsplit(url).path)
    with installation.context() as context:
        assert read_plus_address(context.key, "incident-bot@example.com", to) == installation.show()["ref"]
    raw = tapped(mails, url)
    assert f"Subject: Re: {mail['Subject']}".encode() in raw
    assert installation.ingest(raw)["outcome"] == "applied"
    assert installation.show()["severity"] == 1


def test_a_tap_on_i_can_help_is_a_note(installation: Installation, mails: Mails) -> None:
    installation.declare("Cards fail", *DECLARE)
    raw = tapped(mails, links(parts(installation.wire[-1])[1])["I can help"])
    assert installation.ingest(raw)["outcome"] == "note"


@pytest.mark.parametrize("marked", [True, False])
def test_a_page_that_comes_back_quoted_changes_nothing(installation: Installation, mails: Mails, marked: bool) -> None:
    installation.declare("Cards fail", *DECLARE)
    installation.ok("update", "--severity", "2", "--customer-liaison", "Tomás R.")
    first = parts(installation.wire[0])[1]
    body = re.search(r"<body.*</body>", first, re.S)
    assert body is not None
    quoted = f"<blockquote type=cite>{body[0]}</blockquote>" if marked else body[0]
    raw = mails.reply_to(installation.mails[-1], f"<div>Thanks!</div><br>{quoted}", JAYLA, "bare").replace(
        b"Content-Type: text/plain", b"Content-Type: text/html"
    )
    assert installation.ingest(raw)["outcome"] == "note"
    assert installation.show()["severity"] == 2
