"""`incidentmail search` finds the words that people wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails

JAYLA = "Jayla M. <jayla@example.com>"


@pytest.fixture
def house(installation: Installation, mails: Mails) -> Installation:
    """An installation with two incidents: cards, with a note and an update, and a milder one about a café's printer."""
    declared = installation.declare("Cards fail", "--severity", "2", "-m", "The gateway of the bank answers slowly.")
    installation.clock.tick(minutes=5)
    installation.ingest(mails.reply_to(declared, "I called the bank: they restart their gateway.", JAYLA))
    installation.clock.tick(hours=2)
    installation.ok("declare", "Printer of the café prints twice", "--severity", "4", "-m", "Receipts come out twice.")
    return installation


@pytest.mark.parametrize(
    ("line", "incidents"),
    [
        ("gateway", ["cards", "cards"]),
        ("GATEWAY restart", ["cards"]),
        ("recei", ["printer"]),
        ("cafe", ["printer"]),
        ("eceipts", []),
        ("bank --by jayla", ["cards"]),
        ("bank --severity 4", []),
        ("bank --since 1h", []),
        ("twice --since 1h", ["printer"]),
        ("gateway --limit 1", ["cards"]),
    ],
)
def test_it_finds_words_by_their_beginnings_newest_first(house: Installation, line: str, incidents: list[str]) -> None:
    hits = house.ok("search", *line.split(), "--json").lines
    assert [hit["incident"].split("-")[3] for hit in hits] == incidents
    assert [hit["at"] for hit in hits] == sorted((hit["at"] for hit in hits), reverse=True)


def test_people_see_where_who_and_what(house: Installation) -> None:
    shown = house.ok("search", "restart").out
    assert "cards-fail (severity 2), " in shown
    assert "Jayla M.: I called the bank: they restart their gateway." in shown


def test_what_is_not_there_is_said(house: Installation) -> None:
    result = house.ok("search", "kubernetes")
    assert (result.out, result.err) == ("", "nothing was found\n")
    assert "there is more" in house.ok("search", "gateway", "--limit", "1").err
    assert house.run("search").code == 2


def test_restricted_incidents_are_marked(house: Installation) -> None:
    text = house.config.read_text()
    house.config.write_text(text.replace("[list]", '[list]\nrestricted = "secret@example.com"'))
    house.ok("declare", "Keys leaked", "--restricted", "--severity", "2")
    assert "(severity 2, restricted)" in house.ok("search", "leaked").out
