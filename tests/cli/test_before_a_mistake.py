"""Before mail that people often send by mistake, people at a terminal are asked, or told what it means."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from terminal import Typing, typing

if TYPE_CHECKING:
    from conftest import Installation

BO = "Bo K. <bo@example.com>"


@pytest.fixture
def at_terminal(installation: Installation) -> Iterator[Typing]:
    installation.declare("Logins fail", "--severity", "2")
    with typing(installation) as begin:
        yield begin


def test_closing_asks_for_the_sentence_that_everybody_reads(installation: Installation, at_terminal: Typing) -> None:
    terminal = at_terminal("close")
    terminal.sees("why is it over? (Enter: say nothing)")
    terminal.types("The session store is back")
    terminal.sees("Enter sends it")
    terminal.types()
    assert terminal.ends() == 0
    assert "closed the incident" in installation.mails[-1].get_content()
    assert "The session store is back" in installation.mails[-1].get_content()


@pytest.mark.parametrize(("typed", "leads"), [("", "Mara Lindqvist"), ("y", "Bo K.")])
def test_a_handoff_asks_whether_it_was_agreed_by_voice(
    installation: Installation, at_terminal: Typing, typed: str, leads: str
) -> None:
    terminal = at_terminal("handoff", BO)
    terminal.sees("Was it agreed by voice with Bo K.? (y: yes, tell everybody now; Enter: ask by mail)")
    terminal.types(typed)
    shown = terminal.sees("Enter sends it" if typed == "y" else "Enter does it")
    assert ("is asked by a private mail; command passes once they accept." in shown) == (typed == "")
    assert len(installation.private) == 0
    terminal.types()
    terminal.sees("sent to")
    assert terminal.ends() == 0
    assert installation.show()["commander"]["name"] == leads


def test_the_last_phase_is_asked_about_and_says_what_it_means(installation: Installation, at_terminal: Typing) -> None:
    terminal = at_terminal("update", "--phase", "3")
    assert "means that the damage is over: no update is promised any more" in terminal.sees("Enter sends it")
    terminal.types("n")
    assert terminal.ends() == 1
    assert installation.show()["phase"] != 3


def test_who_is_not_at_a_terminal_is_warned_of_the_last_phase(installation: Installation) -> None:
    installation.declare("Logins fail", "--severity", "2")
    assert "no update is promised any more" in installation.ok("update", "--phase", "3").err


def test_undo_shows_what_the_update_had_announced(installation: Installation, at_terminal: Typing) -> None:
    installation.ok("update", "--severity", "1", "-m", "Payments fail too")
    terminal = at_terminal("undo", "1")
    assert "Update 1: Mara Lindqvist raised the severity from 2 to 1." in terminal.sees("Enter sends it")
    terminal.types("n")
    assert terminal.ends() == 1


def test_a_reply_word_typed_at_a_terminal_is_answered_with_its_command(installation: Installation) -> None:
    mistaken = installation.run("next", "08:30")
    assert (mistaken.code, mistaken.err) == (
        2,
        "incidentmail: error: 'next' is what a reply says\n"
        "hint: to tell everybody when the next update comes: incidentmail update --next-update HH:MM --no-change\n",
    )


def test_the_owner_of_an_action_may_stand_before_it_as_a_bare_name(installation: Installation) -> None:
    installation.declare("Logins fail", "--severity", "2", "--sme", BO)
    installation.ok("action", "Bo: ask the bank")
    installation.ok("action", "DB: restart it")
    owned, own = installation.show()["actions"]
    assert (owned["text"], owned["owner"]["name"]) == ("ask the bank", "Bo K.")
    assert (own["text"], own["owner"]) == ("DB: restart it", None)
