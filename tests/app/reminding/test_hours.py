"""Hours and deadlines: who relieves the commander, who has a break, and who outside has to be told by when."""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

ANN, BO, MARA = "Ann Lee <ann@example.com>", "Bo K. <bo@example.com>", "Mara Lindqvist <mara@example.com>"
GDPR = '[[deadline]]\nname = "GDPR, supervisory authority"\nafter = "72h"\nwarn = ["24h", "4h"]\n'


def texts(installation: Installation, address: str, words: str) -> list[str]:
    found = [mail.get_content() for mail in installation.private if address in str(mail["To"])]
    return [text for text in found if words in text]


def later(installation: Installation, **delta: float) -> None:
    """Let the time pass at once, then run `flush` for six minutes, in which a digest collects its lines."""
    installation.clock.tick(**delta)
    for _ in range(7):
        installation.ok("flush")
        installation.clock.tick(minutes=1)


def say(installation: Installation, mails: Mails, declared: EmailMessage, text: str, who: str = MARA) -> str:
    return str(installation.ingest(mails.reply_to(declared, text, who, at=installation.clock.now))["outcome"])


def test_the_commander_is_asked_after_four_hours_who_relieves_them(installation: Installation, mails: Mails) -> None:
    declared = installation.declare("Cards fail", "--severity", "3", "--commander", MARA)
    say(installation, mails, declared, f"Deputy: {ANN}")
    later(installation, hours=3, minutes=45)
    assert texts(installation, "mara", "Who relieves you") == []
    later(installation, minutes=10)
    (asked,) = texts(installation, "mara", "You have led for 4 hours. Who relieves you, and when?")
    assert "Reply with: Next commander: Ann Lee <ann@example.com>" in asked
    later(installation, hours=2)
    assert len(texts(installation, "mara", "Who relieves you")) == 1
    later(installation, hours=2)
    assert len(texts(installation, "mara", "Who relieves you")) == 2


def test_nobody_is_asked_if_it_is_switched_off_or_somebody_is_planned(installation: Installation, mails: Mails) -> None:
    declared = installation.declare("Cards fail", "--severity", "3")
    say(installation, mails, declared, f"Next commander: {ANN} at 22:00")
    later(installation, hours=5)
    assert texts(installation, "mara", "Who relieves you") == []


def test_the_next_commander_is_in_follow_ups_and_is_offered_command_at_that_time(
    installation: Installation, mails: Mails
) -> None:
    declared = installation.declare("Cards fail", "--severity", "3")
    assert say(installation, mails, declared, f"Next commander: {ANN} at 16:00") == "applied"
    assert installation.show()["next_commander"]["at"] == "2026-11-20T16:00:00Z"
    installation.ok("update", "-m", "We go on.")
    assert "\nNext commander: Ann Lee at 16:00 UTC\n" in installation.mails[-1].get_content()
    later(installation, hours=1)
    assert texts(installation, "ann", "To take command") == []
    later(installation, minutes=40)
    assert len(texts(installation, "ann", "To take command, reply: accept.")) == 1
    offer = next(mail for mail in installation.private if "ann@" in str(mail["To"]))
    say(installation, mails, offer, "accept", ANN)
    assert installation.show()["commander"]["name"] == "Ann Lee"
    assert installation.show()["next_commander"] is None


def test_a_plan_can_be_taken_back_and_ends_with_the_command(installation: Installation, mails: Mails) -> None:
    declared = installation.declare("Cards fail", "--severity", "3")
    say(installation, mails, declared, f"Next commander: {ANN} at 16:00")
    say(installation, mails, declared, "Next commander: nobody")
    assert installation.show()["next_commander"] is None
    say(installation, mails, declared, f"Next commander: {ANN} at 16:00")
    say(installation, mails, declared, "taking command", BO)
    assert installation.show()["next_commander"] is None
    later(installation, hours=3)
    assert texts(installation, "ann", "To take command") == []


