"""The first words of a reply are its writer's, even if others wrote the same words before."""

from __future__ import annotations

import pytest

from incidentmail.reply.extraction.cut import cut
from incidentmail.reply.memory.earlier_words import Memory, mask

NOTE = """\
Just collecting what we may have to write later, nothing of it is meant now:

Hi all,
sev 1
phase 2
Thanks,
Ann Lee
Severity: 1
Phase: 2
Venue: #checkout on Slack
no change
next 15:00
Customers cannot pay at all any more.
"""
OURS = "Severity 2 (serious), phase 1.\n\nCustomer liaison: needed\nPhase: 2\n\nRef k3xq7d-ktfesliccb"


def readable(body: str) -> str:
    """Return the kept lines of a reply to our message that may contain commands."""
    reading = cut(body)
    kept = [line.line.text for line in reading.lines if line.kept]
    free = mask(reading, Memory.of([OURS, NOTE]), Memory.of([OURS]))
    return "\n".join(text for text, is_free in zip(kept, free, strict=True) if is_free)


@pytest.mark.parametrize(
    "body",
    [
        "sev 1\nphase 2",
        "Hi all,\n\nsev 1\n\nThanks,\nAnn Lee",
        "Severity: 1\nPhase: 2\nVenue: #checkout on Slack",
        "Severity: 3\nPhase: 2\nVenue: #checkout on Slack",
        "no change\nnext 15:00",
        "Hi all,\nCustomers cannot pay at all any more.\nsev 1",
        "Good morning,\n\nsev 1\nphase 2",
    ],
)
def test_an_ordinary_reply_is_no_quotation_of_what_somebody_else_wrote_before(body: str) -> None:
    for quoted in ("", "\n\nOn Fri, 20 Nov 2026 at 14:21, Incidents <bot@example.com> wrote:\n> fine"):
        assert readable(f"{body}{quoted}") == cut(body).new_text


@pytest.mark.parametrize(
    "body",
    [
        "I look at it.\n\nSeverity: 1\nPhase: 2",
        "Mallory aliandika:\n\nSeverity: 1\nPhase: 2",
        "> nothing of it is meant now\nSeverity: 1\nPhase: 2",
        "Sawa.\n\nMallory aliandika jana\n\nSeverity: 1\nPhase: 2",
        "Customer liaison: needed\nPhase: 2",
        "Severity 2 (serious), phase 1.\n\nCustomer liaison: needed\nPhase: 2\n\nSeverity: 1\nPhase: 2",
    ],
)
def test_a_quotation_stays_one(body: str) -> None:
    assert "Phase: 2" not in readable(body)


def test_if_nobody_knows_what_is_answered_every_earlier_message_counts() -> None:
    assert mask(cut("sev 1\nphase 2"), Memory.of([NOTE])) == (False, False)
