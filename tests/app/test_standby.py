"""A standby follows and stays silent until it is promoted; then the other installation is silent."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA, BO = "Jayla M. <jayla@example.com>", "Bo K. <bo@example.com>"


@pytest.fixture
def standby(installation: Installation, installations: Callable[[], Installation]) -> Installation:
    """A second installation with the same key, configured as a standby."""
    return another(installation, installations)


def another(installation: Installation, installations: Callable[[], Installation]) -> Installation:
    installation.declare("Warm-up")
    installation.ok("retract")
    other = installations()
    other.clock = installation.clock
    shutil.copy(installation.path / "key", other.path / "key")
    other.config.write_text(_standby(other))
    return other


def _standby(other: Installation) -> str:
    text = other.config.read_text()
    return text.replace("[ledger]\n", "[ledger]\nstandby = true\n")


def listed(house: Installation) -> list[EmailMessage]:
    """Return the updates that an installation has sent to the list."""
    return [mail for mail in house.mails if mail["Incident-Update"]]


def deliver(source: Installation, target: Installation, *, after: int = 0) -> int:
    """Deliver all mail that `source` has sent to the list since `after` to `target`."""
    wire = [raw for raw in source.wire if b"Incident-Update" in raw]
    for raw in wire[after:]:
        target.ingest(raw)
    return len(wire)


def begin(installation: Installation, standby: Installation) -> EmailMessage:
    mail = installation.declare("Cards fail", "--severity", "3")
    deliver(installation, standby)
    return mail


def test_a_standby_keeps_replies_as_notes_and_tells_nobody(
    installation: Installation, standby: Installation, mails: Mails
) -> None:
    mail = begin(installation, standby)
    kept = standby.ingest(mails.reply_to(mail, "sev 1", JAYLA))
    assert (kept["outcome"], kept["rule"]) == ("note", "another-leads")
    refused = standby.ingest(mails.reply_to(mail, "Severity: 77", JAYLA))
    assert refused["outcome"] == "note"
    stranger = standby.ingest(mails.reply_to(mail, "sev 1", "Eve <eve@evil.test>"))
    assert stranger["outcome"] == "filed"
    assert standby.show("cards")["severity"] == 3
    assert standby.mails == [] and standby.private == []


def test_a_standby_does_not_declare_what_the_other_one_declares(
    installation: Installation, standby: Installation, mails: Mails
) -> None:
    assert (
        standby.ingest(mails.new("Search is down. Sev 1.", sender=JAYLA, subject="SEV1: search"))["outcome"] == "filed"
    )
    result = standby.run("declare", "Search is down")
    assert (result.code, "this installation is a standby" in result.err) == (1, True)
    begin(installation, standby)
    result = standby.run("update", "cards", "--severity", "1")
    assert (result.code, "incidentmail promote" in result.err) == (1, True)
    assert "another installation leads" in result.err


def test_after_a_promotion_what_was_not_announced_is_done(
    installation: Installation, standby: Installation, mails: Mails
) -> None:
    mail = begin(installation, standby)
    installation.clock.tick(minutes=2)
    standby.ingest(mails.reply_to(mail, "sev 1", JAYLA))
    done = standby.ok("promote", "--yes", "--json").json
    assert done["epoch"] == 1 and [one["outcome"] for one in done["read_again"]] == ["applied"]
    (update,) = listed(standby)
    assert (update["Incident-Severity"], update["Incident-Epoch"], update["Incident-Update"]) == ("1", "1", "101")
    assert standby.show("cards")["severity"] == 1
    assert standby.run("update", "cards", "--phase", "2").code == 0


def test_what_was_announced_is_not_done_again(installation: Installation, standby: Installation, mails: Mails) -> None:
    mail = begin(installation, standby)
    installation.clock.tick(minutes=2)
    for house in (installation, standby):
        house.ingest(mails.reply_to(mail, "sev 2", JAYLA))
    installation.clock.tick(minutes=2)
    installation.ok("update", "--severity", "4", "-m", "It was milder.")
    deliver(installation, standby)
    done = standby.ok("promote", "--yes", "--json").json
    assert done["read_again"] == []
    assert standby.show("cards")["severity"] == 4


def test_the_first_mail_of_the_promoted_one_silences_the_other(
    installation: Installation, standby: Installation, mails: Mails
) -> None:
    begin(installation, standby)
    standby.ok("promote", "--yes")
    standby.ok("update", "cards", "--severity", "2", "-m", "We lead now.")
    deliver(standby, installation)
    assert installation.show("cards")["severity"] == 2
    before = len(installation.wire)
    assert installation.run("update", "cards", "--severity", "1").code == 1
    assert installation.ingest(mails.reply_to(listed(standby)[-1], "sev 1", JAYLA))["rule"] == "another-leads"
    new = mails.new("Search is down. Sev 1.", sender=JAYLA, subject="SEV1: search")
    assert installation.ingest(new)["outcome"] == "filed"
    assert len(installation.wire) == before


def test_a_promotion_tells_the_list_once_so_that_the_other_one_hears_of_it(
    installation: Installation, standby: Installation, mails: Mails
) -> None:
    begin(installation, standby)
    done = standby.ok("promote", "--yes", "--json").json
    (update,) = listed(standby)
    assert (done["told"], update["Incident-Epoch"]) == (installation.show("cards")["id"], "1")
    assert "runs on another machine from now on" in update.get_content()
    deliver(standby, installation)
    assert installation.run("update", "cards", "--severity", "1").code == 1


def test_a_promotion_with_nothing_open_tells_nobody(installation: Installation, standby: Installation) -> None:
    begin(installation, standby)
    installation.ok("close", "cards", "-m", "All is well.")
    deliver(installation, standby, after=1)
    assert standby.ok("promote", "--yes", "--json").json["told"] is None
    assert listed(standby) == []


def test_what_both_declare_from_one_message_is_one_incident(
    installation: Installation, standby: Installation, mails: Mails
) -> None:
    begin(installation, standby)
    new = mails.new("Search is down. Sev 1.", sender=JAYLA, subject="SEV1: search")
    installation.ingest(new)
    for house in (installation, standby):
        house.clock.tick(minutes=1)
    standby.ok("promote", "--yes")
    standby.ingest(new)
    assert installation.show("search")["ref"] == standby.show("search")["ref"]
    standby.ok("update", "search", "--severity", "2", "-m", "Half of it is back.")
    deliver(standby, installation)
    assert installation.show("search")["severity"] == 2


def test_the_silenced_one_tells_its_operator_once_and_once_more_when_people_still_write_to_it(
    installation: Installation, standby: Installation, mails: Mails
) -> None:
    for house in (installation, standby):
        house.config.write_text(house.config.read_text() + '[operator]\naddress = "operator@example.com"\n')
    mail = begin(installation, standby)
    standby.ok("promote", "--yes")
    for severity in ("2", "1"):
        standby.ok("update", "cards", "--severity", severity)
    deliver(standby, installation)
    for _ in range(3):
        installation.clock.tick(hours=20)
        for number in range(2):
            new = mails.new("Severity 1.", sender=BO, subject=f"Search {number} is down", at=installation.clock.now)
            installation.ingest(new if number else mails.reply_to(mail, "sev 4", JAYLA, at=installation.clock.now))
        installation.ok("flush")
    deposed, still = (str(one["Subject"]) for one in installation.private)
    leader = str(listed(standby)[-1]["Incident-Ledger"]).partition(";")[0]
    assert deposed == f"Another installation leads: the ledger {leader}"
    assert still == f"Another installation leads: mail still comes, and the ledger {leader} leads"
    assert "let the mail server deliver it there" in installation.private[-1].get_content()
    assert standby.private == [], "it followed, and then it led"


def test_what_the_silenced_one_had_not_sent_is_never_sent(
    installation: Installation, standby: Installation, mails: Mails
) -> None:
    mail = begin(installation, standby)
    installation.configure(relay=f"smtp://127.0.0.1:{1}")
    installation.run("update", "--severity", "1", "-m", "Nobody hears this.")
    standby.ok("promote", "--yes")
    standby.ok("update", "cards", "--severity", "2")
    installation.configure()
    before = len(installation.wire)
    deliver(standby, installation)
    installation.run("flush")
    installation.run("outbox", "retry")
    assert [raw for raw in installation.wire[before:] if b"Nobody hears this" in raw] == []
    assert mail["Incident-Severity"] == "3"


def test_mail_of_the_earlier_leader_that_comes_late_is_not_lost(
    installation: Installation, standby: Installation
) -> None:
    begin(installation, standby)
    sent = len([raw for raw in installation.wire if b"Incident-Update" in raw])
    installation.ok("update", "--venue", "#war-room", "-m", "Sent before, delivered after.")
    standby.ok("promote", "--yes")
    standby.ok("update", "cards", "--severity", "1")
    deliver(installation, standby, after=sent)
    shown = standby.show("cards")
    assert (shown["severity"], shown["venue"]) == (1, "#war-room")


def test_two_that_are_promoted_at_once_both_stop_and_tell_their_operators(
    installation: Installation, standby: Installation, installations: Callable[[], Installation]
) -> None:
    third = another(installation, installations)
    begin(installation, standby)
    deliver(installation, third)
    for house in (standby, third):
        house.configure('[operator]\naddress = "ops@example.com"\n')
        house.config.write_text(_standby(house))
        house.ok("promote", "--yes")
    standby.ok("update", "cards", "--severity", "1")
    third.ok("update", "cards", "--severity", "2")
    deliver(standby, third)
    deliver(third, standby)
    for house in (standby, third):
        result = house.run("update", "cards", "--phase", "2")
        assert (result.code, "neither leads" in result.err) == (1, True)
        house.ok("flush")
        assert any("Two installations lead one incident" in str(mail["Subject"]) for mail in house.private)
        assert "two installations" in house.run("status").out
    assert third.ok("promote", "--yes", "--json").json["epoch"] == 2
    third.ok("update", "cards", "--phase", "2")


def test_status_says_that_it_is_a_standby(installation: Installation, standby: Installation) -> None:
    begin(installation, standby)
    assert "standby" in standby.run("status").out
    assert standby.run("status", "--json").json["leads"] is False
    standby.ok("promote", "--yes")
    assert standby.run("status", "--json").json["leads"] is True


def test_who_leads_already_cannot_be_promoted(installation: Installation) -> None:
    installation.declare("Cards fail")
    result = installation.run("promote", "--yes")
    assert (result.code, "leads every incident" in result.err) == (2, True)


def test_a_ledger_that_was_put_back_gives_no_number_twice(installation: Installation) -> None:
    """Otherwise mail programs, and our own reading, take the new update for a copy of the lost one."""
    installation.declare("Cards fail", "--severity", "3")
    installation.ok("ledger", "backup", str(installation.path / "copy.db"))
    installation.ok("update", "--severity", "1", "-m", "This is lost with the ledger.")
    for end in ("", "-wal", "-shm"):
        (installation.ledger.parent / f"{installation.ledger.name}{end}").unlink(missing_ok=True)
    (installation.path / "copy.db").rename(installation.ledger)
    lost = installation.wire[-1]
    installation.ok("promote", "--restored")
    installation.ok("update", "--phase", "2")
    ids = [str(mail["Message-ID"]) for mail in installation.mails if mail["Incident-Update"]]
    assert len(set(ids)) == len(ids)
    assert installation.ingest(lost)["outcome"] == "applied", "the list's copy brings back what was announced"
    assert (installation.show()["severity"], installation.show()["phase"]) == (1, 2)
