"""A value goes on in the next line if a mail program wrapped it, and text for customers is never cut in half."""

from __future__ import annotations

import html
import textwrap
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from incidentmail.core.commands import AddItem
from incidentmail.core.model import Person
from incidentmail.core.policy import Policy
from incidentmail.core.words import Words
from incidentmail.inbound.message import Envelope
from incidentmail.reply.parsed import Context, Read
from incidentmail.reply.read_mail import read_mail
from incidentmail.reply.understand import understand

BO = Person(name="Bo Keller", address="bo@example.com")
CONTEXT = Context(words=Words(Policy()), written_at=datetime(2026, 11, 20, 14, 30, tzinfo=UTC), writer=BO, severity=3)
LONG = "News: the supplier of the tills says that a new version of its"
FOR_CUSTOMERS = "Customers may be told: gift cards can be bought again in all our shops."


def heard(body: str) -> Read:
    return understand(body, CONTEXT).read


def values(body: str) -> dict[str, object]:
    return {command.name: command.value for command in heard(body).commands}


def mail(text: str, page: str = "", *, parameters: str = "") -> Read:
    """Return what a mail with this text, and this HTML beside it, says."""
    head = "From: Bo Keller <bo@example.com>\nMIME-Version: 1.0\n"
    plain = f"Content-Type: text/plain; charset=utf-8{parameters}\n\n{text}\n"
    if page:
        beside = f"Content-Type: text/html; charset=utf-8\n\n{page}\n"
        plain = f"Content-Type: multipart/alternative; boundary=b\n\n--b\n{plain}--b\n{beside}--b--\n"
    extraction = read_mail((head + plain).encode(), Envelope(way="pipe"), None).extraction
    assert extraction is not None
    return understand(extraction, CONTEXT).read


@pytest.mark.parametrize("columns", [72, 76, 78])
@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("impact", "Impact: the tills of nine shops in Norway print no receipts, and returns are taken on paper only"),
        (
            "news",
            "News: the supplier sends somebody to Oslo, where the first till will be repaired before noon today",
        ),
        ("description", "Description: Tills in Norway print no receipts since the update of the night, none in Sweden"),
        ("note", "Note: the shop in Bergen has found out that a till prints again after the paper has been taken out"),
        (
            "customers_may_be_told",
            "Customers may be told: you get a receipt by mail if you leave your address at the till",
        ),
    ],
)
def test_a_value_that_a_program_wrapped_is_whole(name: str, line: str, columns: int) -> None:
    assert values("\n".join(textwrap.wrap(line, columns))) == {name: line.partition(": ")[2]}


def test_a_wrapped_action_keeps_its_owner_and_its_time() -> None:
    line = "Action: ask the shop in Bergen which version its tills have, and write it"
    found = heard(f"{line}\ndown (Ann Lee <ann@example.com>) by 16:00")
    (action,) = found.commands
    assert isinstance(action.command, AddItem)
    assert action.command.text == "ask the shop in Bergen which version its tills have, and write it down"
    assert action.command.owner == Person(name="Ann Lee", address="ann@example.com")
    assert action.command.due_at == datetime(2026, 11, 20, 16, tzinfo=UTC)


def test_names_go_on_only_with_a_name() -> None:
    line = "SME: Ann Lee <ann@example.com>, Cy Young <cy@example.com>, Di Dover"
    people = values(f"{line}\nLarsen <di@example.com>")["roles.subject_matter_experts"]
    assert isinstance(people, list)
    assert people[-1] == {"name": "Di Dover Larsen", "address": "di@example.com"}
    found = heard(f"{line}\nThey are all in the call with the supplier.")
    assert [len(found.commands), found.prose] == [1, "They are all in the call with the supplier."]


