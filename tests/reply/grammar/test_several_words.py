"""A reply with several words that each count only alone does none of them, and its writer is offered each."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from incidentmail.core.model import Person
from incidentmail.core.policy import Policy
from incidentmail.core.words import Words
from incidentmail.reply.parsed import Context, Read
from incidentmail.reply.understand import understand

CONTEXT = Context(
    words=Words(Policy()), written_at=datetime(2026, 11, 20, 14, 30, tzinfo=UTC),
    writer=Person(name="Bo Keller", address="bo@example.com"), severity=3, phase=1, updates=9,
)  # fmt: skip


def heard(body: str) -> Read:
    return understand(body, CONTEXT).read


@pytest.mark.parametrize(
    ("body", "offers"),
    [
        ("undo 4 and 6", ("undo 6", "undo 4")),
        ("Undo updates 4, 6", ("undo 6", "undo 4")),
        ("please undo 4, 6 and 7.\n\nThanks, Bo", ("undo 7", "undo 6", "undo 4")),
        ("undo update 4 and update 6", ("undo 6", "undo 4")),
        ("undo #6 & #4, they were wrong", ("undo 6", "undo 4")),
        ("undo 4-6", ("undo 6", "undo 5", "undo 4")),
        ("undo 4 to 6 please", ("undo 6", "undo 5", "undo 4")),
        ("undo 1 - 999999", tuple(f"undo {number}" for number in range(999999, 999993, -1))),
        ("close and retract", ("close", "retract")),
        ("retract / close", ("retract", "close")),
        ("close, retract", ("close", "retract")),
        ("undo 6 and close", ("undo 6", "close")),
        ("reopen and undo 6", ("undo 6", "reopen")),
    ],
)
def test_each_is_offered_alone_and_none_is_done(body: str, offers: tuple[str, ...]) -> None:
    found = heard(body)
    assert not found.commands
    (ask,) = found.asks
    assert (ask.why, ask.offers) == ("several", offers)
    assert all(len(heard(offer).commands) == 1 for offer in ask.offers)


@pytest.mark.parametrize(
    "body",
    [
        "undo 6", "undo 6, it was meant for 2 shops", "undo 6, 2 of the shops work", "undo 6 as it was wrong", "close",
        "close, closed at noon by the bank", "reopen, close was too early",
    ],
)  # fmt: skip
def test_one_word_with_a_reason_is_done(body: str) -> None:
    assert len(heard(body).commands) == 1
