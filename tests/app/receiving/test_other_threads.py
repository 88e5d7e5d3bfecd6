"""An incident's address or code in a thread about something else does not make answers there belong to the incident."""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

ANN, MALLORY = "Ann Lee <ann@example.com>", "Mallory Mole <mallory@example.com>"
LIST = "incidents@example.com"
WINDOW, ID = "Window in the kitchen", "<w1@mua.example>"
QUESTION = "Shall we close the window in the kitchen, or leave it open? One word is enough."
IN_REPLY = f"In-Reply-To: {ID}\nReferences: {ID}\n"


def plus_of(mail: EmailMessage) -> str:
    return next(part.strip() for part in str(mail["Reply-To"]).split(",") if "+" in part)


def code_of(mail: EmailMessage) -> str:
    return str(mail.get_content().rstrip("\n").split("\n")[-1])


def below(text: str, quoted: str) -> str:
    marked = "\n".join(f"> {line}" for line in quoted.split("\n"))
    return f"{text}\n\nOn Fri, 20 Nov 2026 at 14:21, Mallory Mole <mallory@example.com> wrote:\n{marked}"


def is_untouched(installation: Installation) -> bool:
    (shown,) = installation.ok("list", "--all", "--json").json
    return (shown["status"], shown["phase"], shown["severity"]) == ("open", 1, 3)


def said(installation: Installation) -> str:
    return " ".join(installation.private[-1].get_content().split())


@pytest.mark.parametrize("word", ["Close.", "phase 2", "sev 1"])
@pytest.mark.parametrize("subject", [WINDOW, "Close?", "Payments", ""])
def test_an_answer_to_other_mail_that_came_in_is_asked_about_whatever_its_address(
    installation: Installation, mails: Mails, subject: str, word: str
) -> None:
    plus = plus_of(installation.declare())
    more = f"Reply-To: {plus}\n"
    installation.ingest(mails.new(QUESTION, sender=MALLORY, subject=subject, message_id=ID, more=more))
    before = len(installation.private)
    raw = mails.new(below(word, QUESTION), sender=ANN, subject=f"Re: {subject}", to=plus, more=IN_REPLY)
    assert installation.ingest(raw)["outcome"] == "filed"
    assert is_untouched(installation)
    assert len(installation.private) == before + 1
    assert "send your words again in reply to one of its mails" in said(installation)


@pytest.mark.parametrize("subject", [WINDOW, "Close?", ""])
def test_so_is_an_answer_to_mail_that_nobody_here_knows(installation: Installation, mails: Mails, subject: str) -> None:
    plus = plus_of(installation.declare())
    raw = mails.new(below("Close.", QUESTION), sender=ANN, subject=f"Re: {subject}", to=plus, more=IN_REPLY)
    assert (installation.ingest(raw)["outcome"], is_untouched(installation)) == ("filed", True)


def test_a_link_with_another_subject_is_asked_about(installation: Installation, mails: Mails) -> None:
    plus = plus_of(installation.declare())
    raw = mails.new("phase 2", sender=ANN, subject="Re: Pizza on Friday", to=plus)
    assert (installation.ingest(raw)["outcome"], is_untouched(installation)) == ("filed", True)


def test_a_code_in_a_signature_makes_neither_its_mail_nor_the_answers_part_of_the_incident(
    installation: Installation, mails: Mails
) -> None:
    text = f"{QUESTION}\n\n-- \nMallory Mole\n{code_of(installation.declare())}"
    first = installation.ingest(mails.new(text, sender=MALLORY, subject=WINDOW, message_id=ID))
    assert (first["outcome"], first["incident"]) == ("filed", None)
    raw = mails.new(below("Close.", text), sender=ANN, subject=f"Re: {WINDOW}", more=IN_REPLY)
    assert (installation.ingest(raw)["outcome"], is_untouched(installation)) == ("filed", True)


