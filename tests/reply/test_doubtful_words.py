"""Words that may be another person's stay in the note and change nothing, and the writer is told why."""

from __future__ import annotations

from datetime import UTC, datetime

from incidentmail.core.model import Person
from incidentmail.core.policy import Policy
from incidentmail.core.words import Words
from incidentmail.reply.parsed import Context
from incidentmail.reply.understand import understand

CONTEXT = Context(
    words=Words(Policy()),
    written_at=datetime(2026, 11, 20, 14, 20, tzinfo=UTC),
    writer=Person.parse("Jayla Martin <jayla@example.com>"),
)
OURS = """\
Severity 2 (serious), phase 1. Mara Lindqvist is incident commander.

One in five card payments is declined by our gateway.
Customers can still pay by invoice.

Customer liaison: needed
"""
HEADER = (
    "From: Incidents <incident-bot@example.com>\nSent: Friday, 20 November 2026 14:07\nTo: list\nSubject: Cards\n\n"
)


def test_answers_between_unmarked_quoted_lines_stay_in_the_note_and_are_no_commands() -> None:
    answered = OURS.replace("gateway.\n", "gateway.\nIt is one in three by now, Bo says.\nSeverity: 1\n")
    found = understand(f"See my answers below.\n\n{HEADER}{answered}", CONTEXT, [OURS])
    assert found.read.commands == ()
    assert found.read.prose == "See my answers below.\n\nIt is one in three by now, Bo says.\nSeverity: 1"


def test_a_command_above_keeps_its_meaning_beside_such_answers() -> None:
    answered = OURS.replace("gateway.\n", "gateway.\nIt is one in three by now, Bo says.\n")
    found = understand(f"sev 1\n\n{HEADER}{answered}", CONTEXT, [OURS])
    assert [command.name for command in found.read.commands] == ["severity"]
    assert found.read.prose == "It is one in three by now, Bo says."


def test_a_quotation_of_a_mail_that_nobody_remembers_stays_out_of_the_note() -> None:
    assert understand(f"Fine.\n\n{HEADER}{OURS}", CONTEXT, ["Something else."]).read.prose == "Fine."


def test_a_command_below_an_attribution_alone_is_asked_about() -> None:
    found = understand("On Fri, 20 Nov 2026 at 14:07, Bo <bo@example.com> wrote:\n\nSeverity: 1\n", CONTEXT, [OURS])
    assert found.read.commands == ()
    assert [problem.text for problem in found.read.problems] == ["Severity: 1"]
    assert "who wrote what follows" in found.read.problems[0].reason


def test_the_writers_name_and_title_do_not_stop_a_whole_reply() -> None:
    quoted = "".join(f"> {line}\n" for line in OURS.splitlines())
    for end in ("Jayla", "Jayla Martin\nPayments\n+44 20 7946 0000", "Thx,\nJayla", "Jayla\n\nSent with Spark"):
        commands = understand(f"close\n\n{end}\n\n{quoted}", CONTEXT, [OURS]).read.commands
        assert [command.name for command in commands] == ["status"], end
