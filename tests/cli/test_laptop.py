"""A machine without a ledger sends text that a person could have typed, and the authority carries it out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from faulty_relay import FaultyRelay
from terminal import Terminal, typing

from incidentmail.app.receiving.apply import accept_mails
from incidentmail.inbound.message import Envelope

if TYPE_CHECKING:
    from conftest import Installation, Mails

LIST, BOT, MARA = "incidents@example.com", "incident-bot@example.com", "Mara Lindqvist <mara@example.com>"
CHECKOUT = "2026-11-20-checkout-is-down"


@pytest.fixture
def laptop(installations: Callable[[], Installation], installation: Installation) -> Installation:
    """A second machine of the same organisation, with `[home]` and without a ledger."""
    machine = installations()
    machine.clock = installation.clock
    machine.config.write_text(
        f'[me]\naddress = "{MARA}"\n[list]\naddress = "{LIST}"\n[home]\naddress = "{BOT}"\n'
        f'[mail]\nrelay = ["maildir://{machine.path}/out"]\nkey_file = "{machine.path}/key"\n'
    )
    machine.broken = True  # it has no ledger that could be verified
    return machine


def sent(machine: Installation) -> list[bytes]:
    return [file.read_bytes() for file in sorted((machine.path / "out" / "new").glob("*"), key=lambda one: one.name)]


def carry(laptop: Installation, authority: Installation, count: int) -> list[str]:
    """Deliver the laptop's newest mails to the authority, as if the list had sent them. Return the outcomes."""
    return [authority.ingest(raw)["outcome"] for raw in sent(laptop)[-count:]]


def test_a_declaration_goes_to_the_list_and_the_authority_records_it(
    laptop: Installation, installation: Installation
) -> None:
    said = laptop.ok(
        "declare", "Checkout is down", "--severity", "2", "-m", "Since 14:07 UTC cards fail.", "--venue", "#ops",
        "--sme", "Bo K. <bo@example.com>",
    )  # fmt: skip
    assert f"{LIST}, {BOT}" in said.out and CHECKOUT in said.out
    assert not laptop.ledger.exists()
    assert carry(laptop, installation, 1) == ["applied"]
    state = installation.show()
    assert (state["id"], state["severity"], state["venue"]) == (CHECKOUT, 2, "#ops")
    assert (state["commander"]["address"], state["details"]) == ("mara@example.com", "Since 14:07 UTC cards fail.")
    assert state["roles"]["subject_matter_experts"] == [{"name": "Bo K.", "address": "bo@example.com"}]
    assert state["assumed"] == ["phase", "commander"]


def test_one_line_is_enough_and_what_is_not_stated_is_not_confirmed(
    laptop: Installation, installation: Installation
) -> None:
    laptop.ok("declare", "Checkout", "is", "down")
    assert carry(laptop, installation, 1) == ["applied"]
    assert installation.show()["assumed"] == ["severity", "phase", "commander"]


def test_an_incident_is_led_from_declaration_to_end(laptop: Installation, installation: Installation) -> None:
    laptop.ok("declare", "Checkout is down", "--severity", "3")
    laptop.ok("update", "--severity", "1", "-m", "Refunds fail too: close to 100 %")
    laptop.ok("note", "checkout", "sev 1, says the bank; call +49 30 1234")
    laptop.ok("handoff", CHECKOUT, "Ann B. <ann@example.com>", "--spoken", "-m", "Ann has led one like it.")
    laptop.ok("close", "checkout", "All payments work again, but two are late")
    laptop.ok("reopen", "checkout")
    laptop.ok("undo", "checkout", "4")
    assert carry(laptop, installation, 7) == ["applied", "applied", "note", "applied", "applied", "applied", "applied"]
    state = installation.show("checkout")
    assert (state["severity"], state["status"], state["commander"]["name"]) == (1, "closed", "Ann B.")
    told = "\n".join(mail.get_content() for mail in installation.mails)
    assert "Refunds fail too: close to 100 %" in told and "but two are late" in told
    assert "Ann has led one like it." in told
    assert "says the bank" in installation.ok("timeline", "checkout").out and "says the bank" not in told


def test_an_offer_is_made_by_the_authority(laptop: Installation, installation: Installation) -> None:
    installation.declare("Checkout is down")
    said = laptop.ok("handoff", "Ann B. <ann@example.com>")
    assert "command passes once they accept" in said.out
    assert carry(laptop, installation, 1) == ["applied"]
    assert any("ann@example.com" in mail["To"] for mail in installation.private)
    assert installation.show()["commander"]["address"] == "mara@example.com"


