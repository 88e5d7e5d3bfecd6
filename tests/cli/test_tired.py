"""Things that a tired person typed in the first trials, and the right reactions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

BO = "Bo K. <bo@example.com>"


@pytest.mark.parametrize("when", ["by 3", "by tomorrow", "by 14:50 please"])
def test_an_owner_before_a_time_that_cannot_be_read_is_not_lost(installation: Installation, when: str) -> None:
    installation.declare("Cards fail", "--sme", BO)
    result = installation.run("action", f"call the bank @bo {when}")
    assert (result.code, "is no time that can be read" in result.err) == (2, True)
    assert "call the bank @bo by 15:10" in result.err
    assert installation.show()["actions"] == []


def test_reopen_alone_means_the_incident_that_has_just_ended(installation: Installation) -> None:
    installation.declare("Cards fail")
    installation.ok("close", "All is well")
    installation.ok("reopen")
    assert installation.show()["status"] == "open"
    installation.ok("close")
    installation.clock.tick(days=2)
    assert "which is closed" in installation.run("reopen").err


def test_a_message_without_quotation_marks_is_shown_whole(installation: Installation) -> None:
    installation.declare("Cards fail")
    assert "-m 'refunds break too'" in installation.run("update", "-m", "refunds", "break", "too").err


def test_ones_own_name_is_known(installation: Installation) -> None:
    installation.config.write_text(
        installation.config.read_text().replace('"mara@example.com"', '"Mara Lindqvist <mara@example.com>"', 1)
    )
    installation.declare("Cards fail", "--commander", "Mara Lindqvist")
    assert installation.show()["commander"]["address"] == "mara@example.com"


def test_only_what_somebody_confirmed_is_said_to_be_confirmed(installation: Installation, mails: Mails) -> None:
    installation.declare("Cards fail", "--customer-liaison", BO)
    installation.ok("update", "--customers-may-be-told", "Cards may fail.")
    installation.ok("update", "--impact", "All cards")
    proposal = installation.show()["proposals"][0]["number"]
    liaison = [mail for mail in installation.private if "bo@example.com" in str(mail["To"])][-1]
    assert proposal == 1
    installation.ingest(mails.reply_to(liaison, "accept", BO))
    installation.ok("update", "--severity", "2")
    text = installation.mails[-1].get_content()
    (confirmed,) = [line for line in text.split("\n") if ", confirmed by Bo K." in line]
    assert "severity" not in confirmed and "impact" not in confirmed


def test_what_the_tool_does_by_itself_is_no_news(installation: Installation) -> None:
    installation.declare("Cards fail")
    installation.declare("Search is slow")
    installation.ok("merge", "search", "cards")
    installation.ok("promote", "--restored")
    assert "brought 0" not in installation.ok("list").out
    shown = installation.ok("brief", "cards").out
    assert "promotion" not in shown and "brought 0" not in shown and "merged 2026-11-20-search-is-slow" in shown


def test_role_shows_who_leads_and_points_to_handoff(installation: Installation) -> None:
    installation.declare("Cards fail")
    assert "Mara Lindqvist" in installation.ok("role").out.splitlines()[0]
    result = installation.run("role", "commander", "Bo K.")
    assert (result.code, "incidentmail handoff" in result.err) == (2, True)
    assert "incidentmail handoff" in installation.run("role", "IC", "Bo K.").err
