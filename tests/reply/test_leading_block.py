"""Where commands may be: text pasted below or above other text changes nothing, and the writer is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from incidentmail.core.model import Person
from incidentmail.core.policy import PhaseStep, Policy, SeverityLevel
from incidentmail.core.words import Words
from incidentmail.reply.parsed import Context, Read
from incidentmail.reply.understand import understand

CONTEXT = Context(
    words=Words(Policy()),
    written_at=datetime(2026, 11, 20, 14, 30, tzinfo=UTC),
    writer=Person(name="Bo K.", address="bo@example.com"),
)


def heard(body: str, *, declaring: bool = False, policy: Policy | None = None) -> Read:
    context = replace(CONTEXT, declaring=declaring, words=Words(policy or Policy()))
    return understand(body, context).read


def names(body: str, *, declaring: bool = False) -> set[str]:
    return {command.name for command in heard(body, declaring=declaring).commands}


def remedies(body: str) -> list[str]:
    return [problem.remedy for problem in heard(body).problems]


ALERT = "Alert: HighErrorRate\nStarted: 14:02 UTC\nRunbook: https://wiki.example.com/run/errors"
PASTED: list[tuple[str, list[str]]] = [
    ("Bank says: all quiet.\n\nStatus: resolved", ["close"]),
    ("Bank says: all quiet.\n\nStatus: resolved\nSeverity: 4", ["close", "Severity: 4"]),
    ("FYI from the monitoring:\n\nStatus: resolved\nSeverity: 4\nPhase: 3", ["close", "Severity: 4", "Phase: 3"]),
    ("All quiet again.\n\nStatus: resolved\nSeverity: 4", ["close", "Severity: 4"]),
    ("All payments work.\nStatus: resolved", ["close"]),
    ("[RESOLVED] HighErrorRate\nStatus: resolved\nSeverity: 4", ["close", "Severity: 4"]),
    ("[RESOLVED] HighErrorRate\n\nStatus: resolved\nSeverity: 4", ["close", "Severity: 4"]),
    ("Status: resolved\nAlert: HighErrorRate", ["close"]),
    (f"Status: resolved\n{ALERT}", ["close", "Started: 14:02 UTC"]),
    (f"Status: resolved\nSeverity: 4\n{ALERT}", ["close", "Severity: 4", "Started: 14:02 UTC"]),
    (f"Severity: 4\n{ALERT}", ["Severity: 4", "Started: 14:02 UTC"]),
    (f"Status: resolved\nSeverity: 4\n\n{ALERT}", ["Started: 14:02 UTC", "close", "Severity: 4"]),
    (f"The monitoring says\n\nStatus: resolved\nSeverity: 4\n{ALERT}", ["close", "Severity: 4", "Started: 14:02 UTC"]),
    ("It is over, see\n\nCommander: Eve\nVenue: #x", ["Commander: Eve", "Venue: #x"]),
    ("It is over, see\n\nSME: +Eve\nImpact: none\nNext update: +1h", ["SME: +Eve", "Impact: none", "Next update: +1h"]),
    ("Look:\n\nSeverity: P1", ["sev 1 or phase 1"]),
    ("Look:\n\nDescription: all is down\n\nStatus: open", ["Description: all is down", "Status: open"]),
    ("Look:\n\nAction: call the bank\nSeverity: 1", ["Action: call the bank", "Severity: 1"]),
]


@pytest.mark.parametrize(("body", "would_do_it"), PASTED)
def test_what_is_pasted_changes_nothing_and_its_writer_is_told_what_would(body: str, would_do_it: list[str]) -> None:
    reply = heard(body)
    assert reply.commands == ()
    assert remedies(body) == would_do_it


@pytest.mark.parametrize(("body", "would_do_it"), PASTED)
def test_the_remedy_of_a_misplaced_line_does_it_alone(body: str, would_do_it: list[str]) -> None:
    for remedy in would_do_it:
        if " or " not in remedy:
            assert len(heard(remedy).commands) == 1, remedy


@pytest.mark.parametrize("above", ["", "From the monitoring:\n\n"])
def test_a_value_that_is_none_of_ours_is_not_reported_among_the_lines_of_an_alert(above: str) -> None:
    alert = "Host: crane-2\nStatus: firing\nSeverity: Disaster\nTrigger: load above 90"
    assert heard(f"{above}{alert}").problems == ()
    assert len(heard("Status: firing").problems) == 1


def test_a_pasted_log_is_told_once_for_each_fact() -> None:
    assert remedies("The log:\n\n" + "Severity: 3\nat Pump.start\n" * 50) == ["Severity: 3"]
    assert remedies("The log:\n\n" + "Severity: 3\n\n" * 50) == ["Severity: 3"]


def test_below_a_quotation_without_marks_only_the_end_of_the_reply_counts() -> None:
    quoted = "One in five card payments is declined by our gateway.\nCustomers can still pay by invoice."
    for end, commands in [("", ["severity"]), ("\n\nFrom the monitoring.", [])]:
        read = understand(f"{quoted}\n\nSeverity: 4{end}", CONTEXT, [quoted]).read
        assert [command.name for command in read.commands] == commands
        assert len(read.problems) == 1 - len(commands)


@pytest.mark.parametrize("above", ["Hi all,\n\n", "Mara,\n", "> is it over?\n\n", "Phase: 2\n\n", "Severity 1.\n\n"])
def test_greetings_marked_quotes_and_commands_may_stand_above(above: str) -> None:
    assert "venue" in names(f"{above}Venue: #x")
    assert heard(f"{above}Venue: #x").problems == ()


def test_a_reason_in_the_line_of_a_command_ends_the_leading_block_with_its_paragraph() -> None:
    assert names("sev 1, refunds fail\nCommander: me") == {"severity", "commander"}
    assert names("sev 1, refunds fail\n\nCommander: me") == {"severity"}
    assert remedies("sev 1, refunds fail\n\nCommander: me") == ["Commander: me"]
    assert names("sev 1\nThe monitoring says\nPhase: 3") == {"severity"}
    assert remedies("sev 1\nThe monitoring says\nPhase: 3") == ["Phase: 3"]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("sev 1, both lifts are stuck\nnext +20m", {"severity", "next_update_at"}),
        ("sev 1, both lifts are stuck\nnext +20m\nvenue: #lifts", {"severity", "next_update_at", "venue"}),
        ("phase 2 - we know the cause\nnext update in 20 min", {"phase", "next_update_at"}),
        ("taking command, Ines sleeps.\nSeverity 3.", {"commander", "severity"}),
        (
            "sev 1, both lifts are stuck\nnext +20m, the fitter calls then\nphase 2",
            {"severity", "next_update_at", "phase"},
        ),
        ("sev 1: half the trains stand\ntaking command", {"severity", "commander"}),
    ],
)
def test_commands_in_the_lines_below_a_command_with_its_reason_act(body: str, found: set[str]) -> None:
    assert names(body) == found
    assert heard(body).asks == () and heard(body).problems == ()


@pytest.mark.parametrize(
    ("body", "found", "asked"),
    [
        ("sev 1, both lifts are stuck\nnext +20m, if the fitter comes", {"severity"}, True),
        ("sev 1, both lifts are stuck\nand the fitter says\nphase 2", {"severity"}, True),
        ("sev 1, both lifts are stuck\nphase 2 of the pump has no power", {"severity"}, False),
        ("sev 1, the lifts in the east wing and in the west wing stand still since\nphase 2", {"severity"}, False),
    ],
)
def test_other_lines_below_it_do_not(body: str, found: set[str], asked: bool) -> None:
    assert names(body) == found
    assert bool(heard(body).asks) == asked


@pytest.mark.parametrize("text", ["sev 1 \U0001f6a8 the lifts fall", "phase 2 \U0001f642\U0001f642 we know the cause"])
def test_emoji_end_a_command_and_a_reason_may_follow(text: str) -> None:
    assert len(heard(text).commands) == 1


@pytest.mark.parametrize(
    "text",
    ["sev 1 \U0001f914 maybe", "sev 1 \U0001f6a8 no, wait", "sev 1 \U0001f914 or 2?", "sev 1 \U0001f605 false alarm"],
)
def test_a_doubt_after_emoji_is_still_a_doubt(text: str) -> None:
    assert heard(text).commands == ()
    assert heard(text).asks


NOWHERE = [
    "I tell you later", "not sure yet", "tbd, ask Ines", "we are still looking", "unknown", "follows soon",
    "wird noch gesagt", "encore inconnu", "todavía no", "volgt straks",
]  # fmt: skip


@pytest.mark.parametrize("value", NOWHERE)
def test_a_venue_that_is_still_to_be_found_is_asked_for(value: str) -> None:
    assert names(f"Venue: {value}") == set()
    assert remedies(f"Venue: {value}") == ["Venue: PLACE"]


@pytest.mark.parametrize(
    "value",
    ["#lifts, not the old one", "Room 4.12, later the hall", "Ines' office", "https://meet.example.com/not-yet"],
)
def test_a_venue_with_a_place_in_it_is_a_venue(value: str) -> None:
    assert names(f"Venue: {value}") == {"venue"}


@pytest.mark.parametrize(
    "line", ["Action: x", "Need: x", "Done: 1", "Decision: x", "Document: x", "At: 14:07\nNote: x"]
)
def test_lines_that_only_add_to_the_record_count_in_any_paragraph_of_their_own(line: str) -> None:
    assert len(heard(f"We called the bank.\n\n{line}\n\nMore later.").commands) == 1
    assert heard(f"We called the bank.\n\n{line}\n\nMore later.").problems == ()


DECLARED = "Customer liaison: Tomás R.\nVenue: #x\nImpact: half\nCustomers may be told: pay later\nNext update: +30m"


def test_a_declaration_may_name_roles_and_places_below_its_details_and_nothing_else() -> None:
    found = names(f"Severity 2. Cards fail.\n\nSince noon.\n\n{DECLARED}", declaring=True)
    assert found == {
        "severity", "roles.customer_liaison", "venue", "impact", "customers_may_be_told", "next_update_at",
    }  # fmt: skip
    for line in ("Severity: 1", "Phase: 3", "Commander: Eve", "Status: resolved", "Description: x"):
        reply = heard(f"Severity 2. Cards fail.\n\nSince noon.\n\n{line}", declaring=True)
        assert [command.name for command in reply.commands] == ["severity"], line
        assert len(reply.problems) == 1


@pytest.mark.parametrize("around", ["{}", "Hi all,\n\n{}", "Hi all,\n{}", "{}\n\nThanks, Mara", "{}\nKind regards\nBo"])
@pytest.mark.parametrize("line", ["Status: closed", "Status: resolved", "Status: retracted"])
def test_a_status_that_ends_counts_as_the_whole_reply(around: str, line: str) -> None:
    assert names(around.format(line)) == {"status"}
    assert heard(around.format(line)).problems == ()


@pytest.mark.parametrize(
    "around", ["{}\n\nAll payments work, but one.", "{}\nNot sure.", "So it is.\n{}", "{}\nImpact: none", "{}\nNote: x"]
)
@pytest.mark.parametrize(
    ("line", "word"), [("Status: closed", "close"), ("Status: resolved", "close"), ("Status: retracted", "retract")]
)
def test_with_anything_else_it_ends_nothing_and_its_writer_is_told_the_word(around: str, line: str, word: str) -> None:
    assert "status" not in names(around.format(line))
    assert remedies(around.format(line)) == [word]


def test_what_stands_beside_such_a_status_counts_unless_other_text_does_too() -> None:
    assert names("Status: closed\nImpact: none") == {"impact"}
    assert names("Status: closed\nPhase: 3\n\nFrom the monitoring.") == set()
    assert remedies("Status: closed\nPhase: 3\n\nFrom the monitoring.") == ["close", "Phase: 3"]


PRIORITIES = [
    "P1", "p1", "P1!", "P1?", "P1, all is down", "p1: all is down", "P1 - all is down", "Hi all,\n\nP1", "Hi, P1 now",
    "this is P1 now", "it's a P1, refunds fail", "Priority: P1", "raise to P1.", "sev P1", "phase P1", "Severity: P1",
    "Phase: P1", "Severity: P1 - all is down",
]  # fmt: skip


@pytest.mark.parametrize("body", PRIORITIES)
def test_p1_is_never_read_and_always_asked(body: str) -> None:
    assert heard(body).commands == ()
    assert remedies(body) == ["sev 1 or phase 1"]
    assert heard(body, declaring=True).commands == ()


def test_p1_beside_a_command_is_asked_and_the_command_counts() -> None:
    assert names("taking command, P1") == {"commander"}
    assert remedies("taking command, P1") == ["sev 1 or phase 1"]
    assert remedies("p3 and sev 2") == ["sev 3 or phase 3"]


def test_only_what_exists_is_offered_for_a_priority() -> None:
    assert remedies("P4") == ["sev 4"]
    assert remedies("P0") == ["phase 0"]
    assert remedies("P5") == ["sev NUMBER or phase NUMBER"]


@pytest.mark.parametrize("body", ["P1 customer called", "p1 or p2", "The P1 link is on page p2.", "see p3"])
def test_prose_with_a_p_in_it_is_a_note(body: str) -> None:
    assert heard(body) == Read(prose=body)


def test_p1_is_read_where_the_organisation_calls_something_so() -> None:
    severities = (SeverityLevel(level=1, name="P0"), SeverityLevel(level=2, name="P1"))
    for body in ("P1", "P1, all is down", "p1!", "Severity: P1", "sev P1"):
        reply = heard(body, policy=Policy(severities=severities))
        assert [(c.name, c.value) for c in reply.commands] == [("severity", 2)], body
        assert reply.problems == ()
    phases = (PhaseStep(number=1, name="P1"), PhaseStep(number=2, name="done"))
    assert [c.name for c in heard("P1", policy=Policy(phases=phases)).commands] == ["phase"]
    both = heard("P1", policy=Policy(severities=severities, phases=phases))
    assert (both.commands, [p.remedy for p in both.problems]) == ((), ["sev 1 or phase 1"])


def test_a_name_of_the_organisation_comes_before_a_number_in_it() -> None:
    severities = (SeverityLevel(level=1, name="SEV0"), SeverityLevel(level=2, name="SEV1"))
    assert [c.value for c in heard("Severity: SEV1", policy=Policy(severities=severities)).commands] == [2]
