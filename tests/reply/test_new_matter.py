"""A subject states a severity only in the forms that people put before or after a title."""

from __future__ import annotations

import pytest

from incidentmail.core.policy import Policy
from incidentmail.core.words import Words
from incidentmail.reply.new_matter import in_subject, in_text

WORDS = Words(Policy())


@pytest.mark.parametrize(
    "subject",
    [
        "SEV 2: orders are lost",
        "sev2 - orders are lost",
        "[SEV2] orders are lost",
        "(Sev-2) orders are lost",
        "SEV2! orders are lost",
        "Severity 2: orders are lost",
        "Severity two | orders are lost",
        "[EXTERNAL] SEV-2: orders are lost",
        "EXT: {SEV 2} orders are lost",
        "*** SPAM *** sev_2: orders are lost",
        "orders are lost (SEV2)",
        "orders are lost - sev 2",
        "orders are lost [sev-2] (EOM)",
    ],
)
def test_a_severity_before_or_behind_a_title_is_stated(subject: str) -> None:
    found = in_subject(subject, Policy())
    assert found is not None
    assert (found.severity, found.title, found.declares) == (2, "orders are lost", True)


@pytest.mark.parametrize(
    "subject",
    [
        "SEV 2",
        "SEV2: is anybody looking at the orders?",
        "SEV2: resolved",
        "SEV2: orders are back, resolved",
        "SEV 2: post-mortem",
        "[SEV2] training next week",
        "SEV2: maybe",
        "SEV 1 - 2: orders",
        "SEV7: orders",
        "SEV2 orders",
        "Minutes of the sev 2 meeting",
        "P1: orders are lost",
        "Schweregrad 2 für die Bestellungen",
        "Gravité 2, commandes perdues",
    ],
)
def test_what_a_subject_only_mentions_is_seen_and_does_not_declare(subject: str) -> None:
    found = in_subject(subject, Policy())
    assert found is not None
    assert not found.declares
    assert found.line == subject


@pytest.mark.parametrize(
    "subject", ["Several orders are lost", "Seven shops down", "P12 is slow", "Deploy 1.5", "S3 down"]
)
def test_other_words_and_numbers_name_no_severity(subject: str) -> None:
    assert in_subject(subject, Policy()) is None


@pytest.mark.parametrize(
    ("text", "line", "severities", "commands"),
    [
        ("Orders fail.\n\nSeverity: 1", "Severity: 1", (1,), False),
        ("Orders fail.\nSeverity: critical", "Severity: critical", (1,), False),
        ("We have a sev2. I'm IC.", "We have a sev2. I'm IC.", (2,), True),
        ("I guess severity three", "I guess severity three", (3,), False),
        ("Sev 1 or 2, not sure", "Sev 1 or 2, not sure", (1, 2), False),
        ("Orders fail, I am the incident commander for now", None, (), True),
        ("Je suis incident commander", None, (), True),
    ],
)
def test_the_line_of_a_text_that_names_a_severity_or_a_commander_is_found(
    text: str, line: str | None, severities: tuple[int, ...], commands: bool
) -> None:
    found = in_text(text, WORDS)
    assert found is not None
    assert (found.line, found.severities, found.commands) == (line or text, severities, commands)


def test_a_text_about_something_else_names_nothing() -> None:
    assert in_text("Who is on it? The command failed, and several orders are lost.", WORDS) is None
