"""A reason that a person gives with a change: how it is entered, and who reads it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

BO, WHY = "Bo K. <bo@example.com>", "Bo has led one like it."


def page_of(mail: object) -> str:
    page = mail.get_body(("html",))  # type: ignore[attr-defined]
    return str(page.get_content())


def test_an_offer_holds_the_sentence_and_so_does_the_mail_that_says_who_leads(
    installation: Installation, mails: Mails
) -> None:
    installation.declare("Cards fail")
    installation.ok("handoff", BO, "-m", WHY)
    (offer,) = installation.private
    assert f"Mara Lindqvist writes: {WHY}" in offer.get_content()
    assert WHY in page_of(offer)
    assert len(installation.mails) == 1, "nobody else is told yet"
    installation.ingest(mails.reply_to(offer, "accept", BO, at=installation.clock.now))
    told = installation.mails[-1]
    assert told.get_content().startswith("Severity 3") and "Bo K. <bo@example.com> is incident commander" in (
        told.get_content()
    )
    assert f"Mara Lindqvist, 14:20 UTC: {WHY}" in told.get_content()
    assert WHY in page_of(told)


def test_the_sentence_in_an_offer_is_no_command_of_the_person_who_quotes_it(
    installation: Installation, mails: Mails
) -> None:
    installation.declare("Cards fail")
    installation.ok("handoff", BO, "-m", "Severity: 1\nsev 1")
    (offer,) = installation.private
    for style in ("top", "bottom", "outlook", "naked"):
        installation.ingest(mails.reply_to(offer, "I am on a train.", BO, style, at=installation.clock.now))
    assert installation.show()["severity"] == 3


def test_a_sentence_with_an_undo_mails_the_list_even_if_what_is_put_back_does_not(installation: Installation) -> None:
    installation.declare("Cards fail")
    installation.ok("update", "--sme", BO, "--no-change")
    listed = len(installation.mails)
    installation.ok("undo", "1", "-m", "It was the wrong window.")
    assert len(installation.mails) == listed + 1
    assert "It was the wrong window." in installation.mails[-1].get_content()


@pytest.mark.parametrize("end", ["close", "retract"])
def test_an_end_is_undone_with_a_sentence(installation: Installation, end: str) -> None:
    installation.declare("Cards fail")
    installation.ok(end)
    installation.ok("undo", "cards", "1", "-m", "It still fails.")
    assert "Incident reopened." in installation.mails[-1].get_content()
    assert "It still fails." in installation.mails[-1].get_content()


def test_an_offer_without_a_sentence_has_none(installation: Installation) -> None:
    installation.declare("Cards fail")
    installation.ok("handoff", BO)
    assert " writes: " not in installation.private[0].get_content()


@pytest.mark.parametrize(
    "change", [("handoff", BO, "--spoken"), ("update", "--customer-liaison", BO, "--severity", "2")]
)
def test_whoever_is_named_reads_the_sentence_in_their_own_mail_too(
    installation: Installation, change: tuple[str, ...]
) -> None:
    installation.declare("Cards fail")
    installation.ok(*change, "-m", WHY)
    text = installation.private[-1].get_content()
    assert len(re.findall(rf"^> .*{re.escape(WHY)}$", text, re.M)) == 1


def test_a_sentence_is_not_reported_as_a_note_beside_the_change_that_it_explains(installation: Installation) -> None:
    installation.declare("Cards fail")
    assert "cards-fail: handed command to Bo K.\n" in installation.ok("handoff", BO, "--spoken", "-m", WHY).out
    assert "cards-fail: noted\n" in installation.ok("note", WHY).out


CHANGES: dict[str, tuple[str, ...]] = {
    "handoff --spoken": ("handoff", BO, "--spoken"),
    "handoff --at, with the next mail": ("handoff", BO, "--at", "+2h"),
    "role, with the next mail": ("role", "scribe", BO),
    "undo": ("undo", "1"),
    "close": ("close",),
    "retract": ("retract",),
    "reopen": ("reopen", "cards"),
    "merge": ("merge", "cards", "search"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_everybody_reads_the_sentence(installation: Installation, change: tuple[str, ...]) -> None:
    installation.declare("Search is slow")
    installation.declare("Cards fail")
    installation.ok("update", "cards", "--severity", "2")
    if change[0] == "reopen":
        installation.ok("close", "cards")
    named = change if change[0] in ("reopen", "merge") else (change[0], "cards", *change[1:])
    installation.ok(*named, "-m", WHY)
    if change[0] == "role" or "--at" in change:
        assert WHY not in installation.mails[-1].get_content()
        installation.ok("update", "cards", "--phase", "2")
    of_cards = [mail for mail in installation.mails if mail["Incident-Id"] == "2026-11-20-cards-fail"]
    assert f"Mara Lindqvist, 14:20 UTC: {WHY}" in of_cards[-1].get_content() or f": {WHY}" in of_cards[-1].get_content()


@pytest.mark.parametrize(
    "change", [("handoff", BO), ("undo", "1"), ("merge", "cards", "search"), ("role", "scribe", BO)]
)
def test_an_empty_sentence_is_refused_and_a_secret_is_held(installation: Installation, change: tuple[str, ...]) -> None:
    installation.declare("Search is slow")
    installation.declare("Cards fail")
    installation.ok("update", "cards", "--severity", "2")
    named = change if change[0] == "merge" else (change[0], "cards", *change[1:])
    empty = installation.run(*named, "-m", " ")
    assert (empty.code, "-m" in empty.err, "write the reason, or leave it out" in empty.err) == (2, True, True)
    held = installation.run(*named, "-m", "The key is AKIAIOSFODNN7EXAMPLE.")
    assert (held.code != 0, "this looks like a secret" in held.err) == (True, True)
    assert len(installation.log("cards")) == 4


def test_a_sentence_without_a_role_is_refused(installation: Installation) -> None:
    installation.declare("Cards fail")
    said = installation.run("role", "-m", WHY)
    assert (said.code, "who gets which role?" in said.err) == (2, True)
