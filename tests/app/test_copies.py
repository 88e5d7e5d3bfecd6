"""The same mail twice counts once, at the higher trust; the same Message-ID with other words keeps nobody out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from incidentmail.app import recognise
from incidentmail.app.receive import accept, apply_next
from incidentmail.core.model import Trust
from incidentmail.core.words import Words
from incidentmail.inbound.authenticate import Belief
from incidentmail.inbound.message import Envelope
from incidentmail.ledger.values import Outcome

if TYPE_CHECKING:
    from conftest import House, Mails

    from incidentmail.app.office import Office

ALICIA, EVE, ID = "Alícia <alicia@example.com>", "Eve <eve@evil.test>", "<same@mua.example>"


class Desk:
    """Mail that comes in with the trust that a test says, where senders are verified."""

    def __init__(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        self.house, self.patch = house, monkeypatch

    def takes(self, raw: bytes, trust: Trust) -> Outcome:
        self.patch.setattr(recognise, "believe", lambda *_: Belief(trust=trust, rule="test", why="the test says so"))
        with self._office() as office:
            accept(office, [(raw, Envelope(way="pipe"))])
            outcome = apply_next(office)
            assert outcome is not None
            return outcome

    @contextmanager
    def _office(self) -> Iterator[Office]:
        with self.house.office() as office:
            yield replace(office, words=Words(replace(office.words.policy, verifies=True)))


@pytest.fixture
def desk(house: House, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(house, monkeypatch)


def test_a_copy_at_higher_trust_does_what_the_first_was_refused(house: House, mails: Mails, desk: Desk) -> None:
    raw = mails.reply_to(house.declare(), "Severity: 1\nVenue: #war-room", ALICIA)
    first = desk.takes(raw, Trust.MEMBER)
    assert (house.show("checkout")["severity"], house.show("checkout")["venue"]) == (1, None)
    assert first.reason
    assert desk.takes(raw, Trust.VERIFIED).outcome == "applied"
    assert house.show("checkout")["venue"] == "#war-room"
    assert [proposal["state"] for proposal in house.show("checkout")["proposals"]] == ["accepted"]
    for trust in (Trust.MEMBER, Trust.VERIFIED):
        assert desk.takes(raw, trust).outcome == "duplicate"


def test_it_does_not_repeat_what_was_done_and_changed_again_since(house: House, mails: Mails, desk: Desk) -> None:
    declared = house.declare()
    raw = mails.reply_to(declared, "Severity: 1\nVenue: #war-room\n\nA note.", ALICIA)
    desk.takes(raw, Trust.MEMBER)
    house.ok("update", "--severity", "2")
    desk.takes(raw, Trust.VERIFIED)
    assert (house.show("checkout")["severity"], house.show()["venue"]) == (2, "#war-room")
    assert [entry["kind"] for entry in house.log()].count("note_added.v1") == 1


def test_a_copy_at_higher_trust_of_what_was_done_is_a_duplicate(house: House, mails: Mails, desk: Desk) -> None:
    raw = mails.reply_to(house.declare(), "sev 1", ALICIA)
    desk.takes(raw, Trust.MEMBER)
    assert desk.takes(raw, Trust.VERIFIED).outcome == "duplicate"


def test_an_attacker_who_sends_the_message_id_first_keeps_nobody_out(house: House, mails: Mails) -> None:
    declared = house.declare()
    house.ingest(mails.reply_to(declared, "close", EVE, message_id=ID))
    house.ingest(mails.reply_to(declared, "sev 1", EVE, message_id=ID))
    genuine = house.ingest(mails.reply_to(declared, "sev 1", ALICIA, message_id=ID))
    assert genuine["outcome"] == "applied"
    assert "bears the same Message-ID" in genuine["reason"]
    assert (house.show("checkout")["severity"], house.show("checkout")["status"]) == (1, "open")


def test_nor_does_one_who_forges_the_author_and_the_text(house: House, mails: Mails, desk: Desk) -> None:
    raw = mails.reply_to(house.declare(), "sev 1", ALICIA, message_id=ID)
    assert desk.takes(raw, Trust.STRANGER).outcome == "refused"
    assert desk.takes(raw, Trust.MEMBER).outcome == "applied"
    assert house.show("checkout")["severity"] == 1


def test_other_words_in_a_verified_authors_name_are_recorded_and_not_followed(
    house: House, mails: Mails, desk: Desk
) -> None:
    declared = house.declare()
    desk.takes(mails.reply_to(declared, "sev 1", ALICIA, message_id=ID), Trust.VERIFIED)
    forged = desk.takes(mails.reply_to(declared, "sev 4", ALICIA, message_id=ID), Trust.MEMBER)
    assert (forged.outcome, "believed more" in str(forged.reason)) == ("filed", True)
    assert house.show("checkout")["severity"] == 1


def test_the_verified_words_count_though_others_came_first(house: House, mails: Mails, desk: Desk) -> None:
    declared = house.declare()
    desk.takes(mails.reply_to(declared, "sev 4", ALICIA, message_id=ID), Trust.MEMBER)
    genuine = desk.takes(mails.reply_to(declared, "sev 1", ALICIA, message_id=ID), Trust.VERIFIED)
    assert (genuine.outcome, "same Message-ID" in str(genuine.reason)) == ("applied", True)
    assert house.show("checkout")["severity"] == 1
