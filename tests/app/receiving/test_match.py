"""The incident of an answer is found even if servers and mail programs have lost the fields that name it."""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails, Sink

ALICIA, BOT, LIST = "Alícia <alicia@example.com>", "incident-bot@example.com", "incidents@example.com"
SES = "0100018c5c8d9a2b-1b2c3d4e-5f60-7182-93a4-b5c6d7e8f901-000000"
TEXT = "Checkout is rejecting card payments"


def code_of(mail: EmailMessage) -> str:
    return str(mail.get_content().rstrip("\n").split("\n")[-1])


def answer(mails: Mails, *fields: str, text: str = "sev 1", subject: str = "Re: something else") -> bytes:
    return mails.new(text, sender=ALICIA, subject=subject, more="".join(f"{field}\n" for field in fields))


@pytest.mark.parametrize(
    ("said", "named"),
    [
        (f"250 Ok {SES}", f"<{SES}@email.amazonses.com>"),
        (f"250 Ok {SES}", f"<{SES}@eu-west-1.amazonses.com>"),
        (
            "250 2.6.0 <AM0PR01@am0pr01.prod.example> [InternalId=51, Hostname=am0.prod.example] 9 bytes Queued mail",
            "<am0pr01@AM0PR01.prod.example>",
        ),
    ],
)
def test_an_id_that_the_relay_reports_is_answered_like_ours(
    installation: Installation, sink: Sink, mails: Mails, said: str, named: str
) -> None:
    installation.configure(relay=sink.url)
    sink.after_data = said
    installation.ok("declare", TEXT)
    outcome = installation.ingest(answer(mails, f"In-Reply-To: {named}"))
    assert (outcome["outcome"], outcome["rule"]) == ("applied", "in-reply-to")
    assert installation.show()["severity"] == 1


def test_a_queue_number_is_no_id(installation: Installation, sink: Sink, mails: Mails) -> None:
    installation.configure(relay=sink.url)
    sink.after_data = "250 2.0.0 Ok: queued as 4FxT3k1Zq9"
    installation.ok("declare", TEXT)
    assert installation.ingest(answer(mails, "In-Reply-To: <4FxT3k1Zq9@mx.example>"))["outcome"] == "filed"


def test_where_all_fields_are_lost_the_code_in_the_quotation_names_the_incident(
    installation: Installation, mails: Mails
) -> None:
    declared = installation.declare()
    installation.declare("Another thing")
    outcome = installation.ingest(answer(mails, text=f"sev 1\n\n> {code_of(declared)}"))
    assert (outcome["outcome"], outcome["rule"]) == ("applied", "code")
    assert (installation.show("checkout")["severity"], installation.show("another")["severity"]) == (1, 3)


def test_a_strangers_code_changes_nothing(installation: Installation, mails: Mails) -> None:
    declared = installation.declare()
    raw = mails.new(f"sev 1\n\n> {code_of(declared)}", sender="eve@evil.test", subject="Re: x")
    assert installation.ingest(raw)["outcome"] == "refused"
    assert installation.show()["severity"] == 3


def test_codes_of_two_incidents_are_asked_about_and_change_nothing(installation: Installation, mails: Mails) -> None:
    first, second = installation.declare(), installation.declare("Another thing")
    outcome = installation.ingest(answer(mails, text=f"sev 1\n\n> {code_of(first)}\n> {code_of(second)}"))
    assert outcome["outcome"] == "filed"
    assert "several incidents" in outcome["reason"]


def test_who_pastes_the_mail_of_another_incident_still_answers_the_one_at_hand(
    installation: Installation, mails: Mails
) -> None:
    first, second = installation.declare(), installation.declare("Another thing")
    raw = mails.reply_to(first, f"sev 1\n\nSee the other one:\n{code_of(second)}", ALICIA)
    assert installation.ingest(raw)["incident"] == installation.show("checkout")["id"]
    assert installation.show("another")["severity"] == 3


@pytest.mark.parametrize("subject", [f"Re: {TEXT}", f"[incidents] AW: SV: {TEXT}", f"WG: {TEXT.upper()}"])
def test_a_subject_alone_suggests_the_incident_and_changes_nothing(
    installation: Installation, mails: Mails, subject: str
) -> None:
    installation.declare(TEXT)
    outcome = installation.ingest(answer(mails, subject=subject))
    assert (outcome["outcome"], outcome["rule"]) == ("filed", "subject")
    assert outcome["incident"] == installation.show()["id"]
    assert (installation.show()["severity"], len(installation.mails)) == (3, 1)


def test_whoever_is_known_by_the_subject_alone_is_asked_and_his_reply_to_that_counts(
    installation: Installation, mails: Mails
) -> None:
    installation.declare("Cards fail", "--severity", "3")
    installation.ingest(mails.new("sev 1", sender="Bo <bo@example.com>", subject="Re: Cards fail"))
    assert installation.show()["severity"] == 3
    (asked,) = installation.private
    assert "only its subject shows that it may be about this incident" in asked.get_content()
    assert installation.ingest(mails.reply_to(asked, "sev 1", "Bo <bo@example.com>"))["outcome"] == "applied"
    assert installation.show()["severity"] == 1
    installation.ingest(mails.new("sev 1", sender="Eve <eve@evil.example>", subject="Re: Cards fail"))
    assert all("eve@evil.example" not in str(mail["To"]) or "Cards" not in str(mail) for mail in installation.private)


def test_the_subject_of_a_closed_incident_suggests_nothing(installation: Installation, mails: Mails) -> None:
    installation.declare(TEXT)
    installation.ok("close")
    assert installation.ingest(answer(mails, subject=f"Re: {TEXT}"))["incident"] is None


def test_a_new_mail_that_declares_is_a_declaration_whatever_its_subject(
    installation: Installation, mails: Mails
) -> None:
    installation.declare(TEXT)
    assert installation.ingest(answer(mails, text="Severity: 1", subject=TEXT))["disposition"] == "declaration"
