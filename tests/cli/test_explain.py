"""`explain`: what a mail would be taken for, before and after it came in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA = "Jayla M. <jayla@example.com>"


def test_a_mail_that_came_in_is_explained_as_it_was_read_then(installation: Installation, mails: Mails) -> None:
    raw = mails.reply_to(installation.declare(), "Severity: 1\nPhase: 2", JAYLA)
    before = installation.ok("explain", "--json", stdin=raw).json
    installation.ingest(raw)
    after = installation.ok("explain", "--json", stdin=raw).json
    assert (before["disposition"], after["disposition"]) == ("reply", "duplicate")
    assert [command["name"] for command in before["commands"]] == ["severity", "phase"]
    assert after["commands"] == before["commands"]


def test_explaining_changes_nothing(installation: Installation, mails: Mails) -> None:
    raw = mails.reply_to(installation.declare(), "sev 1", JAYLA)
    head = installation.ok("ledger", "verify", "--json").json
    installation.ok("explain", stdin=raw)
    assert installation.ok("ledger", "verify", "--json").json == head
    assert installation.ok("inbox", "--all", "--json").lines == []


def test_a_person_sees_each_line_with_its_fate(installation: Installation, mails: Mails) -> None:
    raw = mails.reply_to(installation.declare(), "sev 1, all of it\nPhase: seven", JAYLA)
    told = installation.ok("explain", stdin=raw).out
    assert "line 1: severity 1" in told
    assert "write: Phase: " in told
    assert "> Severity 3" in told
    assert "(" in told.split("> Severity 3")[1].split("\n")[0]