@pytest.mark.parametrize("change", [("handoff", "Ann B. <ann@example.com>"), ("undo", "1")])
def test_an_offer_and_an_undo_from_a_laptop_hold_no_message(laptop: Installation, change: tuple[str, ...]) -> None:
    said = laptop.run(*change, "-m", "You know it best.")
    assert (said.code, sent(laptop)) == (2, [])
    assert "tell it to everybody: incidentmail update -m 'You know it best.'" in said.err


def test_a_note_goes_to_the_authority_alone(laptop: Installation) -> None:
    laptop.ok("note", "The bank was called")
    assert LIST.encode() not in sent(laptop)[-1]


def test_dry_run_prints_the_mail_and_sends_nothing(laptop: Installation) -> None:
    shown = laptop.ok("update", "checkout", "--severity", "1", "--dry-run").out
    assert "Incident: checkout\nSeverity: 1\n" in shown and "To: incident-bot@example.com\nCc: incidents@" in shown
    assert sent(laptop) == []


def test_json_has_the_shape_of_the_other_commands(laptop: Installation) -> None:
    found = laptop.ok("declare", "Checkout is down", "--json").json
    (mail,) = found["mails"]
    assert {**found, "mails": []} == {"id": None, "version": None, "events": [], "mails": []}
    assert mail["state"] == "sent" and mail["message_id"].endswith("@example.com>")


def test_without_a_relay_it_says_so_in_capitals_with_the_text_to_paste(laptop: Installation) -> None:
    text = laptop.config.read_text().replace(f"maildir://{laptop.path}/out", "smtp://127.0.0.1:9")
    laptop.config.write_text(text)
    failed = laptop.run("declare", "Checkout is down", "--severity", "2", "-m", "Cards fail.")
    assert failed.code == 75
    assert "NOBODY HAS BEEN TOLD" in failed.err and "    Severity: 2" in failed.err and "    Cards fail." in failed.err
    assert "run the command again" in failed.err


def test_a_relay_that_refuses_for_good_is_told_apart(laptop: Installation) -> None:
    with FaultyRelay(always=dict.fromkeys((LIST, BOT), "550 5.1.1 no such user")) as relay:
        laptop.config.write_text(laptop.config.read_text().replace(f"maildir://{laptop.path}/out", relay.url()))
        result = laptop.run("update", "--severity", "1")
    assert result.code == 69 and "no such user" in result.err


def test_commands_that_need_the_ledger_say_where_it_is(laptop: Installation) -> None:
    for words in (("status",), ("brief",), ("log",), ("serve",), ("outbox",), ("ledger", "verify")):
        result = laptop.run(*words)
        assert result.code == 78 and f"{BOT} has it" in result.err, (words, result)
    assert not laptop.ledger.exists() and not (laptop.path / "key").exists()


def test_without_a_mailbox_list_and_show_say_where_to_look(laptop: Installation) -> None:
    for words in (("list",), ("show", "checkout")):
        result = laptop.run(*words)
        assert result.code == 78 and LIST in result.err and "[imap] url" in result.err


