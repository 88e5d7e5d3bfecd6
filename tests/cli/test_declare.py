"""`incidentmail declare` needs one line, sends one mail, and always shows clearly whether it was sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails, Sink

FULL = (
    "--severity", "2", "--phase", "1", "--commander", "Mara Lindqvist <mara@example.com>",
    "--venue", "#2026-11-20-checkout on Slack", "--customer-liaison", "Tomás R.", "--business-liaison", "Ingrid H.",
    "--sme", "Bo K.", "--sme", "Yusuf A.", "-m", "Since 14:07 UTC one in five card payments is declined.",
)  # fmt: skip


def just_a_list(installation: Installation, relay: str) -> None:
    installation.config.write_text(
        f'[list]\naddress = "incidents@example.com"\n[mail]\nfrom = "incident-bot@example.com"\nrelay = ["{relay}"]\n'
    )


def test_one_mail_says_everything_and_show_agrees_field_by_field(
    installation: Installation, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    just_a_list(installation, sink.url)
    monkeypatch.setenv("EMAIL", "mara@example.com")
    monkeypatch.setenv("NAME", "Mara Lindqvist")
    result = installation.ok("declare", "Checkout is rejecting card payments", *FULL)
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
        "Approved for customers: nothing yet",
        "Customer liaison: Tomás R. (customer questions)",
        "Business liaison: Ingrid H. (management questions)",
        "Subject-matter experts: Bo K., Yusuf A.",
    ]
    shown = installation.show()
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


def test_a_declaration_from_a_terminal_is_from_the_person_and_sent_by_the_tool(installation: Installation) -> None:
    mail = installation.declare()
    assert mail["From"] == "Mara Lindqvist <mara@example.com>"
    assert mail["Sender"] == "Incidents <incident-bot@example.com>"
    assert "Auto-Submitted" not in mail
    first, second = (box.addr_spec for box in mail["Reply-To"].addresses)
    assert first == "incidents@example.com"
    assert second.startswith("incident-bot+")


def test_a_description_alone_is_enough_and_what_was_assumed_is_marked(installation: Installation) -> None:
    mail = installation.declare("Something is odd")
    assert mail.get_content().split("\n")[0] == (
        "Severity 3 (moderate; not confirmed), phase 1 (stopping the damage; not confirmed)."
        " Mara Lindqvist is incident commander (not confirmed)."
    )
    assert installation.show()["assumed"] == ["severity", "phase", "commander"]


def test_somebody_without_an_address_can_declare_too(
    installation: Installation, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    just_a_list(installation, sink.url)
    monkeypatch.setenv("LOGNAME", "bo")
    monkeypatch.chdir(installation.path)  # the repository may have a git identity of its own
    installation.ok("declare", "Something is odd")
    assert sink.mails[0]["From"] == "incident-bot@example.com"
    assert installation.show()["commander"]["address"] is None


def test_what_is_wanted_is_shown_and_blocks_nobody(installation: Installation) -> None:
    text = installation.declare("Checkout is down", "--severity", "1").get_content()
    assert "Business liaison: needed (management questions)" in text
    assert installation.show()["missing_roles"] == ["customer_liaison", "business_liaison"]


def test_with_the_relay_down_it_says_in_capitals_that_nobody_knows_and_exits_75(
    installation: Installation, sink: Sink
) -> None:
    installation.configure(relay=sink.url)
    sink.stop()
    result = installation.run("declare", "Checkout is down", "-m", "Cards fail.")
    assert result.code == 75
    assert "NOBODY HAS BEEN TOLD YET" in result.err
    assert "hint:" in result.err
    assert "Severity 3 (moderate; not confirmed)" in result.err, "the text to paste elsewhere"
    assert "Cards fail." in result.err


def test_once_the_relay_is_back_the_mail_goes_out_once_and_in_its_thread(
    installation: Installation, sink: Sink, sinks: Callable[[int], Sink]
) -> None:
    installation.configure(relay=sink.url)
    sink.stop()
    assert installation.run("declare", "Checkout is down").code == 75
    installation.clock.tick(minutes=3)
    back = sinks(sink.port)
    installation.ok("outbox", "retry")
    installation.ok("outbox", "retry")
    installation.ok("update", "--severity", "1")
    declaration, follow_up = back.mails
    assert declaration["Message-ID"] in follow_up["References"]
    assert follow_up["In-Reply-To"] == declaration["Message-ID"]


def test_the_same_declaration_again_within_ten_minutes_is_the_same_incident(installation: Installation) -> None:
    first = installation.ok("declare", "Checkout is down", "--json").json
    installation.clock.tick(minutes=9)
    again = installation.ok("declare", "checkout is  DOWN", "--json").json
    assert again == {"id": first["id"], "version": 2, "events": [], "mails": []}
    assert len(installation.mails) == 1
    installation.clock.tick(minutes=2)
    assert installation.ok("declare", "Checkout is down", "--json").json["id"] == f"{first['id']}-2"


def test_declaring_again_sends_what_could_not_be_sent_before(
    installation: Installation, sink: Sink, sinks: Callable[[int], Sink]
) -> None:
    installation.configure(relay=sink.url)
    sink.stop()
    assert installation.run("declare", "Checkout is down").code == 75
    back = sinks(sink.port)
    again = installation.ok("declare", "Checkout is down", "--json").json
    assert [mail["state"] for mail in again["mails"]] == ["sent"]
    assert len(back.mails) == 1


def test_somebody_elses_same_words_are_another_incident(installation: Installation, mails: Mails) -> None:
    installation.declare("Checkout is down")
    installation.ingest(mails.new("Severity 2.", sender="Bo K. <bo@example.com>", subject="Checkout is down"))
    assert len(installation.ok("list", "--json").json) == 2


def test_a_closed_incident_is_not_the_one_that_is_declared_again(installation: Installation) -> None:
    installation.declare("Checkout is down")
    installation.ok("close")
    assert installation.ok("declare", "Checkout is down", "--json").json["events"] == ["declared.v1"]


def test_a_dry_run_prints_the_mail_and_does_nothing(installation: Installation) -> None:
    result = installation.ok("declare", "Checkout is down", "--dry-run", *FULL)
    assert "Subject: Checkout is down\n" in result.out
    assert installation.mails == []
    assert installation.ok("list", "--all", "--json").json == []


def test_open_incidents_are_shown_to_the_person_who_declares_another_one(installation: Installation) -> None:
    installation.declare("Checkout is down")
    assert "also open: 2026-11-20-checkout-is-down, severity 3" in installation.ok("declare", "Search is slow").err


def test_the_details_can_come_from_a_file_or_from_standard_input(installation: Installation) -> None:
    (installation.path / "details.txt").write_text("Cards fail.\n\nÄlter than 14:00.\n")
    installation.ok("declare", "One", "-F", str(installation.path / "details.txt"))
    installation.ok("declare", "Two", "-F", "-", stdin=b"From the pipe.")
    assert installation.show("one")["details"] == "Cards fail.\n\nÄlter than 14:00."
    assert installation.show("two")["details"] == "From the pipe."


def test_a_drill_is_marked_in_the_subject_and_in_the_first_line(installation: Installation) -> None:
    mail = installation.declare("Checkout is down", "--drill")
    assert mail["Subject"] == "[drill] Checkout is down"
    assert mail.get_content().startswith("This is a drill. Severity 3")
    assert installation.show()["drill"] is True


def test_support_and_the_addresses_of_a_severity_are_told_too(installation: Installation) -> None:
    installation.configure(
        '[[severity]]\nlevel = 1\nname = "critical"\nalso_to = ["executives@example.com"]\n'
        '[[severity]]\nlevel = 3\nname = "moderate"\n'
    )
    installation.config.write_text(
        installation.config.read_text().replace("[list]\n", '[list]\nalways_to = ["support@example.com"]\n')
    )
    assert installation.declare("Checkout is down")["Cc"] == "support@example.com"
    installation.ok("update", "--severity", "1")
    assert installation.mails[-1]["Cc"] == "support@example.com, executives@example.com"


def test_a_description_needs_no_quotes(installation: Installation) -> None:
    installation.ok("declare", "cards", "fail", "--severity", "2")
    assert installation.mails[0]["Subject"] == "cards fail"


@pytest.mark.parametrize("typed", ["1", "s1", "sev1", "SEV-1", "sev 1", "Severity 1", "critical"])
def test_a_severity_is_taken_as_people_type_it(installation: Installation, typed: str) -> None:
    installation.ok("declare", "Cards fail", "--severity", typed, "--phase", "resolving")
    assert (installation.show()["severity"], installation.show()["phase"]) == (1, 2)
    assert installation.run("update", "--phase", "p0").code == 0
    assert installation.show()["phase"] == 0
