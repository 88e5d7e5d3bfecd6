"""`explain` shows how a mail would be treated, before and after it arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

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


@pytest.mark.parametrize(
    "raw",
    [
        b"Severity 2.\n\nCards fail.\n",
        b"\nSeverity 2.\n",
        b"Subject: Cards fail\n\nSeverity 2.\n",
        b"From: a@example.com, b@example.com\nSubject: Cards fail\n\nSeverity 2.\n",
    ],
)
def test_a_mail_without_an_author_is_no_declaration_for_explain_and_for_ingest(
    installation: Installation, raw: bytes
) -> None:
    shown = installation.ok("explain", "--json", stdin=raw).json
    outcome = installation.ingest(raw)
    assert (shown["disposition"], outcome["disposition"], outcome["outcome"]) == ("unmatched", "unmatched", "filed")
    assert "its From cannot be read: " in installation.ok("explain", stdin=raw).out
    done = installation.process("cd /; unset INCIDENTMAIL_CONFIG; incidentmail explain", raw)
    assert done.returncode == 0 and b"unmatched\n  it is filed: its From cannot be read: " in done.stdout


@pytest.mark.parametrize(
    ("text", "wants", "since"),
    [
        ("status?", "brief", None),
        ("Hello,\nany news?\nBo", "brief", None),
        ("catch up since 14:00", "brief", "2026-11-20T14:00:00Z"),
        ("help please", "help", None),
        ("The bank is slow.", None, None),
        ("sev 1", None, None),
    ],
)
def test_it_says_what_a_reply_wants_to_be_sent(
    installation: Installation, mails: Mails, text: str, wants: str | None, since: str | None
) -> None:
    raw = mails.reply_to(installation.declare(), text, JAYLA)
    shown = installation.ok("explain", "--json", stdin=raw).json
    assert (shown["wants"], shown["since"]) == (wants, since)
    said = installation.ok("explain", stdin=raw).out
    assert ("asks for all that was told" in said, "asks which replies there are" in said) == (
        wants == "brief",
        wants == "help",
    )
