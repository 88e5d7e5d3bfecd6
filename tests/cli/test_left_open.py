"""People who end an incident, or are asked whether it may end, first see what is still open."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

BO, JAYLA = "Bo K. <bo@example.com>", "Jayla M. <jayla@example.com>"


def with_work(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "2", "--sme", BO)
    installation.ok("action", "restart the queue @bo")
    installation.ok("need", "a DBA")
    installation.ok("action", "call the bank")
    installation.ok("done", "3")


def test_somebody_who_is_not_asked_is_warned(installation: Installation) -> None:
    with_work(installation)
    warned = installation.ok("close", "Cards work again").err
    assert "warning: 2 things not done yet (action 1, need 2); the owners are told if their address is known" in warned


def test_nothing_is_said_if_nothing_is_open(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "3")
    assert installation.ok("close", "Cards work again").err == ""


def test_the_preview_of_close_names_what_stays_open_and_who_is_missing(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_work(installation)
    monkeypatch.setattr("incidentmail.cli.incident.carry_out.is_watched", lambda: True)
    shown = installation.run("close", "Cards work again", stdin=b"n\n")
    assert (shown.code, installation.show()["status"]) == (1, "open")
    assert (
        "If it ends now, this stays open\n"
        "  1. Action: restart the queue (Bo K.)\n"
        "  2. Need: a DBA\n"
        "\n"
        "Roles that nobody held: Customer liaison, Business liaison\n"
    ) in shown.err
    assert "call the bank" not in shown.err


def test_somebody_who_ends_what_another_person_leads_is_told_so(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    for description, watched, stdin in (("Cards fail", False, b""), ("Search is slow", True, b"\n")):
        monkeypatch.setattr("incidentmail.cli.incident.carry_out.is_watched", lambda watched=watched: watched)
        installation.declare(description, "--commander", BO)
        shown = installation.run("close", "It works again", stdin=stdin)
        assert (shown.code, "Bo K. leads this incident, not you" in shown.err) == (0, True)
        assert ("; Enter ends it all the same" in shown.err) is watched


def test_the_mail_that_asks_whether_it_may_end_names_it_too(installation: Installation, mails: Mails) -> None:
    with_work(installation)
    installation.ingest(mails.reply_to(installation.mails[-1], "close", JAYLA))
    asked = next(mail.get_content() for mail in installation.private if "May it end?" in mail.get_content())
    work = "> Action 1: restart the queue (Bo K.)\n> Need 2: a DBA\n> Nobody is customer liaison."
    assert f"If it ends now, this stays open:\n\n{work}" in asked


def test_words_for_customers_from_before_the_end_are_not_stated_as_if_true(installation: Installation) -> None:
    installation.declare("Cards fail", "--customer-liaison", "Mara Lindqvist <mara@example.com>")
    installation.ok("update", "--customers-may-be-told", "Some cards fail.", "--no-change")
    assert "Approved for customers: Some cards fail." in installation.mails[-1].get_content()
    installation.clock.now += timedelta(minutes=9)
    installation.ok("close", "Cards work again")
    told = installation.mails[-1].get_content()
    last = "Last approved for customers: Some cards fail. (from before the end)"
    assert last in told and "\nApproved for customers" not in told
    assert "Some cards fail. (from before the end)" in installation.ok("show", "cards").out


def test_words_for_customers_from_the_same_moment_as_the_end_are_stated(installation: Installation) -> None:
    installation.declare("Cards fail", "--customer-liaison", "Mara Lindqvist <mara@example.com>")
    installation.ok("update", "--customers-may-be-told", "All cards work again.")
    installation.ok("close", "Cards work again")
    assert "\nApproved for customers: All cards work again.\n" in installation.mails[-1].get_content()


def test_an_ended_incident_says_what_it_was(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "2")
    installation.ok("close", "Cards work again")
    first = installation.mails[-1].get_content().splitlines()[0]
    assert first == (
        "Incident closed. At the end: severity 2 (serious), phase 1 (not confirmed)."
        " Mara Lindqvist was incident commander (not confirmed)."
    )
