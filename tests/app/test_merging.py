"""Two incidents about one outage become one: what moves, who is told, where replies count, and how to undo it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

ANN, BEN = "Ann Lee <ann@example.com>", "Ben Koch <ben@example.com>"
BO, EVE = "Bo K. <bo@example.com>", "Eve M. <eve@example.com>"
CHECKOUT, CARDS = "2026-11-20-checkout-is-down", "2026-11-20-card-payments-fail"


@pytest.fixture
def house(installation: Installation) -> Installation:
    people = {"mara": "Mara Lindqvist", "ann": "Ann Lee", "ben": "Ben Koch", "bo": "Bo K.", "eve": "Eve M."}
    lines = "".join(f'"{name}@example.com" = "{full}"\n' for name, full in people.items())
    return installation.configure(f"[people]\n{lines}")


def both(house: Installation, mails: Mails, *more: str) -> tuple[EmailMessage, EmailMessage]:
    """Declare checkout by Ann, and cards by Ben half a minute later. Return both declarations."""
    house.ingest(mails.new("Severity: 3", sender=ANN, subject="Checkout is down"))
    house.clock.tick(seconds=30)
    text = "\n".join(("Severity: 2", f"SME: {BO}", *more))
    house.ingest(mails.new(text, sender=BEN, subject="Card payments fail", at=house.clock.now))
    return house.mails[0], house.mails[1]


def private(house: Installation, address: str, words: str) -> EmailMessage:
    found = [mail for mail in house.private if address in str(mail["To"]) and words in mail.get_content()]
    return found[-1]


def newest(house: Installation, name: str) -> str:
    return str([mail for mail in house.mails if str(mail["Incident-Id"]) == name][-1].get_content())


def merge(house: Installation) -> None:
    house.ok("merge", CARDS, CHECKOUT)


def test_both_declarers_are_told_of_each_other_and_one_tap_makes_it_one(house: Installation, mails: Mails) -> None:
    both(house, mails)
    asked = private(house, "ben@", "Is it the same as yours?")
    assert f"Reply with: Duplicate of: {CHECKOUT}" in asked.get_content()
    assert f"Duplicate of: {CARDS}" in private(house, "ann@", "Is it the same as yours?").get_content()
    page = asked.get_body(("html",))
    assert page is not None and re.search(r"body=Duplicate%20of%3A%20" + CHECKOUT, page.get_content())
    outcome = house.ingest(mails.reply_to(asked, f"Duplicate of: {CHECKOUT}\n", BEN, "bare"))
    assert outcome["outcome"] == "applied"
    assert (house.show(CARDS)["status"], house.show(CARDS)["merged_into"]) == ("merged", CHECKOUT)
    assert [one["id"] for one in house.ok("list", "--json").json] == [CHECKOUT]


def test_if_both_tap_it_is_one_all_the_same(house: Installation, mails: Mails) -> None:
    both(house, mails)
    to_ann, to_ben = (private(house, name, "Is it the same as yours?") for name in ("ann@", "ben@"))
    house.ingest(mails.reply_to(to_ben, f"Duplicate of: {CHECKOUT}", BEN, "bare"))
    count = len(house.private)
    house.ingest(mails.reply_to(to_ann, f"Duplicate of: {CARDS}", ANN, "bare"))
    assert [house.show(name)["status"] for name in (CHECKOUT, CARDS)] == ["open", "merged"]
    assert len(house.private) == count


@pytest.mark.parametrize(
    ("apart", "subject", "told"),
    [
        ({"seconds": 90}, "Nothing in common", True),
        ({"minutes": 5}, "Something else entirely", False),
        ({"minutes": 5}, "The checkout answers 502", True),
        ({"minutes": 20}, "The checkout answers 502", False),
    ],
)
def test_what_may_be_one(house: Installation, mails: Mails, apart: dict[str, float], subject: str, told: bool) -> None:
    house.ingest(mails.new("Severity: 3", sender=ANN, subject="Checkout is down"))
    house.clock.tick(**apart)
    house.ingest(mails.new("Severity: 3", sender=BEN, subject=subject, at=house.clock.now))
    asked = [mail for mail in house.private if "Is it the same as yours?" in mail.get_content()]
    assert len(asked) == (2 if told else 0)


def test_at_the_terminal_the_same_is_a_hint(house: Installation, mails: Mails) -> None:
    house.ingest(mails.new("Severity: 3", sender=ANN, subject="Checkout is down"))
    said = house.ok("declare", "Card payments fail", "--severity", "3").err
    assert f"if it is the same: incidentmail merge {CARDS} {CHECKOUT}" in said


def test_both_threads_are_told(house: Installation, mails: Mails) -> None:
    both(house, mails)
    merge(house)
    part, whole = newest(house, CARDS), newest(house, CHECKOUT)
    assert "Incident merged into another." in part
    assert f"Merged into: {CHECKOUT} (replies to this mail count there)" in part
    assert f"Merged from: {CARDS}" in whole and f"merged {CARDS} into this incident" in whole


def test_the_worse_severity_counts_and_one_commander_stays(house: Installation, mails: Mails) -> None:
    both(house, mails)
    merge(house)
    assert (house.show()["severity"], house.show()["commander"]["name"]) == (2, "Ann Lee")


def test_people_in_roles_open_actions_and_needs_move_and_what_is_done_does_not(
    house: Installation, mails: Mails
) -> None:
    checkout, cards = both(house, mails)
    house.ingest(mails.reply_to(checkout, "Action: restart the queue", ANN))
    lines = "Action: call the bank (Bo K.)\nAction: page the vendor\nNeed: a DBA\nDecision: fail over"
    house.ingest(mails.reply_to(cards, lines, BEN))
    house.ingest(mails.reply_to(cards, "Done: 2", BEN))
    merge(house)
    shown = house.show()
    assert [(one["number"], one["text"]) for one in shown["actions"]] == [
        (1, "restart the queue"),
        (2, "call the bank"),
    ]
    assert [(one["number"], one["text"]) for one in shown["needs"]] == [(3, "a DBA")]
    assert shown["actions"][1]["owner"]["name"] == "Bo K."
    assert [person["name"] for person in shown["roles"]["subject_matter_experts"]] == ["Bo K."]


def test_the_other_commander_is_offered_a_role_and_takes_it_with_one_tap(house: Installation, mails: Mails) -> None:
    both(house, mails)
    merge(house)
    offered = private(house, "ben@", "has merged your incident")
    assert "Reply with: Subject-matter experts: +me" in offered.get_content()
    house.ingest(mails.reply_to(offered, "Subject-matter experts: +me", BEN, "bare"))
    assert [person["name"] for person in house.show()["roles"]["subject_matter_experts"]] == ["Bo K.", "Ben Koch"]


def test_a_number_in_the_closed_thread_means_what_it_meant_there(house: Installation, mails: Mails) -> None:
    checkout, cards = both(house, mails)
    house.ingest(mails.reply_to(checkout, "Action: restart the queue", ANN))
    house.ingest(mails.reply_to(cards, "Action: call the bank", BEN))
    merge(house)
    house.ingest(mails.reply_to(cards, "done 1", BEN, at=house.clock.now))
    assert [one["text"] for one in house.show()["actions"] if not one["done"]] == ["restart the queue"]
    house.ingest(mails.reply_to(checkout, "done 1", ANN, at=house.clock.now))
    assert [one["text"] for one in house.show()["actions"] if not one["done"]] == []


def test_a_number_that_did_not_move_means_nothing(house: Installation, mails: Mails) -> None:
    checkout, cards = both(house, mails)
    house.ingest(mails.reply_to(checkout, "Action: restart the queue\nAction: page the vendor", ANN))
    house.ingest(mails.reply_to(cards, "Action: call the bank\nAction: write to the shops", BEN))
    house.ingest(mails.reply_to(cards, "done 2", BEN))
    merge(house)
    outcome = house.ingest(mails.reply_to(cards, "done 2", BEN, at=house.clock.now))
    assert outcome["outcome"] == "refused"
    assert [one["done"] for one in house.show()["actions"]] == [False, False, False]


def test_people_whose_role_moves_are_not_named_once_more(house: Installation, mails: Mails) -> None:
    both(house, mails)
    count = len(house.private)
    merge(house)
    assert not [mail for mail in house.private[count:] if "bo@" in str(mail["To"])]


@pytest.mark.parametrize("style", ["top", "bottom", "outlook", "naked", "bare"])
def test_a_reply_in_the_closed_thread_counts_for_the_whole(house: Installation, mails: Mails, style: str) -> None:
    _, cards = both(house, mails)
    merge(house)
    outcome = house.ingest(mails.reply_to(cards, "sev 1", EVE, style, at=house.clock.now))
    assert (outcome["outcome"], outcome["incident"]) == ("applied", CHECKOUT)
    assert (house.show()["severity"], house.show(CARDS)["severity"]) == (1, 2)


def test_a_quotation_of_the_closed_thread_changes_nothing_in_the_whole(house: Installation, mails: Mails) -> None:
    _, cards = both(house, mails)
    house.ok("update", CARDS, "-m", "Phase 3\n\nPhase: 3")
    merge(house)
    before = house.show()["phase"]
    house.ingest(mails.reply_to(cards, f"I see.\n\n{newest(house, CARDS)}", EVE, "bare", at=house.clock.now))
    assert house.show()["phase"] == before


def test_no_note_is_lost(house: Installation, mails: Mails) -> None:
    _, cards = both(house, mails)
    house.ingest(mails.reply_to(cards, "The bank was called.", BEN))
    merge(house)
    house.ingest(mails.reply_to(cards, "The vendor was called too.", BEN, at=house.clock.now))
    told = house.ok("timeline", CHECKOUT).out
    assert "The bank was called." in told and "The vendor was called too." in told


@pytest.mark.parametrize("how", ["undo the part", "undo the whole", "reopen", "by mail"])
def test_it_can_be_undone_until_something_else_is_announced(house: Installation, mails: Mails, how: str) -> None:
    _, cards = both(house, mails)
    house.ingest(mails.reply_to(cards, "Action: call the bank (Bo K.)", BEN))
    merge(house)
    match how:
        case "undo the part":
            house.ok("undo", CARDS, "1")
        case "undo the whole":
            house.ok("undo", CHECKOUT, "1")
        case "reopen":
            house.ok("reopen", CARDS)
        case _:
            mail = [mail for mail in house.mails if str(mail["Incident-Id"]) == CARDS][-1]
            assert house.ingest(mails.reply_to(mail, "undo 1", BEN, at=house.clock.now))["outcome"] == "applied"
    part, whole = house.show(CARDS), house.show(CHECKOUT)
    assert (part["status"], part["merged_into"], part["commander"]["name"]) == ("open", None, "Ben Koch")
    assert (whole["merged_from"], whole["severity"], whole["actions"]) == ([], 3, [])
    assert "subject_matter_experts" not in whole["roles"]
    assert [one["text"] for one in part["actions"]] == ["call the bank"]
    assert house.ingest(mails.reply_to(cards, "sev 1", EVE, at=house.clock.now))["incident"] == CARDS


@pytest.mark.parametrize("other", [CHECKOUT, CARDS])
def test_and_not_after_that(house: Installation, mails: Mails, other: str) -> None:
    both(house, mails)
    merge(house)
    house.ok("update", CHECKOUT, "-m", "The gateway is down.")
    refused = house.run("undo", other, "1")
    assert refused.code == 1 and "something else was announced" in refused.err
    assert house.show(CARDS)["status"] == "merged"


def test_a_severe_incident_is_merged_by_its_leaders_or_after_they_agree(house: Installation, mails: Mails) -> None:
    _, cards = both(house, mails)
    assert house.ingest(mails.reply_to(cards, f"Duplicate of: {CHECKOUT}", EVE))["outcome"] == "held"
    question = private(house, "ben@", "Has this been agreed?")
    assert house.ingest(mails.reply_to(question, "accept", BEN))["outcome"] == "applied"
    assert house.show(CARDS)["status"] == "merged"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Duplicate of: the other one", "no incident is called 'the other one'"),
        (f"Duplicate of: {CARDS}", "cannot be merged into itself"),
        ("Duplicate of: 2026", "may be several incidents"),
    ],
)
def test_what_cannot_be_merged_is_answered(house: Installation, mails: Mails, line: str, reason: str) -> None:
    _, cards = both(house, mails)
    house.ok("declare", "Search is slow", "--severity", "4")
    outcome = house.ingest(mails.reply_to(cards, line, BEN))
    assert outcome["outcome"] == "refused" and reason in outcome["reason"]
    assert house.show(CARDS)["status"] == "open"


def test_a_declaration_can_say_of_what_it_is_a_duplicate(house: Installation, mails: Mails) -> None:
    house.ingest(mails.new("Severity: 3", sender=ANN, subject="Checkout is down"))
    house.ingest(mails.new(f"Severity: 3\nDuplicate of: {CHECKOUT}", sender=BEN, subject="Card payments fail"))
    assert house.show(CARDS)["merged_into"] == CHECKOUT


def test_a_restricted_incident_is_neither_merged_nor_found(house: Installation, mails: Mails) -> None:
    text = house.config.read_text()
    house.config.write_text(text.replace("[list]\n", '[list]\nrestricted = "security@example.com"\n'))
    both(house, mails)
    house.ok("declare", "Somebody reads our mail", "--restricted")
    secret = next(one["id"] for one in house.ok("list", "--json").json if one["restricted"])
    assert "no incident is called" in house.run("merge", CARDS, secret).err
    assert "never merged" in house.run("merge", secret, CARDS).err


def test_a_standby_knows_which_incident_is_which(
    house: Installation, installations: Callable[[], Installation], mails: Mails
) -> None:
    both(house, mails)
    merge(house)
    standby = installations()
    shutil.copy(house.path / "key", standby.path / "key")
    standby.clock.now = house.clock.now
    assert {standby.ingest(raw)["outcome"] for raw in house.wire} == {"applied"}
    names: tuple[str, ...] = ("status", "severity", "commander", "roles", "merged_into", "merged_from")
    for incident in (CHECKOUT, CARDS):
        here, there = house.show(incident), standby.show(incident)
        assert {name: here[name] for name in names} == {name: there[name] for name in names}


def test_three_incidents_are_one_in_whatever_order(house: Installation, mails: Mails) -> None:
    _, cards = both(house, mails)
    merge(house)
    house.ok("declare", "The gateway is down", "--severity", "3")
    gateway = "2026-11-20-the-gateway-is-down"
    house.ok("merge", CHECKOUT, gateway)
    outcome = house.ingest(mails.reply_to(cards, "sev 1", EVE, at=house.clock.now))
    assert (outcome["incident"], house.show()["id"]) == (gateway, gateway)


@pytest.mark.parametrize("ending", ["close", "retract"])
def test_a_part_can_be_reopened_once_the_whole_has_ended(house: Installation, mails: Mails, ending: str) -> None:
    """Otherwise somebody could merge an incident away, end the whole, and leave its people without any."""
    _, cards = both(house, mails)
    merge(house)
    house.ok("update", CHECKOUT, "--phase", "2")
    assert house.ingest(mails.reply_to(cards, "reopen", BEN, at=house.clock.now))["outcome"] == "refused"
    house.ok(ending, CHECKOUT)
    house.clock.tick(minutes=1)
    assert house.ingest(mails.reply_to(cards, "reopen", BEN, at=house.clock.now))["outcome"] == "applied"
    shown = house.show(CARDS)
    assert (shown["status"], shown["merged_into"], shown["severity"]) == ("open", None, 2)
    assert house.show(CHECKOUT)["status"] in ("closed", "retracted")
    assert house.show(CHECKOUT)["merged_from"] == []


def test_an_undo_that_comes_too_late_in_the_whole_is_not_sent_back_to_where_it_was_written(
    house: Installation, mails: Mails
) -> None:
    both(house, mails)
    merge(house)
    number = house.show(CHECKOUT)["updates"]
    house.ok("update", CHECKOUT, "--phase", "2")
    newest_mail = [mail for mail in house.mails if str(mail["Incident-Id"]) == CHECKOUT][-1]
    house.ingest(mails.reply_to(newest_mail, f"undo {number}", ANN, at=house.clock.now))
    answer = private(house, "ann@", f"undo {number}").get_content()
    assert "write in the incident of which it is a part" not in answer and f"{CARDS} can be reopened" in answer


def test_the_reverse_of_a_merge_is_refused_and_says_what_is_part_of_what(house: Installation, mails: Mails) -> None:
    both(house, mails)
    merge(house)
    again = house.run("merge", CHECKOUT, CARDS)
    assert again.code == 1 and f"{CARDS} is already a part of {CHECKOUT}" in again.err
    house.ok("merge", CARDS, CHECKOUT)  # asking for the same merge twice is no mistake
