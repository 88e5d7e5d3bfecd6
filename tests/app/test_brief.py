"""Who asks is told where things stand, and who takes command what a commander can say: privately, and by one tap."""

from __future__ import annotations

import re
from email.message import EmailMessage
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

BO, ALICIA = "Bo K. <bo@example.com>", "Alícia S. <alicia@example.com>"
MARA = "Mara Lindqvist <mara@example.com>"


def busy(installation: Installation, mails: Mails) -> EmailMessage:
    """An incident about which much was said; its declaration."""
    mail = installation.declare(
        "Cards fail", "--severity", "2", "--venue", "#cards on Slack", "--customer-liaison", "Tomás R.", "-m",
        "One in five is declined.\n\nInvoices work.",
    )  # fmt: skip
    installation.clock.tick(minutes=11)
    installation.ingest(mails.reply_to(mail, "sev 1\n\nThe gateway times out.", BO))
    installation.ingest(
        mails.reply_to(installation.mails[-1], "Need: somebody who knows the gateway\nAction: call the bank", BO)
    )
    installation.clock.tick(minutes=5)
    installation.ok("update", "-m", "The bank looks at it.", "--next-update", "+30m")
    return mail


def page(mail: EmailMessage) -> str:
    body = mail.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def taps(mail: EmailMessage) -> dict[str, str]:
    """What each link of a page prefills, by its label."""
    found = re.findall(r'<a class="answer [a-z]+" href="([^"]+)"[^>]*>([^<]+)</a>', page(mail))
    return {label: parse_qs(urlsplit(url.replace("&amp;", "&")).query)["body"][0] for url, label in found}


def tapped(mail: EmailMessage, label: str, mails: Mails, sender: str) -> bytes:
    """The mail that a tap opens, sent as it is."""
    url = next(u for u, text in re.findall(r'href="(mailto:[^"]+)"[^>]*>([^<]+)</a>', page(mail)) if text == label)
    parts = urlsplit(url.replace("&amp;", "&"))
    query = parse_qs(parts.query)
    more = f"In-Reply-To: {query['In-Reply-To'][0]}\n"
    return mails.new(
        query["body"][0].replace("\r\n", "\n"), sender=sender, subject=query["subject"][0], to=unquote(parts.path),
        more=more,
    )  # fmt: skip


@pytest.mark.parametrize("text", ["catch up", "Catch up.", "status", "Status?", "catch me up", "catch up\n\n-- \nBo"])
def test_whoever_asks_is_told_everything_and_nobody_else_anything(
    installation: Installation, mails: Mails, text: str
) -> None:
    mail = busy(installation, mails)
    before, told = installation.show(), len(installation.mails)
    assert (
        "asks for all that was told so far"
        in installation.ok("explain", "-", stdin=mails.reply_to(mail, text, ALICIA)).out
    )
    outcome = installation.ingest(mails.reply_to(mail, text, ALICIA))
    assert (outcome["outcome"], outcome["reason"]) == ("applied", None)
    (brief,) = installation.private
    assert brief["To"].endswith("<alicia@example.com>") and brief["Auto-Submitted"] == "auto-replied"
    body = brief.get_content()
    for said in (
        "As it stands: severity 1 (critical), phase 1 (stopping the damage); incident commander Mara Lindqvist; people"
        " coordinate via #cards on Slack.",
        "Declared by Mara Lindqvist, 14:20 UTC: Cards fail",
        "> One in five is declined.",
        "Update 1, 14:31 UTC: severity 1 (critical; was 2).",
        "  Bo K. said: The gateway times out.",
        "  Mara Lindqvist said: The bank looks at it.",
        "> Customer liaison: Tomás R. (customer questions)",
        "> Need: somebody who knows the gateway",
        "> Action: call the bank",
        "> Next update: by 15:06 UTC",
    ):
        assert said in body
        words = re.sub(r"[<>&]", "", said.removeprefix("> ").removeprefix("  ").partition(": ")[2])
        assert words.rstrip(".").partition(";")[0] in page(brief).replace("&#39;", "'") or "severity 1" in words
    assert installation.show() == before and len(installation.mails) == told


def test_the_link_tell_me_all_so_far_gives_the_brief(installation: Installation, mails: Mails) -> None:
    mail = busy(installation, mails)
    version = installation.show()["version"]
    for shown in (mail, installation.mails[-1]):
        count = len(installation.private)
        assert installation.ingest(tapped(shown, "Send me a summary", mails, ALICIA))["outcome"] == "applied"
        assert installation.private[count].get_content().startswith("Everything announced so far:")
    assert installation.show()["version"] == version


def test_a_stranger_is_told_nothing(installation: Installation, mails: Mails) -> None:
    mail = busy(installation, mails)
    installation.ingest(mails.reply_to(mail, "catch up", "Eve <eve@evil.test>"))
    (answer,) = installation.private
    assert "Cards" not in answer.get_content() + str(answer["Subject"])


@pytest.mark.parametrize(
    "text", ["What is the status of the bank?", "I will catch up later.", "status\n\nIs anybody there?"]
)
def test_more_words_than_these_are_a_note(installation: Installation, mails: Mails, text: str) -> None:
    assert installation.ingest(mails.reply_to(busy(installation, mails), text, ALICIA))["outcome"] == "note"
    assert installation.private == []


