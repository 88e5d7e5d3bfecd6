"""Summaries on request, and the list of replies for a new commander: both are private, and replies are one tap away."""

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
    """Return the declaration of an incident about which people have written much."""
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
    """Return the text that each link of a page prefills, by the link's label."""
    found = re.findall(r'<a class="answer [a-z]+" href="([^"]+)"[^>]*>([^<]+)</a>', page(mail))
    return {label: parse_qs(urlsplit(url.replace("&amp;", "&")).query)["body"][0] for url, label in found}


def tapped(mail: EmailMessage, label: str, mails: Mails, sender: str) -> bytes:
    """Return the mail that a tap on the link opens, sent unchanged."""
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
        "> Need 1: somebody who knows the gateway",
        "> Action 2: call the bank",
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
    "text", ["What is the status of the bank?", "I will catch up later.", "status of the bank\n\nIs anybody there?"]
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
    assert "no more of them come before 15:" in installation.private[-1].get_content()


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
        ("spoken", "You are incident commander of this incident now, says Mara Lindqvist."),
        ("declared", "You are incident commander of this incident now, says Mara Lindqvist."),
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
    installation.clock.tick(minutes=5)
    installation.ingest(mails.new("sev 2", sender=BO, subject="Mail is slow"))
    assert not any("incident commander" in mail.get_content() for mail in installation.private)


def test_controls_of_a_command_that_has_passed_on_are_not_sent(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "2")
    installation.config.write_text(installation.config.read_text().replace("[mail]\n", "[mail]\nmute = true\n"))
    installation.ingest(mails.reply_to(mail, "taking command", BO))
    installation.config.write_text(installation.config.read_text().replace("mute = true\n", ""))
    installation.ok("handoff", ALICIA, "--spoken")
    assert [str(mail["To"]) for mail in installation.private][-1].endswith("<alicia@example.com>")
    assert not any("bo@example.com" in str(mail["To"]) for mail in installation.private)


def brief_for(installation: Installation, mails: Mails, text: str, sender: str) -> str:
    installation.ingest(mails.reply_to(installation.mails[0], text, sender, at=installation.clock.now))
    to = [mail for mail in installation.private if sender.partition("<")[2].rstrip(">") in str(mail["To"])]
    return [text for mail in to if not (text := str(mail.get_content())).startswith("The list ")][-1]


def test_who_comes_back_is_told_what_is_new_since_they_wrote(installation: Installation, mails: Mails) -> None:
    busy(installation, mails)
    installation.clock.tick(minutes=5)
    installation.ingest(mails.reply_to(installation.mails[0], "Decision: we fail over", ALICIA))
    body = brief_for(installation, mails, "catch up", BO)
    assert body.startswith("How it stands, and what is new:\n\nAs it stands: severity 1 (critical)")
    new = body.partition("New since 14:31 UTC:\n\n")[2].partition("\n\n")[0]
    assert new == (
        "> 14:36 UTC Mara Lindqvist set the time of the next update to 15:06 UTC\n"
        "> 14:36 UTC Mara Lindqvist: The bank looks at it.\n"
        "> 14:41 UTC Alícia S.: Decision 3: we fail over"
    )


def test_who_gives_a_time_is_told_what_is_new_since_then(installation: Installation, mails: Mails) -> None:
    busy(installation, mails)
    installation.clock.tick(minutes=5)
    body = brief_for(installation, mails, "catch up since 14:35, thanks", ALICIA)
    assert "New since 14:35 UTC:" in body and "The bank looks at it." in body and "The gateway times out" not in body
    assert "Nothing is new since 14:40 UTC." in brief_for(installation, mails, "Catch me up since 14:40", ALICIA)


def test_a_time_that_is_none_is_asked_about(installation: Installation, mails: Mails) -> None:
    busy(installation, mails)
    assert "catch up since 14:00" in brief_for(installation, mails, "catch up since lunch", ALICIA)


def test_the_brief_holds_what_is_tracked_until_it_is_met(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "3", "--venue", "#cards on Slack")
    lines = (
        "Action: call the bank by 14:30 UTC\nNeed: a DBA\nAssumption: the gateway is healthy\n"
        "Assumption: it is the disk\nEvidence: no error in its log (for 3)\nRuled out: the network\n"
        "Decision: we fail over\nAbout to: reboot db1"
    )
    installation.ingest(mails.reply_to(mail, lines, BO))
    installation.ingest(mails.reply_to(mail, "4 refuted", ALICIA))
    installation.ok("join")
    installation.clock.tick(minutes=20)
    body = brief_for(installation, mails, "catch up", MARA)
    tracked = body[body.index("To be done:") : body.index("> Approved for customers")]
    assert tracked == (
        "To be done:\n\n> Action 1: call the bank (Bo K.; by 14:30 UTC; overdue)\n\nNeeded:\n\n> Need 2: a DBA\n\n"
        "Only assumed, and to be looked at again:\n\n> Assumption 3: the gateway is healthy\n\n"
        "Seen, or ruled out:\n\n> Assumption 4: it is the disk (refuted, says Alícia S.)\n"
        "> Evidence 5: no error in its log (for 3)\n> Ruled out 6: the network\n\n"
        "Decided:\n\n> Decision 7: we fail over\n\nAbout to be done:\n\n> About to 8: reboot db1\n\n"
    )
    assert "coordinate via #cards on Slack" in body and "> At work: Mara Lindqvist (incident commander)" in body
    for word in ("done 1", "done 2", "3 holds", "done 8"):
        installation.ingest(mails.reply_to(mail, word, BO, at=installation.clock.now))
    body = brief_for(installation, mails, "catch up", MARA)
    assert not any(title in body for title in ("To be done", "Needed:", "Only assumed", "About to be done"))


def test_a_brief_with_everything_in_it_changes_nothing_if_it_comes_back(
    installation: Installation, mails: Mails
) -> None:
    mail = installation.declare("Cards fail", "--severity", "3")
    lines = "Action: sev 1\nNeed: phase 3\nAssumption: Severity: 1\nDecision: taking command\nAbout to: close"
    installation.ingest(mails.reply_to(mail, lines, BO))
    brief = brief_for(installation, mails, "catch up", ALICIA)
    before = installation.show()
    for style in ("top", "naked", "outlook", "bottom"):
        installation.clock.tick(minutes=1)
        raw = mails.reply_to(installation.private[-1], "Thanks.", ALICIA, style, at=installation.clock.now)
        assert installation.ingest(raw)["outcome"] in ("note", "automatic"), brief
    assert {**installation.show(), "version": 0, "updated_at": ""} == {**before, "version": 0, "updated_at": ""}