def test_a_person_without_an_address_is_told_to_give_one(laptop: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    laptop.config.write_text(laptop.config.read_text().replace(f'address = "{MARA}"', "", 1))
    for name in ("EMAIL", "GIT_CONFIG_GLOBAL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("LOGNAME", "mara")
    monkeypatch.chdir("/")
    result = laptop.run("declare", "Checkout is down")
    assert result.code == 78 and "[me] address" in result.err


def test_a_secret_is_held_back(laptop: Installation) -> None:
    result = laptop.run("update", "-m", "the key is AKIAIOSFODNN7EXAMPLE and wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY")
    assert result.code == 1 and sent(laptop) == []


def test_a_ledger_and_a_home_exclude_each_other(laptop: Installation) -> None:
    laptop.config.write_text(laptop.config.read_text() + f'[ledger]\nurl = "sqlite:///{laptop.ledger}"\n')
    assert "exclude each other" in laptop.run("update", "--severity", "1").err


def test_mails_that_arrive_in_another_order_are_read_in_the_order_of_writing(
    laptop: Installation, installation: Installation
) -> None:
    laptop.ok("declare", "Checkout is down", "--severity", "3")
    laptop.ok("update", "checkout", "--severity", "1")
    laptop.ok("update", "checkout", "--severity", "2", "-m", "Only refunds are left")
    laptop.ok("close", "checkout", "All works again")
    with installation.context() as context:
        accept_mails(context, [(raw, Envelope(way="pipe")) for raw in reversed(sent(laptop))])
    for _ in range(20):
        installation.ok("flush")
        installation.clock.tick(seconds=3)
    outcomes = [line["outcome"] for line in installation.ok("inbox", "--all", "--json").lines]
    assert outcomes == ["applied"] * 4
    kinds = [
        line["data"].get("severity") for line in installation.log("checkout") if line["kind"] == "severity_changed.v1"
    ]
    assert (kinds, installation.show("checkout")["status"]) == ([1, 2], "closed")


def test_a_mail_whose_predecessor_never_comes_is_read_without_it(
    laptop: Installation, installation: Installation
) -> None:
    installation.declare("Checkout is down")
    laptop.ok("note", "checkout", "This one is lost")
    laptop.ok("update", "checkout", "--severity", "1")
    with installation.context() as context:
        accept_mails(context, [(sent(laptop)[-1], Envelope(way="pipe"))])
    installation.ok("flush")
    assert installation.show()["severity"] == 3
    for _ in range(20):
        installation.clock.tick(minutes=7)
        installation.ok("flush")
    assert installation.show()["severity"] == 1


def test_a_delayed_mail_waits_for_the_declaration_from_another_machine(
    laptop: Installation, installation: Installation, mails: Mails
) -> None:
    raw = mails.new("Incident: payroll\n\nsev 1", sender="Bo K. <bo@example.com>", subject="x", to=BOT)
    installation.clock.tick(minutes=10)
    laptop.ok("declare", "Payroll is late", "--severity", "3")
    with installation.context() as context:
        accept_mails(context, [(one, Envelope(way="pipe")) for one in (raw, *sent(laptop))])
    for _ in range(3):
        installation.ok("flush")
        installation.clock.tick(seconds=3)
    assert installation.show("payroll")["severity"] == 1


def test_a_restricted_declaration_reaches_the_restricted_list_and_the_authority_only(laptop: Installation) -> None:
    text = laptop.config.read_text().replace("[list]\n", '[list]\nrestricted = "security@example.com"\n')
    text = text.replace("[list]\n", '[list]\nalways_to = ["support@example.com"]\n')
    laptop.config.write_text(text)
    said = laptop.ok("declare", "Somebody reads our mail", "--restricted")
    assert "sent to security@example.com, incident-bot@example.com:" in said.out
    (raw,) = sent(laptop)
    assert b"support@" not in raw and LIST.encode() not in raw
    assert laptop.run("declare", "x", "--restricted", "--silent").code == 2
    laptop.ok("declare", "Checkout is down")
    assert b"Cc: incident-bot@example.com, support@example.com" in sent(laptop)[-1]


def test_a_text_without_a_name_is_not_copied_to_a_list_that_must_not_read_it(laptop: Installation) -> None:
    laptop.config.write_text(
        laptop.config.read_text().replace("[list]\n", '[list]\nrestricted = "security@example.com"\n')
    )
    refused = laptop.run("update", "-m", "The intruder is still there")
    assert refused.code == 2 and "say which incident" in refused.err
    assert sent(laptop) == []


def test_a_drill_is_marked_and_read_as_one(laptop: Installation, installation: Installation) -> None:
    laptop.ok("declare", "Fire in the computer room", "--drill")
    assert carry(laptop, installation, 1) == ["applied"]
    assert installation.show()["drill"] is True


def test_a_name_that_no_incident_can_have_is_refused_before_anything_is_sent(laptop: Installation) -> None:
    result = laptop.run("update", "pay roll", "--severity", "1")
    assert result.code == 2 and "'pay roll' is no id" in result.err and sent(laptop) == []


def test_doctor_examines_only_what_a_laptop_has(laptop: Installation) -> None:
    with FaultyRelay() as relay:
        laptop.config.write_text(laptop.config.read_text().replace(f"maildir://{laptop.path}/out", relay.url()))
        found = laptop.run("doctor", "--json").json["findings"]
        assert "MAIL" in relay.heard[0] and relay.taken == []
    checks = {one["check"]: one["level"] for one in found}
    assert checks["relay"] == "ok" and set(checks).isdisjoint({"key", "listener", "list"})


def test_at_a_terminal_it_asks_shows_the_mail_and_sends_it_on_enter(laptop: Installation) -> None:
    terminal = Terminal(laptop, "declare")
    try:
        for question, answer in (
            ("What do you see", "Checkout is down"), ("Severity", "2"), ("When did it begin?", ""),
            ("Where do people meet?", "#ops"), ("Who leads it", ""), ("Customer liaison", ""), ("Business liaison", ""),
            ("What else", ""),
        ):  # fmt: skip
            terminal.sees(question)
            terminal.types(answer)
        preview = terminal.sees("Enter sends it")
        assert "Venue: #ops" in preview and LIST in preview and sent(laptop) == []
        terminal.types()
        terminal.sees("Pagers, if any are set up")
        assert terminal.ends() == 0
    finally:
        terminal.close()
    assert b"Severity: 2" in sent(laptop)[-1]


def test_an_end_is_shown_before_it_is_mailed_and_q_stops_it(laptop: Installation) -> None:
    terminal = Terminal(laptop, "close", "checkout", "All works again")
    try:
        assert "Status: closed" in terminal.sees("Enter sends it")
        terminal.types("q")
        assert terminal.ends() == 1
    finally:
        terminal.close()
    assert sent(laptop) == []


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (("update", "checkout", "--severity", "1"), "Severity: 1"),
        (("update", "checkout", "-m", "The bank is at it."), "News: The bank is at it."),
        (("handoff", "checkout", "Ann B. <ann@example.com>", "--spoken"), "Incident commander: Ann B."),
        (("undo", "checkout", "2"), "undo 2"),
        (("merge", "search", "checkout"), "Duplicate of: checkout"),
        (("restrict", "checkout"), "Restricted: yes"),
    ],
    ids=lambda one: one[0] if isinstance(one, tuple) else "",
)
def test_nothing_is_mailed_from_a_terminal_before_it_was_shown(
    laptop: Installation, line: tuple[str, ...], shown: str
) -> None:
    with typing(laptop) as begin:
        terminal = begin(*line)
        assert shown in terminal.sees("Enter sends it")
        terminal.types("q")
        assert terminal.ends() == 1 and sent(laptop) == []
        terminal = begin(*line)
        terminal.sees("Enter sends it")
        terminal.types()
        assert terminal.ends() == 0 and len(sent(laptop)) == 1
        assert begin(*line, "--yes").ends() == 0 and len(sent(laptop)) == 2


