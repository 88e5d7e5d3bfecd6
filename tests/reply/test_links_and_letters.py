"""Links that Outlook wrote as text and target, and letters that macOS wrote in two parts, are read as they are seen."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from incidentmail.config.identity import person_called
from incidentmail.core.commands import AddItem
from incidentmail.core.model import Person
from incidentmail.core.policy import Policy
from incidentmail.core.tracking.tracking_commands import AssignItem
from incidentmail.core.words import Words
from incidentmail.reply.parsed import Context, Read
from incidentmail.reply.understand import understand

JOSE = Person(name="José Peña", address="jose@example.com")
PEOPLE = {"jose@example.com": "José Peña"}
CONTEXT = Context(
    words=Words(Policy()), written_at=datetime(2026, 11, 20, 14, 30, tzinfo=UTC),
    writer=Person(name="Bo Keller", address="bo@example.com"), severity=3,
    find=lambda text: person_called(text, PEOPLE), names=("José Peña",),
)  # fmt: skip


def heard(body: str) -> Read:
    return understand(body, CONTEXT).read


def value(body: str) -> object:
    (command,) = heard(body).commands
    return command.value


@pytest.mark.parametrize(
    "written",
    [
        "José Peña <jose@example.com<mailto:jose@example.com>>", "jose@example.com<mailto:jose@example.com>",
        "José Peña<mailto:jose@example.com>", "@José Peña<mailto:jose@example.com>", "<mailto:jose@example.com>",
        "José Peña <mailto:jose@example.com>", "José Peña <mailto:Jose@Example.com?subject=Re>",
        "JOSE@example.com<mailto:jose@example.com>",
    ],
)  # fmt: skip
def test_a_person_whose_address_is_a_link_is_that_person(written: str) -> None:
    held = [{"name": "José Peña", "address": "jose@example.com"}]
    assert value(f"Scribe: {written}") == held
    assert value(f"Commander: {written}") == held[0]


@pytest.mark.parametrize("written", ["Peña, José", "+Peña, José", "PEÑA, JOSÉ"])
def test_a_known_person_may_be_written_with_the_last_name_first(written: str) -> None:
    found = value(f"Scribe: {written}")
    held = found["add"] if isinstance(found, dict) else found
    assert held == [{"name": "José Peña", "address": "jose@example.com"}]


def test_several_people_whose_addresses_are_links_are_read() -> None:
    ann = "Ann Lee <ann@example.com<mailto:ann@example.com>>"
    held = value(f"SME: {ann}, @José Peña<mailto:jose@example.com>, cy@example.com<mailto:cy@example.com>")
    assert isinstance(held, list)
    assert [one["address"] for one in held if isinstance(one, dict)] == [
        "ann@example.com", "jose@example.com", "cy@example.com",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "Action: call the bank @José Peña<mailto:jose@example.com> by 16:00",
        "Action: call the bank by 16:00 @José Peña<mailto:jose@example.com>.",
        "Action: @José Peña<mailto:jose@example.com> call the bank by 16:00",
        "Action: call the bank (José Peña<mailto:jose@example.com>) by 16:00",
    ],
)
def test_an_owner_whose_mention_is_a_link_gets_the_action(line: str) -> None:
    (found,) = heard(line).commands
    at = datetime(2026, 11, 20, 16, tzinfo=UTC)
    assert found.command == AddItem("action", "call the bank", JOSE, at)


def test_an_item_is_given_to_somebody_whose_mention_is_a_link() -> None:
    (found,) = heard("Assign: 3 @José Peña<mailto:jose@example.com>").commands
    assert found.command == AssignItem(3, JOSE)


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("https://meet.example.com/a<https://meet.example.com/a>", "https://meet.example.com/a"),
        (
            "https://meet.example.com/a<https://gate.example.test/?url=https%3A%2F%2Fmeet.example.com%2Fa&data=05>",
            "https://meet.example.com/a",
        ),
        ("www.meet.example.com<http://www.meet.example.com/>", "www.meet.example.com"),
        ("the bridge<https://meet.example.com/a>", "the bridge <https://meet.example.com/a>"),
        ("the bridge, +44 20 7946 0000<tel:+442079460000>", "the bridge, +44 20 7946 0000"),
        ("<https://meet.example.com/a>", "<https://meet.example.com/a>"),
        ("room <4> on the left", "room <4> on the left"),
    ],
)
def test_a_venue_is_the_link_that_a_reader_sees(written: str, place: str) -> None:
    assert value(f"Venue: {written}") == place


@pytest.mark.parametrize(
    "body", ["Scribe: José Peña", "Commander: José Peña", "José Peña is incident commander.", "Scribe: JOSÉ PEÑA"]
)
def test_a_name_with_decomposed_letters_is_the_known_person(body: str) -> None:
    found = value(unicodedata.normalize("NFD", body))
    person = found[0] if isinstance(found, list) else found
    assert person == {"name": "José Peña", "address": "jose@example.com"}


def test_a_person_has_one_form_whatever_the_letters_were() -> None:
    decomposed = unicodedata.normalize("NFD", "José Peña")
    assert Person(name=decomposed) == Person(name="José Peña")
    assert Person.parse(f"{decomposed} <jose@example.com>").name == "José Peña"
    assert person_called(decomposed, PEOPLE) == JOSE


def test_a_text_is_kept_with_composed_letters() -> None:
    text = "Zahlungen für Österreich gehen wieder"
    assert value(unicodedata.normalize("NFD", f"Impact: {text}")) == text


def test_a_writer_whose_program_decomposes_letters_signs_with_their_name() -> None:
    context = replace(CONTEXT, writer=JOSE)
    body = unicodedata.normalize("NFD", "close\n\nJosé Peña")
    assert [one.name for one in understand(body, context).read.commands] == ["status"]
