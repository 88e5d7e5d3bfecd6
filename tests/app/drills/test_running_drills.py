"""Drills: the mails of invented people, their recipients, which replies count, and how a drill ends."""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

DRILLS, BO = "incident-drills@example.com", "Bo K. <bo@example.com>"
SCENARIO = """
title = "The cellar is under water"
description = "A pipe broke."
opening = "You run a cellar."
lasts = "20m"

[[inject]]
at = "0m"
from = "Ada Hill"
role = "the caretaker"
subject = "The floor is wet"
text = "There is water on the floor, and it is rising."

[[inject]]
at = "10m"
from = "Ada Hill"
subject = "It reaches the sockets"
text = "The water reaches the sockets now."

[[expected]]
what = "Declared"
happens = "declared"
within = "5m"

[[expected]]
what = "Severe"
severity = 1
within = "12m"

[[expected]]
what = "A plumber was called"
says = ["plumber"]
"""


@pytest.fixture
def house(installation: Installation) -> Installation:
    """An installation with a list for drills, copies for others, and a scenario beside its configuration."""
    installation.configure(
        '[[severity]]\nlevel = 1\nname = "critical"\nalso_to = ["board@example.com"]\n'
        '[[severity]]\nlevel = 2\nname = "serious"\nalso_to = ["boss@example.com"]\nalso_template = "executives"\n'
        '[[severity]]\nlevel = 3\nname = "moderate"\n'
        '[duty]\ncommanders = ["duty@example.com"]\n'
    )
    text = installation.config.read_text()
    lists = f'[list]\ndrill = "{DRILLS}"\nalways_to = ["copies@example.com"]\n'
    installation.config.write_text(text.replace("[list]\n", lists))
    (installation.path / "cellar.toml").write_text(SCENARIO)
    return installation


def start(house: Installation, *args: str) -> str:
    return house.ok("drill", "run", str(house.path / "cellar.toml"), *args).out


def left(house: Installation) -> list[EmailMessage]:
    return [*house.mails, *house.private]


def invented(house: Installation) -> list[EmailMessage]:
    return [mail for mail in left(house) if "invented" in str(mail["From"])]


def recipients(mails: list[EmailMessage]) -> set[str]:
    fields = [mail[name] for mail in mails for name in ("To", "Cc") if mail[name]]
    return {str(address.addr_spec) for field in fields for address in field.addresses}


def test_invented_people_write_at_their_times_to_the_list_of_drills_only(house: Installation) -> None:
    start(house)
    assert len(invented(house)) == 1
    for minutes in (9, 1):
        house.clock.tick(minutes=minutes)
        house.ok("flush")
    first, second = invented(house)
    assert str(first["From"]) == '"Ada Hill (invented)" <incident-bot@example.com>'
    assert str(first["Subject"]) == "[drill] The floor is wet"
    assert first.get_content().startswith("This is a drill. Ada Hill (the caretaker) is an invented person.")
    assert "The water reaches the sockets now." in second.get_content()
    assert recipients(left(house)) == {DRILLS}
    assert all(str(mail["Subject"]).removeprefix("Re: ").startswith("[drill] ") for mail in left(house))
    assert all(mail["Incident-Drill"] == "yes" for mail in left(house))


def test_an_answer_to_an_invented_person_declares_a_drill(house: Installation, mails: Mails) -> None:
    start(house)
    house.clock.tick(minutes=2)
    (inject,) = invented(house)
    outcome = house.ingest(mails.reply_to(inject, "sev 2", BO, at=house.clock.now))
    assert (outcome["outcome"], outcome["disposition"]) == ("applied", "declaration")
    shown = house.show()
    assert (shown["drill"], shown["severity"], shown["description"]) == (True, 2, "The floor is wet")
    assert recipients(house.mails) == {DRILLS}
    assert recipients(left(house)) == {DRILLS}


