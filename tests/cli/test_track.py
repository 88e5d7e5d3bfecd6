"""Commands can keep track of items in the same way as lines in a mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation

BO = "Bo K. <bo@example.com>"


@pytest.fixture
def house(installation: Installation) -> Installation:
    installation.configure('[people]\n"bo@example.com" = "Bo K."\n')
    installation.declare()
    return installation


def shown(house: Installation) -> list[tuple[int, str, str, str | None]]:
    """Return the number, kind, text and owner's name of each item."""
    show = house.show()
    items = [one for kind in ("actions", "needs", "assumptions", "decisions", "about_to") for one in show[kind]]
    return sorted((i["number"], i["kind"], i["text"], i["owner"] and i["owner"]["name"]) for i in items)


def test_each_command_adds_what_its_line_in_a_mail_would(house: Installation) -> None:
    house.ok("action", "restart the queue @bo by 15:10")
    house.ok("need", "a DBA from @bo")
    house.ok("assume", "the gateway is healthy")
    house.ok("evidence", "no error in its log (for 3)")
    house.ok("evidence", "the disk", "--ruled-out")
    house.ok("decide", "we fail over")
    house.ok("action", "reboot db1", "--now")
    assert shown(house) == [
        (1, "action", "restart the queue", "Bo K."),
        (2, "need", "a DBA", "Bo K."),
        (3, "assumption", "the gateway is healthy", None),
        (4, "evidence", "no error in its log", None),
        (5, "ruled_out", "the disk", None),
        (6, "decision", "we fail over", None),
        (7, "about_to", "reboot db1", None),
    ]
    assert len(house.mails) == 1
    assert len(house.private) == 2


def test_the_owner_hears_of_it_at_once_and_the_terminal_says_so(house: Installation) -> None:
    said = house.ok("action", "restart the queue @bo by 15:10").out
    assert "Action 1: restart the queue (Bo K.; by " in said
    assert "sent to bo@example.com" in said and "follow-up" not in said


def test_an_open_item_is_shown_until_it_is_done(house: Installation) -> None:
    house.ok("action", "restart the queue @bo by 14:30 UTC")
    house.ok("need", "a DBA")
    house.clock.tick(minutes=20)
    for command in ("show", "brief"):
        screen = house.ok(command).out
        assert "1. Action: restart the queue (Bo K.; by 14:30 UTC) 10 minutes overdue" in screen
        assert "2. Need: a DBA" in screen
    house.ok("done", "1")
    house.ok("done", "DBA")
    for command in ("show", "brief"):
        assert "Actions" not in house.ok(command).out and "Needs" not in house.ok(command).out


def test_an_assumption_is_shown_until_somebody_says_what_is_so(house: Installation) -> None:
    house.ok("assume", "the gateway is healthy")
    house.ok("ask", "1")
    for command in ("show", "brief"):
        assert "1. Assumption: the gateway is healthy asked whether it holds: no answer yet" in house.ok(command).out
    house.ok("ask", "1", "--answer", "refuted")
    assert "to be looked at again" not in house.ok("show").out + house.ok("brief").out
    assert "1. Assumption: the gateway is healthy (refuted, says Mara Lindqvist)" in house.ok("brief").out


def test_an_item_passes_from_one_person_to_another_and_to_nobody(house: Installation) -> None:
    house.ok("action", "call the bank")
    house.ok("assign", "1", BO)
    assert shown(house)[0][3] == "Bo K."
    assert "> Action 1: call the bank" in house.private[-1].get_content()
    house.ok("assign", "1", "nobody")
    assert shown(house)[0][3] is None


def test_an_owner_whom_nobody_knows_is_warned_about(house: Installation) -> None:
    said = house.ok("action", "call the bank @zoe").err
    assert "no address is known for zoe" in said and 'incidentmail assign N "zoe <ADDRESS>"' in said


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("done", "7"), 1, "names no open action or need"),
        (("assign", "7", BO), 1, "7 is no open action or need"),
        (("assign", "x", BO), 2, "'x' is not the number of an action or a need"),
        (("assign", "1", "@zoe"), 2, "@zoe names nobody who is known here"),
        (("assign", "1"), 2, "assign needs a number and a name"),
        (("ask", "1"), 1, "1 is no open assumption"),
        (("action", "none"), 2, "adds nothing"),
        (("action", "\u200b"), 2, "TEXT is empty"),
        (("evidence", "x (for 9)"), 1, "there is no number 9"),
    ],
)
def test_a_mistake_is_said(house: Installation, args: tuple[str, ...], code: int, said: str) -> None:
    house.ok("action", "call the bank")
    result = house.run(*args)
    assert (result.code, said in result.err) == (code, True), result.err


def test_the_timeline_says_who_did_what(house: Installation) -> None:
    house.ok("action", "call the bank @bo")
    house.ok("assume", "it is the disk")
    house.ok("assign", "1", "nobody")
    house.ok("ask", "2")
    house.ok("ask", "2", "--answer", "unknown")
    house.ok("done", "1")
    said = " ".join(house.ok("timeline").out.split())
    for words in (
        "Action 1: call the bank (Bo K.)", "said that number 1 needs somebody else", "asked whether number 2 holds",
        "said that number 2 is still unknown", "finished number 1",
    ):  # fmt: skip
        assert words in said
