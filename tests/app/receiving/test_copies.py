"""A mail that arrives twice counts once, at the higher trust. A different mail with its Message-ID blocks neither."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from incidentmail.app.receiving.apply import accept_mails, apply_next
from incidentmail.core.frozen import replace
from incidentmail.core.model import Trust
from incidentmail.core.words import Words
from incidentmail.inbound.authentication.author import Belief, Provenance
from incidentmail.inbound.message import Envelope
from incidentmail.ledger.values import Outcome

if TYPE_CHECKING:
    from conftest import Installation, Mails

    from incidentmail.app.context import AppContext

ALICIA, EVE, ID = "Alícia <alicia@example.com>", "Eve <eve@evil.test>", "<same@mua.example>"


class Intake:
    """Incoming mail with a chosen trust, on an installation where senders are verified."""

    def __init__(self, installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
        self.installation, self.patch = installation, monkeypatch

    def takes(self, raw: bytes, trust: Trust) -> Outcome:
        self.patch.setattr(Provenance, "belief", Belief(trust=trust, rule="test", why="the test says so"))
        with self._context() as context:
            accept_mails(context, [(raw, Envelope(way="pipe"))])
            outcome = apply_next(context)
            assert outcome is not None
            return outcome

    @contextmanager
    def _context(self) -> Iterator[AppContext]:
        with self.installation.context() as context:
            yield replace(context, words=Words(replace(context.words.policy, verifies=True)))


@pytest.fixture
def intake(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> Intake:
    return Intake(installation, monkeypatch)


def test_a_copy_at_higher_trust_does_what_the_first_was_refused(
    installation: Installation, mails: Mails, intake: Intake
) -> None:
    raw = mails.reply_to(installation.declare(), "Severity: 1\nVenue: #war-room", ALICIA)
    first = intake.takes(raw, Trust.MEMBER)
    assert (installation.show("checkout")["severity"], installation.show("checkout")["venue"]) == (1, None)
    assert first.reason
    assert intake.takes(raw, Trust.VERIFIED).outcome == "applied"
    assert installation.show("checkout")["venue"] == "#war-room"
    assert [proposal["state"] for proposal in installation.show("checkout")["proposals"]] == ["accepted"]
    for trust in (Trust.MEMBER, Trust.VERIFIED):
        assert intake.takes(raw, trust).outcome == "duplicate"


def test_it_does_not_repeat_what_was_done_and_changed_again_since(
    installation: Installation, mails: Mails, intake: Intake
) -> None:
    declared = installation.declare()
    raw = mails.reply_to(declared, "Severity: 1\nVenue: #war-room\n\nA note.", ALICIA)
    intake.takes(raw, Trust.MEMBER)
    installation.ok("update", "--severity", "2")
    intake.takes(raw, Trust.VERIFIED)
    assert (installation.show("checkout")["severity"], installation.show()["venue"]) == (2, "#war-room")
    assert [entry["kind"] for entry in installation.log()].count("note_added.v1") == 1


def test_a_copy_at_higher_trust_of_what_was_done_is_a_duplicate(
    installation: Installation, mails: Mails, intake: Intake
) -> None:
    raw = mails.reply_to(installation.declare(), "sev 1", ALICIA)
    intake.takes(raw, Trust.MEMBER)
    assert intake.takes(raw, Trust.VERIFIED).outcome == "duplicate"


def test_an_attacker_who_sends_the_message_id_first_keeps_nobody_out(installation: Installation, mails: Mails) -> None:
    declared = installation.declare()
    installation.ingest(mails.reply_to(declared, "close", EVE, message_id=ID))
    installation.ingest(mails.reply_to(declared, "sev 1", EVE, message_id=ID))
    genuine = installation.ingest(mails.reply_to(declared, "sev 1", ALICIA, message_id=ID))
    assert genuine["outcome"] == "applied"
    assert "bears the same Message-ID" in genuine["reason"]
    assert (installation.show("checkout")["severity"], installation.show("checkout")["status"]) == (1, "open")


def test_nor_does_one_who_forges_the_author_and_the_text(
    installation: Installation, mails: Mails, intake: Intake
) -> None:
    raw = mails.reply_to(installation.declare(), "sev 1", ALICIA, message_id=ID)
    assert intake.takes(raw, Trust.STRANGER).outcome == "refused"
    assert intake.takes(raw, Trust.MEMBER).outcome == "applied"
    assert installation.show("checkout")["severity"] == 1


def test_other_words_in_a_verified_authors_name_are_recorded_and_not_followed(
    installation: Installation, mails: Mails, intake: Intake
) -> None:
    declared = installation.declare()
    intake.takes(mails.reply_to(declared, "sev 1", ALICIA, message_id=ID), Trust.VERIFIED)
    forged = intake.takes(mails.reply_to(declared, "sev 4", ALICIA, message_id=ID), Trust.MEMBER)
    assert (forged.outcome, "believed more" in str(forged.reason)) == ("filed", True)
    assert installation.show("checkout")["severity"] == 1


def test_the_verified_words_count_though_others_came_first(
    installation: Installation, mails: Mails, intake: Intake
) -> None:
    declared = installation.declare()
    intake.takes(mails.reply_to(declared, "sev 4", ALICIA, message_id=ID), Trust.MEMBER)
    genuine = intake.takes(mails.reply_to(declared, "sev 1", ALICIA, message_id=ID), Trust.VERIFIED)
    assert (genuine.outcome, "same Message-ID" in str(genuine.reason)) == ("applied", True)
    assert installation.show("checkout")["severity"] == 1