def test_a_follow_up_with_a_planned_hand_over_proves_itself(installation: Installation, mails: Mails) -> None:
    declared = installation.declare("Cards fail", "--severity", "3")
    say(installation, mails, declared, f"Next commander: {ANN} at 16:00")
    installation.ok("update", "--severity", "2")
    outcome = installation.ingest(installation.wire[-1])
    assert (outcome["disposition"], outcome["outcome"]) == ("own", "duplicate")


def test_only_people_who_lead_plan_for_others(installation: Installation, mails: Mails) -> None:
    installation.configure('[permissions]\nname_others = "operator"\n')
    declared = installation.declare("Cards fail", "--severity", "3")
    assert say(installation, mails, declared, f"Next commander: {ANN} at 16:00", BO) == "refused"
    assert say(installation, mails, declared, f"Next commander: {ANN} at 16:00") == "applied"


@pytest.mark.parametrize("text", ["break 30m", "break for 30 minutes", "taking a break of 30 min", "Break 30m, thanks"])
def test_a_break_is_on_record_until_its_writer_is_back(installation: Installation, mails: Mails, text: str) -> None:
    declared = installation.declare("Cards fail", "--severity", "3")
    assert say(installation, mails, declared, text, ANN) == "applied"
    (away,) = installation.show()["breaks"]
    assert (away["person"]["name"], away["until"], away["ended_at"]) == ("Ann Lee", "2026-11-20T14:50:00Z", None)
    assert say(installation, mails, declared, "back", ANN) == "applied"
    assert installation.show()["breaks"][0]["ended_at"] == "2026-11-20T14:20:00Z"


@pytest.mark.parametrize("text", ["breaking news from the bank", "back in 5", "break it down for me", "it is back"])
def test_words_that_only_resemble_these_are_notes(installation: Installation, mails: Mails, text: str) -> None:
    declared = installation.declare("Cards fail", "--severity", "3")
    assert say(installation, mails, declared, text, ANN) == "note"
    assert installation.show()["breaks"] == []


def test_deadlines_count_from_when_we_were_aware_and_the_liaison_is_reminded(
    installation: Installation, mails: Mails
) -> None:
    installation.configure(GDPR)
    declared = installation.declare("Data were copied", "--severity", "3", "--business-liaison", BO)
    assert installation.show()["deadlines"] == []
    assert say(installation, mails, declared, "Aware: 14:07") == "applied"
    (due,) = installation.show()["deadlines"]
    assert due == {"name": "GDPR, supervisory authority", "at": "2026-11-23T14:07:00Z", "met": False}
    later(installation, hours=47)
    assert texts(installation, "bo", "GDPR") == []
    later(installation, hours=1)
    (warned,) = texts(installation, "bo", "GDPR, supervisory authority: it is due by 2026-11-23 14:07 UTC")
    assert "Reply with: Notified: GDPR, supervisory authority" in warned
    later(installation, hours=19)
    assert len(texts(installation, "bo", "GDPR")) == 1
    later(installation, hours=1)
    assert len(texts(installation, "bo", "GDPR")) == 2
    later(installation, hours=5)
    assert "it was due by" in texts(installation, "bo", "GDPR")[-1]


def test_a_deadline_that_was_met_is_not_mentioned_again(installation: Installation, mails: Mails) -> None:
    installation.configure(GDPR)
    declared = installation.declare("Data were copied", "--severity", "3", "--business-liaison", BO)
    say(installation, mails, declared, "Aware: 14:07")
    assert say(installation, mails, declared, "Notified: GDPR, supervisory authority", BO) == "applied"
    later(installation, hours=70)
    assert texts(installation, "bo", "GDPR") == [] and installation.show()["deadlines"][0]["met"]


