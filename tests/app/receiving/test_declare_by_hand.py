"""A mail typed by hand declares an incident, with all its facts, in whatever form it was typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA = "Jayla M. <jayla@example.com>"
STATED = "Severity 2, phase 1. I am incident commander. Coordinating via #x channel on Slack."
DETAILS = "One in five card payments is declined since 14:07 UTC."
LIAISONS = "Customer liaison: Tomás R.\nBusiness liaison: Ingrid Håkansson\nSME: Bo K., Yusuf A. and Alícia S."
TYPED = {
    "after a space": f"{STATED} {DETAILS}\n\n{LIAISONS}",
    "in the next line": f"{STATED}\n{DETAILS}\n\n{LIAISONS}",
    "after an empty line": f"{STATED}\n\n{DETAILS}\n\n{LIAISONS}",
    "pasted without a space": f"{STATED}{DETAILS}\n\n{LIAISONS}",
    "below the liaisons": f"{STATED}\n{LIAISONS}\n\n{DETAILS}",
    "right above the liaisons": f"{STATED} {DETAILS}\n{LIAISONS}",
    "above a signature": f"{STATED}\n\n{DETAILS}\n\n{LIAISONS}\n\n-- \nJayla M.\nSeverity 4 is fine by me\n",
}


@pytest.mark.parametrize("text", TYPED.values(), ids=TYPED.keys())
def test_a_mail_typed_by_hand_declares_the_incident_with_all_its_fields(
    installation: Installation, mails: Mails, text: str
) -> None:
    assert installation.ingest(mails.new(text, sender=JAYLA, subject="Cards are declined"))["outcome"] == "applied"
    shown = installation.show()
    expected = {
        "description": "Cards are declined", "details": DETAILS, "severity": 2, "phase": 1, "assumed": [],
        "commander": {"name": "Jayla M.", "address": "jayla@example.com"}, "venue": "#x channel on Slack",
        "roles": {
            "customer_liaison": [{"name": "Tomás R.", "address": None}],
            "business_liaison": [{"name": "Ingrid Håkansson", "address": None}],
            "subject_matter_experts": [
                {"name": "Bo K.", "address": None}, {"name": "Yusuf A.", "address": None},
                {"name": "Alícia S.", "address": None},
            ],
        },
    }  # fmt: skip
    assert {name: shown[name] for name in expected} == expected


@pytest.mark.parametrize("behind", [f" {DETAILS}", DETAILS, f"\n{DETAILS}", f"\n\n{DETAILS}"])
@pytest.mark.parametrize("url", ["https://meet.example.com/a.b/c?d=1.2&e=3#f", "https://zoom.example/j/12?pwd=Ab.Cd"])
def test_a_venue_that_is_a_web_address_survives_whole(
    installation: Installation, mails: Mails, url: str, behind: str
) -> None:
    text = STATED.replace("#x channel on Slack", url) + behind
    installation.ingest(mails.new(text, sender=JAYLA, subject="Cards are declined"))
    assert (installation.show()["venue"], installation.show()["details"]) == (url, DETAILS)


def test_a_declaration_on_the_list_is_answered_with_one_follow_up_in_its_thread(
    installation: Installation, mails: Mails
) -> None:
    raw = mails.new(f"{STATED} {DETAILS}", sender=JAYLA, subject="Cards are declined", message_id="<hand@mua.example>")
    installation.ingest(raw)
    (mail,) = installation.mails
    assert (mail["Subject"], mail["In-Reply-To"]) == ("Re: Cards are declined", "<hand@mua.example>")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "Incident: 2026-11-20-cards-are-declined" in mail.get_content()


def test_a_declaration_sent_only_to_us_is_announced_in_full(installation: Installation, mails: Mails) -> None:
    installation.ingest(mails.new(STATED, sender=JAYLA, subject="Cards are declined", to="incident-bot@example.com"))
    (mail,) = installation.mails
    assert (mail["Subject"], mail["From"]) == ("Cards are declined", '"Jayla M." <jayla@example.com>')
    assert "In-Reply-To" not in mail


def test_what_a_hand_written_declaration_leaves_out_is_assumed_and_marked(
    installation: Installation, mails: Mails
) -> None:
    installation.ingest(mails.new("Severity: 2?\n\nCards fail.", sender=JAYLA, subject="Cards are declined"))
    shown = installation.show()
    assert (shown["severity"], shown["assumed"]) == (2, ["severity", "phase", "commander"])
    assert shown["commander"]["address"] == "jayla@example.com"
    assert "Severity 2 (serious; not confirmed)" in installation.mails[-1].get_content()


def test_an_html_only_declaration_is_read_as_text(installation: Installation, mails: Mails) -> None:
    html = f"<div>{STATED}</div><div><br></div><div>Cards <b>fail</b> &amp; customers call.</div>"
    installation.ingest(mails.new(html, sender=JAYLA, subject="Cards are declined", html=True))
    assert (installation.show()["severity"], installation.show()["details"]) == (2, "Cards fail & customers call.")


def test_a_thread_that_states_neither_severity_nor_commander_is_no_incident(
    installation: Installation, mails: Mails
) -> None:
    outcome = installation.ingest(mails.new("Who has the slides?", sender=JAYLA, subject="Slides"))
    assert (outcome["outcome"], outcome["disposition"], installation.mails) == ("filed", "unmatched", [])


@pytest.mark.parametrize("more", ["In-Reply-To: <other@mua.example>\n", "References: <other@mua.example>\n"])
def test_an_answer_in_an_unknown_thread_declares_if_its_own_words_do(
    installation: Installation, mails: Mails, more: str
) -> None:
    quoted = f"{DETAILS}\n\nOn Fri, 20 Nov 2026 at 14:05, Bo <bo@mon.example> wrote:\n> {STATED}"
    assert installation.ingest(mails.new(quoted, sender=JAYLA, subject="AW: Cards", more=more))["outcome"] == "filed"
    assert installation.ok("list", "--all", "--json").json == []
    assert installation.ingest(mails.new(STATED, sender=JAYLA, subject="AW: Cards", more=more))["outcome"] == "applied"
    assert installation.show()["description"] == "Cards"


def test_a_stranger_declares_nothing_and_is_told_nothing(installation: Installation, mails: Mails) -> None:
    outcome = installation.ingest(mails.new(STATED, sender="Eve <eve@evil.test>", subject="Cards are declined"))
    assert (outcome["outcome"], outcome["trust"]) == ("refused", "stranger")
    assert (installation.mails, installation.ok("list", "--all", "--json").json) == ([], [])


def test_a_severity_that_is_not_on_the_scale_is_refused_with_the_scale(
    installation: Installation, mails: Mails
) -> None:
    outcome = installation.ingest(mails.new("Severity 9.", sender=JAYLA, subject="Cards are declined"))
    assert outcome["outcome"] == "refused"
    assert "1 (critical), 2 (serious)" in outcome["reason"]


def test_a_subject_longer_than_a_line_is_clipped_and_kept_whole_in_the_details(
    installation: Installation, mails: Mails
) -> None:
    subject = "cards fail and " * 30
    installation.ingest(mails.new("Severity 2.", sender=JAYLA, subject=subject))
    shown = installation.show()
    assert len(shown["description"]) <= 300
    assert shown["details"] == " ".join(subject.split())


def test_replies_to_the_hand_written_mail_belong_to_its_incident(installation: Installation, mails: Mails) -> None:
    installation.ingest(mails.new(STATED, sender=JAYLA, subject="Cards", message_id="<hand@mua.example>"))
    more = "In-Reply-To: <hand@mua.example>\n"
    outcome = installation.ingest(mails.new("sev 1", sender="Bo K. <bo@example.com>", subject="Re: Cards", more=more))
    assert (outcome["outcome"], outcome["rule"], installation.show()["severity"]) == ("applied", "in-reply-to", 1)
