"""Our own words from an earlier mail of the incident change nothing when they appear in a reply."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentmail.reply.extraction.cut import cut
from incidentmail.reply.memory.earlier_words import Memory, mask

DECLARATION = """\
Severity 2 (serious), phase 1 (stopping the damage). Mara Lindqvist is incident commander. Coordinating via
#2026-11-20-checkout on Slack.

Since 14:07 UTC (15:07 CET) one in five card payments is declined. Customers can still pay by invoice.

Approved for customers: nothing yet
Customer liaison: Tomás R. (customer questions)
Business liaison: needed (management questions)
Subject-matter experts: Bo K., Yusuf A.
Next update: by 15:00 UTC (16:00 CET)

Worse than this? Reply with the word sev and a number.
"""


def readable(body: str, *mails: str) -> list[str]:
    """Return the kept lines that may contain commands."""
    reading = cut(body)
    kept = [line.line.text for line in reading.lines if line.kept]
    return [text for text, free in zip(kept, mask(reading, Memory.of(mails)), strict=True) if free and text.strip()]


def test_the_same_single_line_is_obeyed_again() -> None:
    assert readable("Severity: 1", "Severity: 1") == ["Severity: 1"]
    assert readable("Hi all,\n\nSeverity: 1", "Hi all,\n\nlooking", "Severity: 1") == ["Hi all,", "Severity: 1"]
    assert readable("It spreads.\n\nSeverity: 1", "Severity: 1") == ["It spreads.", "Severity: 1"]


def test_a_remembered_line_below_a_quote_marker_is_quoted() -> None:
    assert Memory.of(["Severity: 1"]).quoted(["> fine", "", "Severity: 1"]) == (False, False, True)
    long = "> is it as bad as Ann wrote from the shop in the station, or worse?"
    assert readable(f"{long}\nSeverity: 1", "Severity: 1") == []  # may be the rest of the line, which was wrapped
    assert readable("> is it bad?\n\nSeverity: 2", "Severity: 1") == ["Severity: 2"]


def test_the_end_of_a_reply_below_marked_lines_is_meant_even_if_the_same_words_were_written_before() -> None:
    assert readable("> is it bad?\n\nSeverity: 1", "Severity: 1") == ["Severity: 1"]
    assert readable("> is it bad?\nSeverity: 1", "Severity: 1") == ["Severity: 1"]
    assert readable("> is it bad?\nSeverity: 1", "is it bad?\nMara asks.\nSeverity: 1") == []  # one mail has both
    assert readable("> is it bad?\n\nclose\n\n-- \nBo", "close") == ["close"]
    assert readable("> is it bad?\n\nSeverity: 1\n\n> and now?", "Severity: 1") == []
    assert readable("> is it bad?\n\nSeverity: 1\nPhase: 2", "Severity: 1\nPhase: 2") == []
    assert readable("> is it bad?\n\nSeverity: 1", "is it bad?\n\nSeverity: 1") == []  # it lost its mark
    assert readable("Bo aliandika:\n\nis it bad?\n\nSeverity: 1", "is it bad?", "Severity: 1")[-1:] != ["Severity: 1"]


LINKED = """\
Severity 2 (serious), phase 1. Coordinating via https://meet.example.com/pay.

