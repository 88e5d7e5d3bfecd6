"""`incidentmail declare`: one line is enough, one mail goes out, and nobody is left in doubt whether it did."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import House, Mails, Sink

FULL = (
    "--severity", "2", "--phase", "1", "--commander", "Mara Lindqvist <mara@example.com>",
    "--venue", "#2026-11-20-checkout on Slack", "--customer-liaison", "Tomás R.", "--business-liaison", "Ingrid H.",
    "--sme", "Bo K.", "--sme", "Yusuf A.", "-m", "Since 14:07 UTC one in five card payments is declined.",
)  # fmt: skip


def just_a_list(house: House, relay: str) -> None:
    house.config.write_text(
        f'[list]\naddress = "incidents@example.com"\n[mail]\nfrom = "incident-bot@example.com"\nrelay = ["{relay}"]\n'
    )


def test_one_mail_says_everything_and_show_agrees_field_by_field(
    house: House, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    just_a_list(house, sink.url)
    monkeypatch.setenv("EMAIL", "mara@example.com")
    monkeypatch.setenv("NAME", "Mara Lindqvist")
    result = house.ok("declare", "Checkout is rejecting card payments", *FULL)
    assert [recipients for recipients, _ in sink.taken] == [("incidents@example.com",)]
    mail = sink.mails[0]
    body = mail.get_content().split("\n")
    assert mail["Subject"] == "Checkout is rejecting card payments"
    assert body[0] == (
        "Severity 2 (serious), phase 1 (stopping the damage). Mara Lindqvist is incident commander."
        " Coordinating via #2026-11-20-checkout on Slack."
    )
    assert body[2] == "Since 14:07 UTC one in five card payments is declined."
    assert body[4:8] == [
        "Customers may be told: nothing yet",
        "Customer liaison: Tomás R. (customer questions)",
        "Business liaison: Ingrid H. (management questions)",
        "Subject-matter experts: Bo K., Yusuf A.",
    ]
    shown = house.show()
    assert shown["id"] == mail["Incident-Id"] == "2026-11-20-checkout-is-rejecting-card-payments"
    assert f"declared {shown['id']}" in result.out
    expected = {
        "description": "Checkout is rejecting card payments",
        "details": "Since 14:07 UTC one in five card payments is declined.",
        "status": "open", "severity": 2, "phase": 1, "assumed": [],
        "commander": {"name": "Mara Lindqvist", "address": "mara@example.com"},
        "venue": "#2026-11-20-checkout on Slack",
        "roles": {
            "customer_liaison": [{"name": "Tomás R.", "address": None}],
            "business_liaison": [{"name": "Ingrid H.", "address": None}],
            "subject_matter_experts": [{"name": "Bo K.", "address": None}, {"name": "Yusuf A.", "address": None}],
        },
        "missing_roles": [], "declared_at": "2026-11-20T14:20:00Z", "updates": 0,
    }  # fmt: skip
    assert {name: shown[name] for name in expected} == expected


def test_a_declaration_from_a_terminal_is_from_the_person_and_sent_by_the_tool(house: House) -> None:
    mail = house.declare()
    assert mail["From"] == "Mara Lindqvist <mara@example.com>"
    assert mail["Sender"] == "Incidents <incident-bot@example.com>"
    assert "Auto-Submitted" not in mail
    first, second = (box.addr_spec for box in mail["Reply-To"].addresses)
    assert first == "incidents@example.com"
    assert second.startswith("incident-bot+")


def test_a_description_alone_is_enough_and_what_was_assumed_is_marked(house: House) -> None:
    mail = house.declare("Something is odd")
    assert mail.get_content().split("\n")[0] == (
        "Severity 3 (moderate; assumed), phase 1 (stopping the damage; assumed)."
        " Mara Lindqvist is incident commander (assumed)."
    )
    assert house.show()["assumed"] == ["severity", "phase", "commander"]


def test_somebody_without_an_address_can_declare_too(house: House, sink: Sink) -> None:
    just_a_list(house, sink.url)
    house.ok("declare", "Something is odd")
    assert sink.mails[0]["From"] == "incident-bot@example.com"
    assert house.show()["commander"]["address"] is None


def test_what_is_wanted_is_shown_and_blocks_nobody(house: House) -> None:
    text = house.declare("Checkout is down", "--severity", "1").get_content()
    assert "Business liaison: wanted (management questions)" in text
    assert house.show()["missing_roles"] == ["customer_liaison", "business_liaison"]


def test_with_the_relay_down_it_says_in_capitals_that_nobody_knows_and_exits_75(house: House, sink: Sink) -> None:
    house.configure(relay=sink.url)
    sink.stop()
    result = house.run("declare", "Checkout is down", "-m", "Cards fail.")
    assert result.code == 75
    assert "NOBODY HAS BEEN TOLD YET" in result.err
    assert "hint:" in result.err
    assert "Severity 3 (moderate; assumed)" in result.err, "the text to paste elsewhere"
    assert "Cards fail." in result.err


def test_once_the_relay_is_back_the_mail_goes_out_once_and_in_its_thread(
    house: House, sink: Sink, sinks: Callable[[int], Sink]
) -> None:
    house.configure(relay=sink.url)
    sink.stop()
    assert house.run("declare", "Checkout is down").code == 75
    house.clock.tick(minutes=3)
    back = sinks(sink.port)
    house.ok("outbox", "retry")
    house.ok("outbox", "retry")
    house.ok("update", "--severity", "1")
    declaration, follow_up = back.mails
    assert declaration["Message-ID"] in follow_up["References"]
    assert follow_up["In-Reply-To"] == declaration["Message-ID"]


def test_the_same_declaration_again_within_ten_minutes_is_the_same_incident(house: House) -> None:
    first = house.ok("declare", "Checkout is down", "--json").json
    house.clock.tick(minutes=9)
    again = house.ok("declare", "checkout is  DOWN", "--json").json
    assert again == {"id": first["id"], "version": 2, "events": [], "mails": []}
    assert len(house.mails) == 1
    house.clock.tick(minutes=2)
    assert house.ok("declare", "Checkout is down", "--json").json["id"] == f"{first['id']}-2"


def test_declaring_again_sends_what_could_not_be_sent_before(
    house: House, sink: Sink, sinks: Callable[[int], Sink]
) -> None:
    house.configure(relay=sink.url)
    sink.stop()
    assert house.run("declare", "Checkout is down").code == 75
    back = sinks(sink.port)
    again = house.ok("declare", "Checkout is down", "--json").json
    assert [mail["state"] for mail in again["mails"]] == ["sent"]
    assert len(back.mails) == 1


def test_somebody_elses_same_words_are_another_incident(house: House, mails: Mails) -> None:
    house.declare("Checkout is down")
    house.ingest(mails.new("Severity 2.", sender="Bo K. <bo@example.com>", subject="Checkout is down"))
    assert len(house.ok("list", "--json").json) == 2


def test_a_closed_incident_is_not_the_one_that_is_declared_again(house: House) -> None:
    house.declare("Checkout is down")
    house.ok("close")
    assert house.ok("declare", "Checkout is down", "--json").json["events"] == ["declared.v1"]


def test_a_dry_run_prints_the_mail_and_does_nothing(house: House) -> None:
    result = house.ok("declare", "Checkout is down", "--dry-run", *FULL)
    assert "Subject: Checkout is down\n" in result.out
    assert house.mails == []
    assert house.ok("list", "--all", "--json").json == []


def test_open_incidents_are_shown_before_another_one_is_declared(house: House) -> None:
    house.declare("Checkout is down")
    assert "also open: 2026-11-20-checkout-is-down, severity 3" in house.ok("declare", "Search is slow").err


def test_the_details_can_come_from_a_file_or_from_standard_input(house: House) -> None:
    (house.path / "details.txt").write_text("Cards fail.\n\nÄlter than 14:00.\n")
    house.ok("declare", "One", "-F", str(house.path / "details.txt"))
    house.ok("declare", "Two", "-F", "-", stdin=b"From the pipe.")
    assert house.show("one")["details"] == "Cards fail.\n\nÄlter than 14:00."
    assert house.show("two")["details"] == "From the pipe."


def test_a_drill_is_marked_in_the_subject_and_in_the_first_line(house: House) -> None:
    mail = house.declare("Checkout is down", "--drill")
    assert mail["Subject"] == "[drill] Checkout is down"
    assert mail.get_content().startswith("This is a drill. Severity 3")
    assert house.show()["drill"] is True


def test_support_and_the_addresses_of_a_severity_are_told_too(house: House) -> None:
    house.configure(
        '[[severity]]\nlevel = 1\nname = "critical"\nalso_to = ["executives@example.com"]\n'
        '[[severity]]\nlevel = 3\nname = "moderate"\n'
    )
    house.config.write_text(
        house.config.read_text().replace("[list]\n", '[list]\nalways_to = ["support@example.com"]\n')
    )
    assert house.declare("Checkout is down")["Cc"] == "support@example.com"
    house.ok("update", "--severity", "1")
    assert house.mails[-1]["Cc"] == "support@example.com, executives@example.com"


def test_a_description_needs_no_quotes(house: House) -> None:
    house.ok("declare", "cards", "fail", "--severity", "2")
    assert house.mails[0]["Subject"] == "cards fail"


@pytest.mark.parametrize("typed", ["1", "s1", "sev1", "SEV-1", "sev 1", "Severity 1", "critical"])
def test_a_severity_is_taken_as_people_type_it(house: House, typed: str) -> None:
    house.ok("declare", "Cards fail", "--severity", typed, "--phase", "resolving")
    assert (house.show()["severity"], house.show()["phase"]) == (1, 2)
    assert house.run("update", "--phase", "p0").code == 0
    assert house.show()["phase"] == 0
