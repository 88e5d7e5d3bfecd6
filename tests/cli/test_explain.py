"""`explain`: what a mail would be taken for, before and after it came in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import House, Mails

JAYLA = "Jayla M. <jayla@example.com>"


def test_a_mail_that_came_in_is_explained_as_it_was_read_then(house: House, mails: Mails) -> None:
    raw = mails.reply_to(house.declare(), "Severity: 1\nPhase: 2", JAYLA)
    before = house.ok("explain", "--json", stdin=raw).json
    house.ingest(raw)
    after = house.ok("explain", "--json", stdin=raw).json
    assert (before["disposition"], after["disposition"]) == ("reply", "duplicate")
    assert [command["name"] for command in before["commands"]] == ["severity", "phase"]
    assert after["commands"] == before["commands"]


def test_explaining_changes_nothing(house: House, mails: Mails) -> None:
    raw = mails.reply_to(house.declare(), "sev 1", JAYLA)
    head = house.ok("ledger", "verify", "--json").json
    house.ok("explain", stdin=raw)
    assert house.ok("ledger", "verify", "--json").json == head
    assert house.ok("inbox", "--all", "--json").lines == []


def test_a_person_sees_each_line_with_its_fate(house: House, mails: Mails) -> None:
    raw = mails.reply_to(house.declare(), "sev 1, all of it\nPhase: seven", JAYLA)
    told = house.ok("explain", stdin=raw).out
    assert "line 1: severity 1" in told
    assert "write: Phase: " in told
    assert "> Severity 3" in told
    assert "(" in told.split("> Severity 3")[1].split("\n")[0]
