"""Mail that pretends to be ours, comes from an outdated installation, or points people to another place."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

BO, EVE = "Bo K. <bo@example.com>", "Eve <eve@evil.example>"
VERIFIED = '[trust]\nverify = "authentication-results"\nauthserv_id = "mx.example.com"\n'
LINK = "https://meet.evil.example/room"


def declared(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "2", "--venue", "#pay on Slack")


@pytest.mark.parametrize(
    ("sender", "text"),
    [
        (EVE, f"Venue: {LINK}"),
        (EVE, f"Coordinating via {LINK}."),
        (EVE, f"sev 1\n\nWe are all in {LINK} now."),
        (BO, f"Venue: {LINK}"),
    ],
)
def test_a_venue_hijack_by_whoever_proves_nothing_moves_nobody(
    installation: Installation, mails: Mails, sender: str, text: str
) -> None:
    installation.configure(VERIFIED)
    declared(installation)
    installation.ingest(mails.reply_to(installation.mails[0], text, sender))
    installation.ok("update", "--phase", "2")
    assert installation.show()["venue"] == "#pay on Slack"
    assert all(LINK.encode() not in raw for raw in installation.wire if b"To: incidents@example.com" in raw)


@pytest.mark.parametrize(
    ("venue", "taken"),
    [(LINK, False), ("https://meet.example.com/room", True), ("#other on Slack", True), (f"see {LINK}", False)],
)
def test_a_venue_leads_to_listed_hosts_only(installation: Installation, mails: Mails, venue: str, taken: bool) -> None:
    installation.configure('[incident]\nvenue_hosts = ["meet.example.com"]\n')
    declared(installation)
    outcome = installation.ingest(mails.reply_to(installation.mails[0], f"Venue: {venue}", BO))
    assert outcome["outcome"] == ("applied" if taken else "refused")
    assert installation.show()["venue"] == (venue if taken else "#pay on Slack")


@pytest.mark.parametrize(
    "alter",
    [
        lambda raw: raw.replace(b"everity 1", b"everity 4").replace(b"Incident-Severity: 1", b"Incident-Severity: 4"),
        lambda raw: re.sub(rb"(?m)^Incident-Proof: .*\n", b"", raw).replace(b"everity 1", b"everity 4"),
        lambda raw: re.sub(rb"(?m)^Incident-Proof: .{10}", b"Incident-Proof: aaaaaaaaaa", raw),
        lambda raw: raw.replace(b"Incident-Update: 1", b"Incident-Update: 9"),
        lambda raw: re.sub(rb"(?m)^Message-ID: .*$", b"Message-ID: <new@evil.example>", raw).replace(
            b"phase 1", b"phase 3"
        ),
    ],
    ids=["other-severity", "no-proof", "wrong-proof", "later-number", "other-id-and-phase"],
)
def test_a_forged_copy_of_our_own_mail_changes_nothing(
    installation: Installation, alter: Callable[[bytes], bytes]
) -> None:
    declared(installation)
    installation.ok("update", "--severity", "1")
    before, genuine = installation.show(), installation.wire[-1]
    forged = alter(genuine)
    assert forged != genuine
    assert installation.ingest(forged)["outcome"] in ("filed", "duplicate")
    assert (installation.show(), len(installation.mails)) == (before, 2)
    made_up = genuine.replace(b"cards-fail", b"all-is-lost")
    assert installation.ingest(made_up)["outcome"] == "filed"
    assert len(installation.ok("list", "--all", "--json").json) == 1


def test_a_stale_follow_up_replayed_changes_nothing_here_nor_at_a_standby(
    installation: Installation, installations: Callable[[], Installation]
) -> None:
    declared(installation)
    for severity in ("1", "3"):
        installation.ok("update", "--severity", severity)
    standby = installations()
    standby.clock.now = installation.clock.now
    shutil.copy(installation.path / "key", standby.path / "key")
    for instance in (installation, standby):
        for raw in (*installation.wire, installation.wire[1], installation.wire[0]):
            instance.ingest(raw)
        shown = instance.show()
        assert (shown["severity"], shown["updates"]) == (3, 2)
    assert standby.mails == []
    assert len(installation.mails) == 3


def test_nobody_is_the_declarer_at_a_standby_by_being_in_from(
    installation: Installation, installations: Callable[[], Installation]
) -> None:
    declared(installation)
    standby = installations()
    shutil.copy(installation.path / "key", standby.path / "key")
    mallory = re.sub(rb"(?m)^From: .*", b"From: Mallory Mole <mallory@example.com>", installation.wire[0], count=1)
    outcome = standby.ingest(mallory)
    assert (outcome["outcome"], standby.show()["severity"]) == ("applied", 2)
    assert "its proof does not cover that it is by Mallory Mole <mallory@example.com>" in outcome["reason"]
    actor, trust = standby.log()[0]["actor"], standby.log()[0]["trust"]
    assert (actor, trust) == ({"name": "Mallory Mole - not proven", "address": None}, "member")


def test_the_commander_whom_the_proof_covers_is_the_declarer_at_a_standby(
    installation: Installation, installations: Callable[[], Installation]
) -> None:
    declared(installation)
    standby = installations()
    shutil.copy(installation.path / "key", standby.path / "key")
    assert standby.ingest(installation.wire[0])["reason"] is None
    assert standby.log()[0]["actor"] == {"name": "Mara Lindqvist", "address": "mara@example.com"}