def test_closing_an_incident_does_not_end_its_deadlines_and_retracting_it_does(
    installation: Installation, mails: Mails
) -> None:
    installation.configure(GDPR)
    for what, end in (("Data were copied", "close"), ("Keys were copied", "retract")):
        declared = installation.declare(what, "--severity", "3", "--business-liaison", BO)
        say(installation, mails, declared, "Aware: 14:07")
        installation.ok(end)
    later(installation, hours=69)
    found = texts(installation, "bo", "GDPR")
    assert len(found) == 1 and say(installation, mails, installation.private[-1], "Notified: GDPR", BO) == "applied"


def test_an_unknown_deadline_is_refused_with_the_names_of_the_known_ones(
    installation: Installation, mails: Mails
) -> None:
    installation.configure(GDPR)
    declared = installation.declare("Data were copied", "--severity", "3")
    assert say(installation, mails, declared, "Notified: the king") == "refused"
    assert "he deadlines are: GDPR, supervisory authority" in texts(installation, "mara", "the king")[0]


def test_the_command_line_does_the_same(installation: Installation) -> None:
    installation.configure(GDPR)
    installation.declare("Data were copied", "--severity", "3")
    installation.ok("aware", "14:07")
    installation.ok("notified", "GDPR")
    installation.ok("break", "30m")
    installation.ok("back")
    installation.ok("handoff", ANN, "--at", "16:00")
    shown = installation.show()
    assert shown["deadlines"][0]["met"] and shown["breaks"][0]["ended_at"] == "2026-11-20T14:20:00Z"
    assert shown["next_commander"]["person"]["name"] == "Ann Lee"
    out = installation.ok("show").out
    assert "Next commander" in out and "GDPR, supervisory authority" in out


def test_a_person_who_is_offered_command_gets_what_ics_form_201_lists_in_its_order(
    installation: Installation, mails: Mails
) -> None:
    declared = installation.declare("Cards fail", "--severity", "2", "--business-liaison", BO)
    for line in (
        "Decision: no deploys today", "Action: call the bank @bo", "Assumption: the certificate has expired",
        "Ruled out: the firewall", "Need: somebody who knows the gateway",
    ):  # fmt: skip
        say(installation, mails, declared, line)
    say(installation, mails, declared, "break 30m", BO)
    installation.clock.tick(hours=2)
    installation.ok("handoff", ANN)
    (offer,) = texts(installation, "ann", "asks you to be incident commander")
    parts = [
        "4. ruled out: the firewall", "3. the certificate has expired", "2. call the bank",
        "5. somebody who knows the gateway",
        "1. no deploys today", "The next update is due", "At work: Mara Lindqvist (incident commander) for",
    ]  # fmt: skip
    assert [part for part in parts if part not in offer] == []
    assert sorted(parts, key=offer.index) == parts
    assert "Bo K. (business liaison) for 2 hours, last break 14:20 UTC" in offer.replace("\n", " ")


def test_a_person_who_takes_command_gets_the_same(installation: Installation, mails: Mails) -> None:
    declared = installation.declare("Cards fail", "--severity", "3")
    say(installation, mails, declared, "Ruled out: the firewall")
    say(installation, mails, declared, "taking command", ANN)
    (controls,) = texts(installation, "ann", "You are incident commander of this incident now.")
    assert "> 1. ruled out: the firewall" in controls and "> At work: Ann Lee" in controls


def test_the_brief_says_who_is_at_work_for_how_long_and_when_they_had_a_break(
    installation: Installation, mails: Mails
) -> None:
    declared = installation.declare("Cards fail", "--severity", "3", "--business-liaison", BO)
    say(installation, mails, declared, "break 30m", BO)
    say(installation, mails, declared, "joining", ANN)
    installation.clock.tick(minutes=20)
    say(installation, mails, declared, "catch up", ANN)
    expected = (
        "At work: Mara Lindqvist (incident commander) for 20 minutes; Bo K. (business liaison) for 20 minutes, "
        "away until 14:50 UTC; Ann Lee for 20 minutes"
    )
    assert expected in installation.private[-1].get_content()
    assert "away until 14:50 UTC" in " ".join(installation.ok("brief").out.split())
