"""The owner of a retrospective is asked twice, and the operator hears which retrospectives are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

ANN, BO, MARA = "Ann Lee <ann@example.com>", "Bo K. <bo@example.com>", "Mara Lindqvist <mara@example.com>"
OPERATOR = '[operator]\naddress = "ops@example.com"\n'
ASKS = "no retrospective is planned"


def texts(installation: Installation, address: str, words: str) -> list[str]:
    found = [mail.get_content() for mail in installation.private if address in str(mail["To"])]
    return [text for text in found if words in text]


def later(installation: Installation, **delta: float) -> None:
    """Let the time pass at once, then run `flush` twice, because a digest collects its lines for five minutes."""
    installation.clock.tick(**delta)
    installation.ok("flush")
    installation.clock.tick(minutes=6)
    installation.ok("flush")


def say(installation: Installation, mails: Mails, text: str, who: str = MARA) -> str:
    declared = installation.mails[0]
    return str(installation.ingest(mails.reply_to(declared, text, who, at=installation.clock.now))["outcome"])


def closed(installation: Installation, *args: str) -> None:
    installation.declare("Cards fail", "--severity", "3", "--commander", MARA, *args)
    installation.clock.tick(hours=1)
    installation.ok("close", "Works again")


def test_the_commander_is_asked_after_one_and_three_days_and_then_no_more(installation: Installation) -> None:
    closed(installation)
    later(installation, hours=23)
    assert texts(installation, "mara", ASKS) == []
    later(installation, hours=1)
    (first,) = texts(installation, "mara", ASKS)
    assert "The incident was closed a day ago" in first
    assert "Reply with: retro held" in first and "Reply with: Retro: not needed" in first
    later(installation, days=1)
    assert len(texts(installation, "mara", ASKS)) == 1
    later(installation, days=1)
    assert "The incident was closed 3 days ago" in texts(installation, "mara", ASKS)[1]
    for _ in range(5):
        later(installation, days=1)
    assert len(texts(installation, "mara", ASKS)) == 2


def test_one_question_is_asked_if_nothing_ran_for_three_days(installation: Installation) -> None:
    closed(installation)
    later(installation, days=4)
    assert len(texts(installation, "mara", ASKS)) == 1


@pytest.mark.parametrize("ended", ["drill", "retracted", "merged"])
def test_nobody_is_asked_about_drills_false_alarms_and_parts_of_other_incidents(
    installation: Installation, ended: str
) -> None:
    if ended == "drill":
        closed(installation, "--drill")
    elif ended == "retracted":
        installation.declare("Cards fail", "--severity", "3")
        installation.ok("retract", "A typing error")
    else:
        installation.declare("Cards fail", "--severity", "3")
        installation.declare("Checkout is down", "--severity", "3")
        installation.ok("merge", "cards", "checkout")
    for _ in range(4):
        later(installation, days=1)
    assert texts(installation, "mara", "retrospective") == []


def test_an_incident_that_is_open_again_is_not_asked_about_and_is_anew_after_its_next_end(
    installation: Installation,
) -> None:
    closed(installation)
    later(installation, days=1)
    installation.ok("reopen", "cards", "It fails again")
    later(installation, days=3)
    assert len(texts(installation, "mara", ASKS)) == 1
    installation.ok("close", "cards", "Works")
    later(installation, days=1)
    assert len(texts(installation, "mara", ASKS)) == 2


def test_the_owner_is_told_and_asked_in_place_of_the_commander(installation: Installation, mails: Mails) -> None:
    closed(installation)
    assert say(installation, mails, f"Retro owner: {ANN}") == "applied"
    assert installation.show("cards")["retro"]["owner"]["address"] == "ann@example.com"
    later(installation, minutes=1)
    (named,) = texts(installation, "ann", "Mara Lindqvist has named you to see to it")
    assert "Retro owner: NAME" in named
    later(installation, hours=23)
    assert texts(installation, "ann", ASKS) == []
    later(installation, hours=2)
    assert len(texts(installation, "ann", ASKS)) == 1
    assert texts(installation, "mara", ASKS) == []


def test_people_who_take_it_on_themselves_are_not_told_what_they_know(installation: Installation, mails: Mails) -> None:
    closed(installation)
    assert say(installation, mails, "Retro owner: me", BO) == "applied"
    later(installation, minutes=10)
    assert texts(installation, "bo@", "named you") == []
    assert "took it on to see to the retrospective" in installation.ok("timeline", "cards").out


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("retro held", "2026-11-21"),
        ("Retro: held", "2026-11-21"),
        ("Retro: held 2026-11-21", "2026-11-21"),
        ("Retrospective: held yesterday", "2026-11-20"),
        ("retro was held yesterday, thanks all", "2026-11-20"),
        ("Retro held 2026-11-21.\n\nWe agreed on three actions, and the bank comes next time.", "2026-11-21"),
    ],
)
def test_one_line_by_mail_says_that_it_was_held(installation: Installation, mails: Mails, text: str, day: str) -> None:
    closed(installation)
    installation.clock.tick(days=1)
    assert say(installation, mails, text) == "applied"
    assert str(installation.show("cards")["retro"]["held_at"]).startswith(day)
    for _ in range(3):
        later(installation, days=1)
    assert texts(installation, "mara", ASKS) == []
    assert len(installation.mails) == 2  # the declaration and the end: the list is not told


@pytest.mark.parametrize(
    "text",
    ["retro held?", "Was the retro held yesterday?", "retro not held because of the fire", "The retro held us up."],
)
def test_a_question_or_a_sentence_about_it_is_only_a_note(installation: Installation, mails: Mails, text: str) -> None:
    closed(installation)
    installation.clock.tick(days=1)
    assert say(installation, mails, text) == "note"
    assert installation.show("cards")["retro"]["held_at"] is None


def test_held_on_the_day_of_the_end_is_not_before_the_end(installation: Installation) -> None:
    installation.clock.tick(hours=6)
    closed(installation)
    installation.clock.tick(days=1)
    installation.ok("retro", "held", "2026-11-20")
    assert installation.show("cards")["retro"]["held_at"] == "2026-11-20T21:20:00Z"


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (("held", "2026-12-24"), "that time is still to come"),
        (("held", "2026-11-01"), "that is before the incident was declared"),
        (("held", "cards", "soon"), "is no time"),
        (("plan", "yesterday 14:00"), "that time is past"),
        (("plan", "cards"), "the time is missing"),
        (("plan", "2029-11-20 14:00"), "that is more than a year ahead"),
        (("plan", "Monday 14:00", "Zoe"), "no address of Zoe is known"),
        (("call-off",), "no retrospective is planned"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(installation: Installation, args: tuple[str, ...], why: str) -> None:
    closed(installation)
    before = installation.show("cards")["retro"]
    refused = installation.run("retro", *args)
    assert refused.code in (1, 2) and why in refused.err
    assert installation.show("cards")["retro"] == before


def test_a_retrospective_can_be_said_not_to_be_needed_and_that_can_be_taken_back(
    installation: Installation, mails: Mails
) -> None:
    closed(installation)
    assert say(installation, mails, "Retro: not needed") == "applied"
    later(installation, days=1)
    assert texts(installation, "mara", ASKS) == []
    installation.ok("retro", "not-held")
    later(installation, minutes=5)
    assert len(texts(installation, "mara", ASKS)) == 1
    installation.ok("retro", "held")
    assert "it was held already" in installation.run("retro", "not-needed").err


def test_a_retrospective_of_a_false_alarm_is_refused(installation: Installation) -> None:
    installation.declare("Cards fail", "--severity", "3")
    installation.ok("retract", "A typing error")
    assert "it was a false alarm" in installation.run("retro", "held", "cards").err


def test_while_a_meeting_is_ahead_nobody_is_asked_and_afterwards_its_owner_is(installation: Installation) -> None:
    closed(installation)
    installation.ok("retro", "plan", "2026-12-03 14:00 UTC", "bo@example.com")
    for _ in range(12):
        later(installation, days=1)
    assert texts(installation, "mara", "retrospective was planned") == []
    later(installation, days=1)
    (asked,) = texts(installation, "mara", "The retrospective was planned for 14:00 UTC")
    assert "nobody has said that it was held" in asked
    installation.ok("retro", "held", "2026-12-03")
    assert installation.show("cards")["retro"]["held_at"] == "2026-12-03T14:00:00Z"


def test_the_operator_gets_once_a_week_what_is_missing(installation: Installation) -> None:
    installation.configure(OPERATOR)
    closed(installation)
    installation.declare("Secret leak", "--severity", "2", "--drill")
    installation.ok("close", "secret", "-m", "Over")
    for _ in range(6):
        later(installation, days=1)
    (told,) = texts(installation, "ops", "Retrospectives are missing.")
    assert "2026-11-20-cards-fail: severity 3 (moderate), closed 3 days ago; Mara Lindqvist sees to it" in told
    assert "secret" not in told and "once a week, and only if something is missing" in told
    for _ in range(7):
        later(installation, days=1)
    assert len(texts(installation, "ops", "Retrospectives are missing.")) == 2
    installation.ok("retro", "held", "cards")
    for _ in range(15):
        later(installation, days=1)
    assert len(texts(installation, "ops", "Retrospectives are missing.")) == 2


def test_of_a_restricted_incident_the_operator_hears_only_the_id(installation: Installation) -> None:
    installation.configure(OPERATOR)
    written = installation.config.read_text()
    installation.config.write_text(written.replace("[list]\n", '[list]\nrestricted = "secret@example.com"\n'))
    installation.declare("Keys were copied", "--severity", "3", "--restricted")
    installation.ok("close", "-m", "Over")
    for _ in range(4):
        later(installation, days=1)
    (told,) = texts(installation, "ops", "Retrospectives are missing.")
    (name,) = [one["id"] for one in installation.ok("list", "--all", "--json").json]
    assert f"> {name}\n" in told and "Keys" not in told and "severity" not in told


def test_the_operator_hears_nothing_without_an_address_or_while_mail_is_muted(installation: Installation) -> None:
    closed(installation)
    for _ in range(5):
        later(installation, days=1)
    assert not any("Retrospectives" in str(mail["Subject"]) for mail in installation.private)