@pytest.mark.parametrize(
    "below",
    [
        "sev 2", "Severity: 2", "Bo", "Bo Keller", "Thanks, Bo", "Cheers", "- a till in Bergen", "1. a till in Bergen",
        "Ticket: 4711", "phase 2, all tills are off", "taking command", "status?",
    ],
)  # fmt: skip
def test_what_is_something_of_its_own_does_not_continue_a_value(below: str) -> None:
    assert values(f"{LONG}\n{below}")["news"] == LONG.removeprefix("News: ")


@pytest.mark.parametrize("below", ["sev 2", "taking command", "phase 2"])
def test_a_command_below_a_long_value_is_carried_out(below: str) -> None:
    assert len(values(f"{LONG}\n{below}")) == 2


def test_a_line_that_had_room_for_the_next_word_was_ended_by_its_writer() -> None:
    assert values("Impact: no receipts\nin Norway") == {"impact": "no receipts"}
    wide = "I wrote this line in a program that has room for more than ninety columns before it wraps."
    assert values(f"Impact: the tills of nine shops in Norway print no receipts\nuntil noon\n\n{wide}") == {
        "impact": "the tills of nine shops in Norway print no receipts"
    }


def test_a_program_that_does_not_wrap_leaves_each_line_as_it_was_typed() -> None:
    long = "This line is longer than any that a mail program wraps, " * 3
    assert values(f"{LONG}\nSoftware is in Oslo.\n\n{long}") == {"news": LONG.removeprefix("News: ")}


def test_the_html_shows_which_lines_are_one() -> None:
    line = f"{FOR_CUSTOMERS} They are not valid in Sweden yet. Sorry."
    text = "\n".join(textwrap.wrap(line, 72))
    one, two = f"<div>{html.escape(line)}</div>", "".join(f"<div>{part}</div>" for part in text.split("\n"))
    assert [c.value for c in mail(text, one).commands] == [line.partition(": ")[2]]
    assert [c.value for c in mail(text, two).commands] == [text.split("\n")[0].partition(": ")[2]]


def test_flowed_lines_end_where_the_writer_ended_them() -> None:
    text = f"{FOR_CUSTOMERS}\nI have written to Sweden."
    found = mail(text, parameters="; format=flowed")
    assert [c.value for c in found.commands] == [FOR_CUSTOMERS.partition(": ")[2]]
    assert not found.problems


def test_text_for_customers_that_may_have_been_cut_is_asked_about() -> None:
    found = heard(f"{FOR_CUSTOMERS}\nThey are not valid in Sweden yet.")
    assert not found.commands
    (problem,) = found.problems
    whole, first = problem.remedy.split(" or ")
    assert whole.endswith('in all our shops. They are not valid in Sweden yet."')
    assert first.endswith('in all our shops."')
    for answer in (whole, first):
        wrapped = heard("\n".join(textwrap.wrap(answer, 72)))
        assert [c.value for c in wrapped.commands] == [answer.partition('"')[2].rstrip('"')]
        assert not wrapped.problems


@pytest.mark.parametrize("below", ["phase 2, as you know", "Annika", "Gift cards are not valid in Sweden."])
def test_no_half_of_a_text_for_customers_is_taken(below: str) -> None:
    text = "Customers may be told: gift cards can be bought again in all shops until"
    assert "customers_may_be_told" not in values(f"{text}\n{below}")


@pytest.mark.parametrize("below", ["It is not valid in Sweden.", "not in Sweden\n\nThe bank is looking at it."])
def test_a_short_text_for_customers_above_other_text_is_asked_about_too(below: str) -> None:
    found = heard(f"Customers may be told: pay by invoice\n{below}")
    assert not found.commands
    (problem,) = found.problems
    first_below = below.split("\n")[0]
    assert problem.remedy.startswith(f'Approved for customers: "pay by invoice {first_below}" or ')
    assert problem.remedy.endswith('"pay by invoice"')


