"""A first line `Incident: ID` names the incident, for people and laptops without an earlier mail about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

BOT, BO, MARA = "incident-bot@example.com", "Bo K. <bo@example.com>", "Mara Lindqvist <mara@example.com>"
CHECKOUT, SEARCH = "2026-11-20-checkout-is-rejecting-card-payments", "2026-11-20-search-is-slow"


@pytest.fixture
def two(installation: Installation) -> Installation:
    installation.declare()
    installation.declare("Search is slow")
    return installation


def send(installation: Installation, mails: Mails, text: str, sender: str = BO, **more: Any) -> dict[str, Any]:
    return installation.ingest(mails.new(text, sender=sender, subject=more.pop("subject", "from a laptop"), to=BOT))


@pytest.mark.parametrize("name", [CHECKOUT, CHECKOUT.upper(), "checkout", "card-payments", f"{CHECKOUT}."])
def test_the_first_line_names_the_incident_as_the_command_line_does(two: Installation, mails: Mails, name: str) -> None:
    outcome = send(two, mails, f"Incident: {name}\n\nsev 1")
    assert (outcome["outcome"], outcome["incident"], outcome["rule"]) == ("applied", CHECKOUT, "incident-line")
    assert (two.show("checkout")["severity"], two.show("search")["severity"]) == (1, 3)


def test_the_line_may_stand_glued_to_the_commands(two: Installation, mails: Mails) -> None:
    assert send(two, mails, "Incident: search\nSeverity: 2\nPhase: 2")["outcome"] == "applied"
    assert (two.show("search")["severity"], two.show("search")["phase"]) == (2, 2)


def test_an_unknown_id_changes_nothing_and_its_writer_is_asked_which_is_meant(two: Installation, mails: Mails) -> None:
    outcome = send(two, mails, "Incident: payroll\n\nSeverity: 1", subject="SEV1: payroll")
    assert (outcome["outcome"], outcome["incident"]) == ("refused", None)
    (asked,) = two.private
    assert "bo@example.com" in asked["To"] and "'payroll'" in asked.get_content()
    assert CHECKOUT in asked.get_content() and SEARCH in asked.get_content()
    assert len(two.ok("list", "--json").json) == 2


def test_a_name_that_several_have_is_asked_about(two: Installation, mails: Mails) -> None:
    assert send(two, mails, "Incident: 2026-11-20\n\nsev 1")["outcome"] == "refused"
    assert "may be several incidents" in two.private[-1].get_content()


def test_the_open_one_is_the_only_open_incident(installation: Installation, mails: Mails) -> None:
    assert send(installation, mails, "Incident: the open one\n\nsev 1")["outcome"] == "refused"
    assert "No incident is open" in installation.private[-1].get_content()
    installation.declare()
    assert send(installation, mails, "Incident: the open one\n\nsev 1")["outcome"] == "applied"
    installation.declare("Search is slow")
    assert send(installation, mails, "Incident: the open one\n\nsev 2")["outcome"] == "refused"
    assert installation.show("checkout")["severity"] == 1


def test_nobody_learns_of_a_restricted_incident_by_its_id(house_with_restricted: Installation, mails: Mails) -> None:
    (found,) = house_with_restricted.ok("list", "--json").json
    outcome = send(house_with_restricted, mails, f"Incident: {found['id']}\n\nsev 1")
    assert (outcome["outcome"], outcome["incident"]) == ("refused", None)
    assert house_with_restricted.show()["severity"] == 3
    told = house_with_restricted.private[-1].get_content()
    send(house_with_restricted, mails, "Incident: 2026-11-20-abcdef\n\nsev 1")
    assert house_with_restricted.private[-1].get_content() == told.replace(found["id"], "2026-11-20-abcdef")


@pytest.fixture
def house_with_restricted(installation: Installation) -> Installation:
    installation.config.write_text(
        installation.config.read_text().replace("[list]\n", '[list]\nrestricted = "security@example.com"\n')
    )
    installation.ok("declare", "Somebody reads our mail", "--restricted")
    return installation


def test_a_strangers_line_names_nothing(two: Installation, mails: Mails) -> None:
    outcome = send(two, mails, "Incident: checkout\n\nsev 1", sender="Eve <eve@evil.example>")
    assert (outcome["outcome"], outcome["incident"], outcome["trust"]) != ("applied", CHECKOUT, "member")
    assert two.show("checkout")["severity"] == 3


def test_a_line_that_contradicts_the_answered_mail_changes_neither(two: Installation, mails: Mails) -> None:
    reply = mails.reply_to(two.mails[0], "Incident: search\n\nsev 1", BO)
    assert two.ingest(reply)["outcome"] == "filed"
    assert (two.show("checkout")["severity"], two.show("search")["severity"]) == (3, 3)
    reply = mails.reply_to(two.mails[0], "Incident: checkout\n\nsev 1", BO)
    assert (two.ingest(reply)["outcome"], two.show("checkout")["severity"]) == ("applied", 1)


@pytest.mark.parametrize("line", ["Incident: #4711", "Incident: INC_4711", "Incident: Zahlungsausfälle"])
def test_the_name_that_another_program_gave_names_none_of_ours(
    installation: Installation, mails: Mails, line: str
) -> None:
    outcome = send(installation, mails, f"Severity: 2\n{line}", subject="Checkout is down")
    assert (outcome["outcome"], installation.show()["severity"]) == ("applied", 2)
    assert send(installation, mails, f"{line}\n\nis over", subject="x")["rule"] != "incident-line"


def test_a_sentence_behind_incident_still_declares(installation: Installation, mails: Mails) -> None:
    outcome = send(installation, mails, "Severity: 2\nIncident: Checkout is down", subject="Checkout is down")
    assert (outcome["outcome"], installation.show()["severity"]) == ("applied", 2)


def test_the_same_lines_count_again_when_the_state_has_changed_in_between(two: Installation, mails: Mails) -> None:
    for severity in (1, 2, 1):
        two.clock.tick(minutes=5)
        raw = mails.new(f"Incident: checkout\nSeverity: {severity}", sender=BO, subject="x", to=BOT, at=two.clock.now)
        assert two.ingest(raw)["outcome"] == "applied"
        assert two.show("checkout")["severity"] == severity


def test_a_named_mail_ends_an_incident_with_its_reason_as_notes(two: Installation, mails: Mails) -> None:
    text = "Incident: checkout\nStatus: closed\nNote: all payments work again, except that two are late"
    assert send(two, mails, text, sender=MARA)["outcome"] == "applied"
    assert two.show("checkout")["status"] == "closed"
    assert "except that two are late" in two.mails[-1].get_content()


def test_lines_tell_the_list_and_offer_command(two: Installation, mails: Mails) -> None:
    two.configure('[people]\n"ann@example.com" = "Ann B."\n')
    send(two, mails, "Incident: checkout\nNews: severity 1 is not reached yet", sender=MARA)
    assert "severity 1 is not reached yet" in two.mails[-1].get_content()
    assert two.show("checkout")["severity"] == 3
    send(two, mails, "Incident: checkout\nOffer command to: Ann B. <ann@example.com>", sender=MARA)
    assert any("ann@example.com" in mail["To"] for mail in two.private)
    assert two.show("checkout")["commander"]["address"] == "mara@example.com"
