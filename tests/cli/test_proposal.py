"""If several incidents have proposals, `proposal` asks which one is meant, and suggests commands that work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

BO = "Bo <bo@example.com>"
NAMING = "Alícia S. is incident commander."


@pytest.fixture
def two(installation: Installation, mails: Mails) -> Installation:
    """Two open incidents, each with a proposal."""
    installation.configure('[people]\n"bo@example.com" = "Bo K."\n"alicia@example.com" = "Alícia S."\n')
    for description in ("Cards fail", "Logins fail"):
        installation.ingest(mails.reply_to(installation.declare(description), NAMING, BO))
    return installation


@pytest.mark.parametrize("answer", ["accept", "reject"])
def test_an_answer_that_may_mean_several_incidents_is_told_the_option(two: Installation, answer: str) -> None:
    result = two.run("proposal", answer, "1")
    assert result.code == 2
    assert "hint: --incident, and one of: 2026-11-20-logins-fail, 2026-11-20-cards-fail\n" in result.err
    two.ok("proposal", answer, "1", "--incident", "cards")
    still = [line["incident"] for line in two.ok("proposal", "list", "--json").lines]
    assert still == ["2026-11-20-logins-fail"]


def test_all_proposals_of_all_incidents_are_listed_without_naming_one(two: Installation) -> None:
    two.ok("proposal", "reject", "1", "--incident", "cards")
    two.ok("close", "cards")
    lines = two.ok("proposal", "list", "--all", "--json").lines
    assert {(line["incident"], line["state"]) for line in lines} == {
        ("2026-11-20-cards-fail", "rejected"), ("2026-11-20-logins-fail", "open"),
    }  # fmt: skip
    assert "logins-fail" in two.ok("proposal", "list", "--all").out
    assert len(two.ok("proposal", "list", "--all", "--incident", "cards", "--json").lines) == 1