def test_replies_in_the_thread_of_a_drill_count_for_its_incident_whichever_mail_they_answer(
    house: Installation, mails: Mails
) -> None:
    start(house)
    (first,) = invented(house)
    house.ok("declare", "Water in the cellar", "--drill", "--severity", "3")
    name = house.show()["id"]
    assert house.ingest(mails.reply_to(first, "sev 2", BO, at=house.clock.now))["incident"] == name
    house.clock.tick(minutes=10)
    house.ok("flush")
    second = invented(house)[1]
    assert str(second["Subject"]) == "Re: [drill] Water in the cellar"
    assert house.mails[0]["Message-ID"] in str(second["References"])
    assert house.ingest(mails.reply_to(second, "sev 1", BO, at=house.clock.now))["incident"] == name
    assert house.show()["severity"] == 1
    house.ok("flush")
    assert recipients(left(house)) == {DRILLS}


def test_a_drill_ends_in_time_closes_its_incident_and_tells_the_score(house: Installation, mails: Mails) -> None:
    start(house)
    house.clock.tick(minutes=4)
    declared = "Severity: 2\n\nI am incident commander."
    house.ingest(mails.reply_to(invented(house)[0], declared, BO, at=house.clock.now))
    house.clock.tick(minutes=9)
    house.ingest(mails.reply_to(house.mails[-1], "sev 1\n\nA plumber is on her way.", BO, at=house.clock.now))
    house.clock.tick(minutes=8)
    house.ok("flush")
    assert house.show("floor")["status"] == "closed"
    (over,) = [mail.get_content() for mail in house.private if "is over" in mail.get_content()]
    assert over.startswith("The drill is over. Nothing more comes, and nothing of it counts.")
    assert "What it was: The cellar is under water\n\nA pipe broke." in over
    score = house.ok("drill", "score", "--json").json
    assert (score["state"], score["declare_s"], score["commander_s"], score["met"]) == ("over", 240, 0, 2)
    assert [(one["met_s"], one["is_met"]) for one in score["expected"]] == [(240, True), (780, False), (780, True)]
    before = len(left(house))
    house.clock.tick(days=1)
    house.ok("flush")
    assert len(left(house)) == before
    assert house.ok("drill", "score", "cellar", "--json").json == score


@pytest.mark.parametrize("way", ["command", "reply", "mail to us", "answer to a real incident"])
def test_a_drill_can_be_stopped_at_once(house: Installation, mails: Mails, way: str) -> None:
    real = house.declare("Payments fail", "--severity", "3")
    start(house)
    house.clock.tick(minutes=1)
    house.ok("declare", "Water in the cellar", "--drill")
    match way:
        case "command":
            house.ok("drill", "stop")
        case "reply":
            house.ingest(mails.reply_to(invented(house)[0], "Please stop the drill, this is real.", BO))
        case "mail to us":
            house.ingest(mails.new("stop drill", sender=BO, subject="stop", to="incident-bot@example.com"))
        case _:
            noted = house.ingest(mails.reply_to(real, "Stop the drill! Cards fail in Lisbon too.", BO))
            assert (noted["outcome"], noted["incident"]) == ("note", "2026-11-20-payments-fail"), noted
    score = house.ok("drill", "score", "--json").json
    assert (score["state"], score["ended_at"]) == ("stopped", "2026-11-20T14:21:00Z")
    assert house.show("cellar")["status"] == "closed"
    assert house.show("payments")["status"] == "open"
    house.clock.tick(minutes=30)
    house.ok("flush")
    assert len(invented(house)) == 1
    assert "stopped it" in [mail for mail in house.private if "[drill]" in str(mail["Subject"])][-1].get_content()


def test_mail_of_a_drill_that_waits_for_a_relay_is_dropped_when_it_is_stopped(house: Installation) -> None:
    text = house.config.read_text()
    house.config.write_text(text.replace(f"maildir://{house.path}/out", "smtp://127.0.0.1:1"))
    assert house.run("drill", "run", str(house.path / "cellar.toml")).code == 75
    house.run("drill", "stop")
    house.config.write_text(text)
    house.clock.tick(hours=1)
    house.ok("flush")
    (over,) = left(house)
    assert over.get_content().startswith("The drill is over: Mara Lindqvist stopped it.")


def test_nobody_can_stop_a_drill_that_is_not_on_and_strangers_cannot_stop_one(
    house: Installation, mails: Mails
) -> None:
    outcome = house.ingest(mails.new("stop drill", sender=BO, subject="stop", to="incident-bot@example.com"))
    assert (outcome["outcome"], outcome["reason"]) == ("refused", "no drill is on")
    start(house)
    stranger = mails.new("stop drill", sender="Eve <eve@evil.example>", subject="stop", to="incident-bot@example.com")
    house.ingest(stranger)
    assert house.ok("drill", "score", "--json").json["state"] == "running"
    assert house.run("drill", "run", str(house.path / "cellar.toml")).code == 2


