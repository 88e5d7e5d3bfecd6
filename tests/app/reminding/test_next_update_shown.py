"""Mails, screens, pages and programs all give the same time for the next update, whoever promised it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest
from published import pages, publishing, words_of

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA = "Jayla M. <jayla@example.com>"
HEADER, FROM = "Incident-Next-Update", "Incident-Next-Update-From"


def promised(mail: EmailMessage) -> str | None:
    """Return the time of the next update in a mail, such as 14:50, or None. Text, page and header must agree."""
    found = re.search(r"^Next update: by (\d\d:\d\d) UTC$", mail.get_content(), re.M)
    page = mail.get_body(("html",))
    assert page is not None
    on_page = re.search(r"Next update:by (\d\d:\d\d) UTC", words_of(page.get_content()))
    in_header = re.search(r" (\d\d:\d\d):\d\d \+0000$", str(mail[HEADER] or ""))
    times = [one[1] if one else None for one in (found, on_page, in_header)]
    assert len(set(times)) == 1, times
    return times[0]


def stated(installation: Installation) -> str | None:
    """Return the time that a person stated, from the record."""
    at: str | None = installation.show("cards")["promises"]["stated_at"]
    return at


@pytest.mark.parametrize(
    ("given", "due"),
    [
        (("--severity", "1"), "14:50"),
        (("--severity", "2"), "15:20"),
        (("--severity", "1", "--phase", "2"), "15:20"),
        (("--severity", "3"), None),
        (("--severity", "1", "--phase", "3"), None),
        (("--severity", "1", "--next-update", "14:35"), "14:35"),
        (("--severity", "3", "--next-update", "16:00"), "16:00"),
    ],
)
def test_a_declaration_says_what_was_stated_or_else_what_the_severity_promises(
    installation: Installation, given: tuple[str, ...], due: str | None
) -> None:
    mail = installation.declare("Cards fail", *given)
    assert promised(mail) == due
    is_usual = due is not None and "--next-update" not in given
    assert mail[FROM] == ("severity" if is_usual else None)


def test_a_follow_up_starts_the_interval_again_and_says_the_new_time(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "2")
    installation.clock.tick(minutes=50)
    installation.ok("update", "-m", "The bank looks into it.")
    assert promised(installation.mails[-1]) == "16:10"
    installation.clock.tick(minutes=5)
    installation.ok("update", "--severity", "1")
    assert promised(installation.mails[-1]) == "15:45"
    installation.ok("update", "--phase", "2")
    assert promised(installation.mails[-1]) == "16:15"
    installation.ok("update", "--severity", "3")
    assert promised(installation.mails[-1]) is None


def test_a_time_that_a_person_stated_stands_until_a_follow_up_goes_out_near_it(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "1", "--next-update", "15:20")
    installation.clock.tick(minutes=30)
    installation.ok("update", "-m", "The bank looks into it.")
    early = installation.mails[-1]
    assert (promised(early), early[FROM]) == ("15:20", None)
    installation.clock.tick(minutes=25)
    installation.ok("update", "-m", "The bank has found it.")
    kept = installation.mails[-1]
    assert (promised(kept), kept[FROM]) == ("15:45", "severity")
    assert stated(installation) is None


@pytest.mark.parametrize("end", ["close", "retract"])
def test_an_end_promises_nothing_and_a_new_beginning_does(installation: Installation, end: str) -> None:
    installation.declare("Cards fail", "--severity", "1")
    installation.ok(end)
    assert promised(installation.mails[-1]) is None
    installation.clock.tick(minutes=10)
    installation.ok("reopen", "cards")
    assert promised(installation.mails[-1]) == "15:00"


def test_a_declaration_by_hand_is_answered_with_the_time(installation: Installation, mails: Mails) -> None:
    installation.ingest(mails.new("Sev 1. Nobody can pay.", sender=JAYLA, subject="Cards fail"))
    assert promised(installation.mails[-1]) == "14:50"


def test_screens_pages_and_programs_say_the_time_that_the_mail_said(installation: Installation, mails: Mails) -> None:
    publishing(installation)
    installation.declare("Cards fail", "--severity", "1")
    installation.clock.tick(minutes=7)
    installation.ok("update", "--severity", "2", "-m", "Half of them work again.")
    mail = installation.mails[-1]
    assert promised(mail) == "15:27"
    at = "2026-11-20T15:27:00Z"
    assert installation.show()["next_update_at"] == installation.show()["promises"]["due_at"] == at
    assert [one["next_update_at"] for one in installation.ok("list", "--json").json] == [at]
    for screen in ("show", "brief"):
        assert "by 15:27 UTC, in 60 minutes" in installation.ok(screen).out
    assert "in 60 minutes" in installation.ok("list").out
    installation.ok("flush")
    assert any("Next updateby 20 Nov 2026, 15:27 UTC" in words_of(page) for page in pages(installation).values())
    for asked, told in (("catch up", "Next update: by 15:27 UTC"), ("status", "due by 15:27 UTC")):
        installation.ingest(mails.reply_to(mail, asked, JAYLA, "bare", at=installation.clock.now))
        assert told in installation.private[-1].get_content() or "Next update: by 15:27 UTC" in (
            installation.private[-1].get_content()
        )
    installation.clock.tick(minutes=63)
    installation.ok("flush")
    assert installation.run("status", "--json").json["overdue"] == ["2026-11-20-cards-fail"]


def test_a_promise_of_a_mild_incident_that_was_kept_is_overdue_nowhere(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "3", "--next-update", "15:20")
    installation.clock.tick(minutes=55)
    installation.ok("update", "-m", "It was a loose cable.")
    installation.clock.tick(minutes=30)
    assert installation.show()["next_update_at"] is None
    assert "overdue" not in installation.ok("list").out + installation.ok("show").out
    assert installation.run("status", "--json").json["overdue"] == []


@pytest.mark.parametrize("style", ["top", "bottom", "outlook", "naked"])
@pytest.mark.parametrize("number", [0, 1])
def test_the_line_is_no_promise_of_the_person_who_quotes_it(
    installation: Installation, mails: Mails, style: str, number: int
) -> None:
    installation.declare("Cards fail", "--severity", "1")
    installation.clock.tick(minutes=4)
    installation.ok("update", "-m", "The bank looks into it.")
    reply = mails.reply_to(installation.mails[number], "Thanks.", JAYLA, style, at=installation.clock.now)
    assert installation.ingest(reply)["outcome"] == "note"
    assert stated(installation) is None


def test_the_line_alone_at_the_top_of_a_reply_is_no_promise_either(installation: Installation, mails: Mails) -> None:
    mail = installation.declare("Cards fail", "--severity", "1")
    reply = mails.reply_to(mail, "Next update: by 14:50 UTC\n\nWho writes it?", JAYLA, at=installation.clock.now)
    installation.ingest(reply)
    assert "taken for a quotation" in installation.private[-1].get_content()
    assert "next_update_at" not in [one["data"].get("name") for one in installation.log()]


def follower(installation: Installation, installations: Callable[[], Installation]) -> Installation:
    """A standby with the same key that has read all mail to the list."""
    other = installations()
    other.clock = installation.clock
    shutil.copy(installation.path / "key", other.path / "key")
    other.config.write_text(other.config.read_text().replace("[ledger]\n", "[ledger]\nstandby = true\n"))
    return other


@pytest.mark.parametrize("by_person", [False, True])
def test_a_standby_records_only_what_a_person_promised_and_shows_the_same_time(
    installation: Installation, installations: Callable[[], Installation], by_person: bool
) -> None:
    given = ("--next-update", "15:40") if by_person else ()
    installation.declare("Cards fail", "--severity", "2", *given)
    installation.clock.tick(minutes=9)
    installation.ok("update", "--severity", "1")
    standby = follower(installation, installations)
    for raw in installation.wire:
        assert standby.ingest(raw)["outcome"] == "applied"
    declared = standby.log()[0]["data"]
    assert declared["next_update_at"] == ("2026-11-20T15:40:00Z" if by_person else None)
    assert standby.show()["promises"] == installation.show()["promises"]
    assert standby.show()["next_update_at"] == ("2026-11-20T15:40:00Z" if by_person else "2026-11-20T14:59:00Z")


def test_a_mail_whose_mark_was_taken_away_proves_nothing(
    installation: Installation, installations: Callable[[], Installation]
) -> None:
    installation.declare("Cards fail", "--severity", "2")
    standby = follower(installation, installations)
    (raw,) = installation.wire
    assert standby.ingest(raw.replace(b"Incident-Next-Update-From: severity\n", b""))["outcome"] == "filed"
    assert standby.ingest(raw)["outcome"] == "applied"


def test_a_rebuilt_record_has_no_promise_that_nobody_made(installation: Installation, mails: Mails) -> None:
    installation.declare("Cards fail", "--severity", "2")
    box = installation.path / "box"
    box.mkdir()
    (box / "0.eml").write_bytes(installation.wire[0])
    for name in ("ledger.db", "ledger.db-wal", "ledger.db-shm"):
        (installation.path / name).unlink(missing_ok=True)
    installation.ok("ledger", "rebuild", str(box))
    declared: dict[str, Any] = next(one for one in installation.log() if one["kind"] == "declared.v1")["data"]
    assert declared["next_update_at"] is None
    assert installation.show("cards")["next_update_at"] == "2026-11-20T15:20:00Z"