def test_it_may_be_asked_again_within_the_limits(installation: Installation, mails: Mails) -> None:
    mail = busy(installation, mails)
    for _ in range(12):
        installation.clock.tick(minutes=1)
        installation.ingest(mails.reply_to(mail, "catch up", ALICIA))
    assert len([mail for mail in installation.private if "alicia@example.com" in str(mail["To"])]) == 10 + 1
    assert "none follows for up to an hour" in installation.private[-1].get_content()


def test_a_brief_fed_back_changes_nothing(installation: Installation, mails: Mails) -> None:
    installation.ingest(mails.reply_to(busy(installation, mails), "catch up", ALICIA))
    installation.ok("update", "--commander", ALICIA)
    before = installation.show()
    for mail in installation.private:
        read = installation.ok("explain", "--json", "--text", "-", stdin=mail.get_content().encode()).json
        assert read["commands"] == []
        for style in ("top", "naked", "outlook", "bottom"):
            installation.clock.tick(minutes=1)
            installation.ingest(mails.reply_to(mail, "", BO, style))
            installation.ingest(mails.reply_to(mail, "Thanks.", BO, style))
    after = installation.show()
    assert {k: v for k, v in after.items() if k not in ("version", "updated_at")} == {
        k: v for k, v in before.items() if k not in ("version", "updated_at")
    }


# The controls of whoever takes command.

CONTROLS = [
    "Less severe: severity 3 (moderate)", "Next: phase 2 (resolving)", "No change, next update in 30 minutes",
    "Hand over command", "Close the incident",
]  # fmt: skip


@pytest.mark.parametrize(
    ("how", "first"),
    [
        ("reply", "You are incident commander of this incident now."),
        ("handoff", "You are incident commander of this incident now."),
        ("spoken", "Mara Lindqvist has named you incident commander of this incident."),
        ("declared", "Mara Lindqvist has named you incident commander of this incident."),
    ],
)
def test_whoever_takes_command_gets_the_controls_in_one_mail(
    installation: Installation, mails: Mails, how: str, first: str
) -> None:
    more = ["--commander", BO] if how == "declared" else []
    mail = installation.declare("Cards fail", "--severity", "2", "-m", "Look at it.", *more)
    if how == "reply":
        installation.ingest(mails.reply_to(mail, "taking command", BO))
    elif how == "handoff":
        installation.ok("handoff", BO)
        installation.ingest(mails.reply_to(installation.private[0], "accept", BO))
    elif how == "spoken":
        installation.ok("handoff", BO, "--spoken")
    controls = installation.private[-1]
    assert len(installation.private) == (2 if how == "handoff" else 1)
    assert controls["To"] == '"Bo K." <bo@example.com>'
    text = controls.get_content()
    assert text.startswith(first) and "> Look at it." in text
    assert ("decline" in text) is (how in ("spoken", "declared"))
    assert list(taps(controls)) == CONTROLS
    assert all(label in text for label in CONTROLS)


def test_each_control_does_by_one_tap_what_it_says(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    installation.ingest(mails.reply_to(mail, "taking command", BO))
    (controls,) = installation.private
    for label, changed in (
        (CONTROLS[0], {"severity": 3}),
        (CONTROLS[1], {"phase": 2}),
        (CONTROLS[2], {"next_update_at": "2026-11-20T14:50:00Z"}),
    ):
        assert installation.ingest(tapped(controls, label, mails, BO))["outcome"] == "applied"
        assert {name: installation.show()[name] for name in changed} == changed
    assert "No change." in installation.mails[-1].get_content()
    assert installation.ingest(tapped(controls, CONTROLS[3], mails, BO))["outcome"] == "note"
    raw = tapped(controls, CONTROLS[3], mails, BO).replace(b"\n\n is incident", b"\n\nMara Lindqvist is incident")
    assert installation.ingest(raw)["outcome"] == "applied"
    assert installation.show()["commander"]["name"] == "Mara Lindqvist"
    assert installation.ingest(tapped(controls, CONTROLS[4], mails, BO))["outcome"] == "applied"
    assert installation.show("cards")["status"] == "closed"


def test_who_declares_gets_no_mail_about_leading(installation: Installation, mails: Mails) -> None:
    installation.declare("Cards fail")
    installation.ingest(mails.new("sev 2", sender=BO, subject="Mail is slow"))
    assert installation.private == []


def test_controls_of_a_command_that_has_passed_on_are_not_sent(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    installation.config.write_text(installation.config.read_text().replace("[mail]\n", "[mail]\nmute = true\n"))
    installation.ingest(mails.reply_to(mail, "taking command", BO))
    installation.config.write_text(installation.config.read_text().replace("mute = true\n", ""))
    installation.ok("handoff", ALICIA, "--spoken")
    assert [str(mail["To"]) for mail in installation.private][-1].endswith("<alicia@example.com>")
    assert not any("bo@example.com" in str(mail["To"]) for mail in installation.private)