Customer liaison: needed
Document: https://docs.example.com/a?b=1
"""
REWRITTEN = {
    "safe links": "https://eur01.safelinks.protection.example/?url=https%3A%2F%2F{percent}&data=05%7C01&reserved=0",
    "urldefense 3": "https://urldefense.example/v3/__https://{plain}__;!!AbC!x-Y$",
    "urldefense 2": "https://urldefense.example/v2/url?u=https-3A__{dashed}&d=DwMFaQ&c=x",
    "doubled": "https://{plain}<https://{plain}>",
    "doubled by a gateway": "https://{plain}<https://safe.example/?url=https%3A%2F%2F{percent}&data=1>",
    "opaque": "https://protect.example/s/x7Gh2{tail}",
}


@pytest.mark.parametrize("gateway", REWRITTEN)
@pytest.mark.parametrize("top", ["ok thanks\n", "ok thanks\n\n", "Bo aliandika:\n\n"])
def test_a_link_that_a_gateway_rewrote_does_not_hide_a_quotation(gateway: str, top: str) -> None:
    body = LINKED
    for plain, percent, dashed in (
        ("meet.example.com/pay", "meet.example.com%2Fpay", "meet.example.com_pay"),
        ("docs.example.com/a?b=1", "docs.example.com%2Fa%3Fb%3D1", "docs.example.com_a-3Fb-3D1"),
    ):
        link = REWRITTEN[gateway].format(plain=plain, percent=percent, dashed=dashed, tail=plain[0])
        body = body.replace(f"https://{plain}", link)
    assert readable(f"{top}{body}", LINKED) == [line for line in top.split("\n") if line]


ALTERED = (
    DECLARATION.replace("payments", "Zahlungen").replace("nothing yet", "nichts yet").replace("liaison:", "contact:")
)


def test_a_word_that_a_translator_changed_does_not_hide_a_quotation() -> None:
    assert readable(f"On it.\n\n{ALTERED}", DECLARATION) == ["On it."]


def test_the_writers_own_line_with_another_number_or_link_is_meant() -> None:
    assert readable("Severity 1 (serious), phase 1.\nVenue: https://b.example.com", DECLARATION, LINKED) == [
        "Severity 1 (serious), phase 1.",
        "Venue: https://b.example.com",
    ]
    earlier = "Severity 2, phase 1, no change.\nVenue: https://a.example.com/x"
    own = "Severity 1, phase 1, no change.\nVenue: https://a.example.com/y"
    assert readable(own, earlier) == own.split("\n")


def test_a_remembered_line_below_another_remembered_line_is_quoted() -> None:
    assert readable("Phase: 2\nplease\nSeverity: 1", "Severity: 1", "Phase: 2") == ["Phase: 2", "please"]


def test_a_run_that_stood_in_one_mail_is_quoted_wherever_it_stands() -> None:
    assert readable("Severity: 1\n\nPhase: 2", "Severity: 1\nPhase: 2") == []
    assert readable("Severity: 1\nPhase: 3", "Severity: 1\nPhase: 2") == ["Severity: 1", "Phase: 3"]


def test_lines_of_two_mails_are_no_run() -> None:
    assert Memory.of(["Severity: 1", "Phase: 2"]).quoted(["Severity: 1", "sev 1"]) == (False, False)


def test_a_remembered_line_below_a_line_that_ends_with_a_colon_is_quoted() -> None:
    assert readable("Sawa.\n\nBo aliandika jana:\n\nSeverity: 4", "Severity: 4") == ["Sawa.", "Bo aliandika jana:"]


def test_marks_case_and_white_space_do_not_hide_a_line() -> None:
    memory = Memory.of(["> *Severity:* 1\nPhase: 2"])
    assert memory.quoted(["sever\u200bity:\u00a0 1", "PHASE:\u202f2"]) == (True, True)


@pytest.mark.parametrize("width", range(30, 120))
def test_our_own_mail_broken_into_short_lines_yields_no_command(width: int) -> None:
    broken = "\n".join(part for line in DECLARATION.splitlines() for part in textwrap.wrap(line, width) or [""])
    assert readable(f"On it.\n\nBo aliandika jana\n\n{broken}", DECLARATION) == ["On it.", "Bo aliandika jana"]


def test_our_own_mail_joined_into_one_paragraph_yields_no_command() -> None:
    joined = " ".join(DECLARATION.split("\n\n")[2].split("\n"))
    lines = textwrap.wrap(joined, 72)
    assert readable("On it.\n\n" + "\n".join(lines), DECLARATION) == ["On it."]


def test_the_writer_can_use_words_of_the_mail_in_a_command_of_their_own() -> None:
    assert readable("Severity 1 (critical), phase 1.\nBo K. is incident commander.", DECLARATION) == [
        "Severity 1 (critical), phase 1.",
        "Bo K. is incident commander.",
    ]


@given(st.lists(st.text("abc: 12\n>", max_size=40), max_size=4), st.text("abc: 12\n>", max_size=80))
def test_there_is_one_answer_for_each_kept_line(mails: list[str], body: str) -> None:
    reading = cut(body)
    assert len(mask(reading, Memory.of(mails))) == sum(kept.kept for kept in reading.lines)


@given(
    st.lists(st.sampled_from(["Severity: 1", "Phase: 2", "sev 1", "close", "Bo is incident commander."]), min_size=2)
)
def test_a_whole_mail_quoted_without_marks_yields_no_command(lines: list[str]) -> None:
    mail = "\n".join(lines)
    assert readable("Sawa kabisa.\n\nBo aliandika jana\n\n" + mail, mail) == ["Sawa kabisa.", "Bo aliandika jana"]