def test_a_severe_incident_that_is_real_forbids_a_drill_and_a_milder_one_is_called_out(house: Installation) -> None:
    house.declare("Payments fail", "--severity", "3")
    begun = house.ok("drill", "run", str(house.path / "cellar.toml"))
    assert "A REAL INCIDENT IS OPEN: severity 3, 2026-11-20-payments-fail" in begun.err
    house.ok("drill", "stop")
    house.ok("update", "payments", "--severity", "2")
    refused = house.run("drill", "run", str(house.path / "cellar.toml"))
    assert (refused.code, len(invented(house))) == (2, 1)
    assert "a severe incident is open (severity 2: 2026-11-20-payments-fail)" in refused.err
    assert "began the drill" in start(house, "--anyway")


def test_a_drill_never_touches_a_real_incident(house: Installation, mails: Mails) -> None:
    real = house.declare("Payments fail", "--severity", "3")
    before = house.show()
    start(house)
    at = house.clock.now
    house.ingest(mails.reply_to(real, "sev 1", BO, to=DRILLS, at=at))
    house.ingest(mails.new(f"Incident: {before['id']}\nsev 1", sender=BO, subject="Re: that", to=DRILLS, at=at))
    house.ingest(mails.new("Incident: open\nsev 1", sender=BO, subject="this one", to=DRILLS, at=at))
    assert house.show("payments") == before
    house.ok("declare", "Water in the cellar", "--drill")
    several = house.run("update", "--severity", "1")
    assert several.code == 2 and "several open incidents" in several.err


def test_a_drill_is_in_no_figure_and_no_hook_and_reaches_nobody_on_duty(house: Installation, mails: Mails) -> None:
    called = house.path / "called"
    house.config.write_text(
        house.config.read_text()
        + f'oncall_command = "touch {called}"\n[[hook]]\nname = "all"\non = ["all"]\ncommand = "touch {called}"\n'
    )
    start(house)
    house.ok("declare", "Water in the cellar", "--drill", "--severity", "1")
    house.ingest(mails.reply_to(house.mails[-1], "sev 2", BO, at=house.clock.now))
    for _ in range(8):
        house.clock.tick(minutes=6)
        house.ok("flush")
    stats = house.ok("stats", "--json").json
    assert (stats["incidents"], stats["left_out"]["drills"]) == (0, 1), stats
    assert not called.exists()
    assert recipients(left(house)) <= {DRILLS, "mara@example.com"}


def test_a_drill_that_is_interrupted_goes_on_where_it_was_and_ends_if_its_time_is_up(house: Installation) -> None:
    start(house, "--faster", "10")
    house.clock.tick(seconds=61)
    house.ok("flush")
    assert len(invented(house)) == 2
    house.clock.tick(minutes=1)
    house.ok("flush")
    assert house.ok("drill", "score", "--json").json["state"] == "over"
    start(house)
    house.clock.tick(hours=3)
    house.ok("flush")
    assert len(invented(house)) == 3
    assert all(run["ended_at"] for run in house.ok("drill", "list", "--runs", "--json").lines)


def test_without_a_list_of_drills_no_drill_begins(installation: Installation) -> None:
    result = installation.run("drill", "run", "failover")
    assert result.code == 78
    assert "there is no list of drills" in result.err and "[list] drill" in result.err


def test_the_words_of_a_scenario_can_be_redacted_and_its_times_remain(house: Installation, mails: Mails) -> None:
    start(house)
    house.clock.tick(minutes=4)
    house.ingest(mails.reply_to(invented(house)[0], "sev 2", BO, at=house.clock.now))
    house.ok("drill", "stop")
    (begun,) = [line for line in house.log("--all") if line["kind"] == "drill_started.v1"]
    house.ok("ledger", "redact", str(begun["seq"]), "--reason", "a name of ours was in it")
    score = house.ok("drill", "score", "--json").json
    assert (score["title"], score["declare_s"], score["expected"]) == ("[redacted]", 240, [])
    assert "cellar" not in house.ok("log", "--all").out.replace(begun["data"]["run"], "")