@pytest.mark.parametrize("below", ["sev 2", "Thanks, Bo", "Venue: #ops", "\nIt is not valid in Sweden.", ""])
def test_a_text_for_customers_above_something_of_its_own_is_taken(below: str) -> None:
    assert values(f"Customers may be told: pay by invoice\n{below}")["customers_may_be_told"] == "pay by invoice"


@pytest.mark.parametrize("quotes", ['""', "“”", "„“", "«»"])
def test_text_for_customers_in_quotation_marks_may_have_several_lines(quotes: str) -> None:
    body = f"Customers may be told: {quotes[0]}Gift cards can be bought again.\nThey are valid.{quotes[1]}\nsev 2"
    assert values(body) == {"customers_may_be_told": "Gift cards can be bought again. They are valid.", "severity": 2}


def test_an_empty_line_in_quotation_marks_and_thanks_behind_them_are_no_part_of_the_text() -> None:
    body = 'Customers may be told: "Gift cards can be bought again.\n\nThey are valid." Thanks, Bo'
    assert values(body) == {"customers_may_be_told": "Gift cards can be bought again. They are valid."}


def test_text_for_customers_whose_quotation_mark_is_never_closed_is_asked_about() -> None:
    found = heard("Customers may be told: “Gift cards can be bought again.\n\nThey are valid.")
    assert not found.commands
    assert [problem.remedy for problem in found.problems] == [
        'Approved for customers: "Gift cards can be bought again."'
    ]


@pytest.mark.parametrize("below", ["Oslo, behind the blue door", "+47 22 00 00 00", "https://meet.example.com/a"])
def test_a_wrapped_venue_is_whole(below: str) -> None:
    line = "Venue: the room of the people who look after the tills, fourth floor, in"
    assert values(f"{line}\n{below}") == {"venue": f"{line} {below}".removeprefix("Venue: ")}
    alone = "Venue: the room of the people who look after the tills, on the fourth floor"
    assert values(f"{alone}\nI am there.") == {"venue": alone.removeprefix("Venue: ")}


def test_quotation_marks_inside_a_text_stay() -> None:
    text = '"Gift" cards are "back"'
    assert values(f"Customers may be told: {text}") == {"customers_may_be_told": text}


def test_a_wrapped_declaration_is_whole() -> None:
    body = (
        "Severity: 2\nImpact: the tills of nine shops in Norway print no receipts, and\nreturns are taken on paper only"
    )
    found = understand(body, replace(CONTEXT, declaring=True)).read
    assert (
        found.commands[-1].value
        == "the tills of nine shops in Norway print no receipts, and returns are taken on paper only"
    )


@pytest.mark.parametrize(
    ("body", "values"),
    [
        ("Assumption: the spare lift is\nfree\n\nEvidence: it moves", ["the spare lift is free", "it moves"]),
        ("Impact: both lifts (east,\nwest)", ["both lifts (east, west)"]),
        ("Impact: lifts,\ndoors,\nand the crane", ["lifts, doors, and the crane"]),
        ("Decision: we open the\ndoor by hand", ["we open the door by hand"]),
        ("Document:\nhttps://docs.example.com/lifts", ["https://docs.example.com/lifts"]),
        ("Assumption: the spare lift is\nNeed: a fitter", ["the spare lift is", "a fitter"]),
        ("Assumption: the spare lift is\nthanks", ["the spare lift is"]),
        ("Assumption: the spare lift is\nsev 1", ["the spare lift is", 1]),
        ("Impact: both lifts and\n\nnobody knows why", ["both lifts and"]),
        ("Impact: the light is on\nNobody is inside", ["the light is on"]),
    ],
)
def test_a_value_that_cannot_end_there_goes_on_in_the_next_line(body: str, values: list[object]) -> None:
    context = Context(
        words=Words(Policy()), written_at=datetime(2026, 11, 20, 14, 30, tzinfo=UTC), writer=Person(name="Bo Keller")
    )
    assert [command.value for command in understand(body, context).read.commands] == values