def test_a_planned_hand_over_reaches_the_authority_as_a_plan(laptop: Installation, installation: Installation) -> None:
    installation.ok("declare", "Checkout is down", "--commander", "Mara Lindqvist <mara@example.com>")
    said = laptop.ok("handoff", "checkout", "Ann B. <ann@example.com>", "--at", "22:00 UTC")
    assert "at that time it asks Ann B." in said.out
    assert carry(laptop, installation, 1) == ["applied"]
    assert "Ann B. commands from 22:00 UTC" in installation.ok("show").out
    assert installation.show()["commander"]["name"] == "Mara Lindqvist"


def test_a_pipe_takes_a_mail_that_has_to_wait(laptop: Installation, installation: Installation) -> None:
    installation.declare("Checkout is down")
    laptop.ok("note", "checkout", "This one comes later")
    laptop.ok("update", "checkout", "--severity", "1")
    first, second = sent(laptop)
    taken = installation.run("ingest", stdin=second)
    assert (taken.code, installation.show()["severity"]) == (0, 3)
    assert "has not arrived" in taken.err and "has not arrived" in installation.ok("inbox", "--all").out
    installation.ok("ingest", stdin=first)
    installation.clock.tick(seconds=5)
    installation.ok("flush")
    assert installation.show()["severity"] == 1


def test_what_people_keep_track_of_is_written_down_where_the_ledger_is(
    laptop: Installation, installation: Installation
) -> None:
    installation.declare("Checkout is down")
    laptop.ok("action", "restart the queue (Bo K. <bo@example.com>)")
    laptop.ok("need", "checkout", "somebody who knows the gateway")
    laptop.ok("assume", "the second gateway is healthy")
    laptop.ok("decide", "we fail over: at 15:30")
    laptop.ok("done", "checkout", "1")
    assert set(carry(laptop, installation, 5)) == {"applied"}
    state = installation.show()
    (action,), (need,) = state["actions"], state["needs"]
    assert (action["owner"]["address"], action["done"]) == ("bo@example.com", True)
    assert need["text"] == "somebody who knows the gateway"
    assert [one["text"] for one in state["decisions"]] == ["we fail over: at 15:30"]
    assert not any(LIST.encode() in raw for raw in sent(laptop))