def test_a_code_in_what_an_answer_to_unknown_mail_quotes_is_no_command_for_the_incident(
    installation: Installation, mails: Mails
) -> None:
    text = f"{QUESTION}\n\n-- \nMallory Mole\n{code_of(installation.declare())}"
    raw = mails.new(below("Close.", text), sender=ANN, subject=f"Re: {WINDOW}", more=IN_REPLY)
    assert (installation.ingest(raw)["outcome"], is_untouched(installation)) == ("filed", True)


def test_references_to_the_incident_do_not_outweigh_the_mail_that_is_answered(
    installation: Installation, mails: Mails
) -> None:
    declared = installation.declare()
    ours = f"References: {declared['Message-ID']}"
    installation.ingest(mails.new(QUESTION, sender=MALLORY, subject=WINDOW, message_id=ID, more=f"{ours}\n"))
    more = f"In-Reply-To: {ID}\n{ours} {ID}\n"
    raw = mails.new(below("Close.", QUESTION), sender=ANN, subject=f"Re: {WINDOW}", more=more)
    assert (installation.ingest(raw)["outcome"], is_untouched(installation)) == ("filed", True)


@pytest.mark.parametrize(
    ("subject", "more"),
    [
        ("sev 1", ""),
        ("Re: sev 1", ""),
        ("Re: Checkout is rejecting card payments", ""),
        ("Re: Checkout is rejecting card payments", "In-Reply-To: <renamed@mx.example>\n"),
        ("AW: [EXTERNAL] Re: Checkout is rejecting card payments", "References: <renamed@mx.example>\n"),
    ],
)
def test_our_subject_or_a_command_in_its_place_needs_no_more_than_the_address(
    installation: Installation, mails: Mails, subject: str, more: str
) -> None:
    plus = plus_of(installation.declare())
    raw = mails.new("sev 1", sender=ANN, subject=subject, to=plus, more=more)
    assert (installation.ingest(raw)["outcome"], installation.show()["severity"]) == ("applied", 1)


def test_what_ours_is_quoted_below_needs_no_subject(installation: Installation, mails: Mails) -> None:
    declared = installation.declare()
    quoted = "\n".join(f"> {line}" for line in declared.get_content().splitlines())
    raw = mails.new(f"sev 1\n\n{quoted}", sender=ANN, subject="Re: your mail", to=plus_of(declared))
    assert (installation.ingest(raw)["outcome"], installation.show()["severity"]) == ("applied", 1)


def test_an_answer_to_an_answer_belongs_to_the_incident_under_another_subject_too(
    installation: Installation, mails: Mails
) -> None:
    declared = installation.declare()
    installation.ingest(mails.reply_to(declared, "I look at the logs.", MALLORY, message_id=ID))
    raw = mails.new("sev 1", sender=ANN, subject="Re: logs", to=plus_of(declared), more=IN_REPLY)
    assert (installation.ingest(raw)["outcome"], installation.show()["severity"]) == ("applied", 1)


COLLECTED = """Just collecting what we may have to write later, nothing of it is meant now:

Hi all,
sev 1
phase 2
Thanks,
Ann Lee
Severity: 1
Phase: 2
Venue: #checkout on Slack
"""


@pytest.mark.parametrize("style", ["top", "outlook", "naked", "bottom", "bare"])
@pytest.mark.parametrize(
    "text", ["sev 1\nphase 2", "Hi all,\n\nsev 1\nphase 2\n\nThanks,\nAnn Lee", "Severity: 1\nPhase: 2"]
)
@pytest.mark.parametrize("end", ["", "Ref "])
def test_what_somebody_else_wrote_before_is_no_quotation_in_an_ordinary_answer(
    installation: Installation, mails: Mails, style: str, text: str, end: str
) -> None:
    declared = installation.declare()
    collected = f"{COLLECTED}{code_of(declared)}" if end else COLLECTED
    installation.ingest(mails.reply_to(declared, collected, MALLORY, "bare"))
    assert is_untouched(installation)
    if style == "bottom" and "\n\n" in text:
        text = "sev 1\nphase 2"
    installation.ingest(mails.reply_to(declared, text, ANN, style))
    shown = installation.show()
    assert (shown["severity"], shown["phase"]) == (1, 2)
