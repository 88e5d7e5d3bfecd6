"""The mail that a command shows before it is sent can be changed there by letters; only n and q stop it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from terminal import Terminal, Typing, typing

if TYPE_CHECKING:
    from conftest import Installation

BO = "Bo K. <bo@example.com>"
PREVIEW = "a letter changes a line; n stops"
NOTHING = "nothing was sent, and nothing has changed"


@pytest.fixture
def at_terminal(installation: Installation) -> Iterator[Typing]:
    installation.declare("Logins fail", "--severity", "2")
    with typing(installation) as begin:
        yield begin


def answers(terminal: Terminal, *pairs: tuple[str, str]) -> None:
    """Wait for each text, and type the answer to it."""
    for shown, answer in pairs:
        terminal.sees(shown)
        terminal.types(answer)


@pytest.mark.parametrize(
    "words",
    [
        ("update", "-m", "Logins fail agian"), ("close", "Logins fail agian"), ("retract", "Logins fail agian"),
        ("handoff", BO, "--spoken", "-m", "Logins fail agian"),
    ],
    ids=lambda words: words[0],
)  # fmt: skip
def test_a_typing_error_is_corrected_in_the_preview(
    installation: Installation, at_terminal: Typing, words: tuple[str, ...]
) -> None:
    terminal = at_terminal(*words)
    assert "agian" in terminal.sees(PREVIEW)
    terminal.types("m Logins fail again: all of them")
    preview = terminal.sees(PREVIEW)
    assert "Logins fail again: all of them" in preview and "agian" not in preview
    terminal.types()
    terminal.sees("sent to")
    assert terminal.ends() == 0
    told = installation.mails[-1].get_content()
    assert "Logins fail again: all of them" in told and "agian" not in told


def test_the_reason_of_an_undo_is_changed_in_the_preview(installation: Installation, at_terminal: Typing) -> None:
    installation.ok("update", "--severity", "1")
    answers(
        at_terminal("undo", "1"), (PREVIEW, "m"), ("Sentence? (Enter: leave it)", "It was the monitoring"),
        ("It was the monitoring", ""), (PREVIEW, ""), ("sent to", ""),
    )  # fmt: skip
    assert "It was the monitoring" in installation.mails[-1].get_content()
    assert installation.show()["severity"] == 2


def test_every_line_of_an_update_can_be_changed(installation: Installation, at_terminal: Typing) -> None:
    terminal = at_terminal("update", "-s", "1", "-m", "Payroll is broken too")
    answers(
        terminal, (PREVIEW, "s"), ("Severity? (Enter: leave it as 1; -: take it out)", "9"),
        ("there is no severity 9", "-"), (PREVIEW, "d Logins and payroll fail"), (PREVIEW, "Impact: everybody"),
        (PREVIEW, "phase 2"), (PREVIEW, f"l {BO}"), ("In private, about their part: Bo K.", ""), ("sent to", ""),
    )  # fmt: skip
    assert terminal.ends() == 0
    shown = installation.show()
    assert (shown["severity"], shown["phase"], shown["description"]) == (2, 2, "Logins and payroll fail")
    assert (shown["impact"], shown["roles"]["customer_liaison"][0]["name"]) == ("everybody", "Bo K.")


@pytest.mark.parametrize("answer", ["hm", "what", "I am not sure", "no, wait"])
def test_an_answer_that_is_none_of_the_letters_is_asked_about(
    installation: Installation, at_terminal: Typing, answer: str
) -> None:
    terminal = at_terminal("close", "It works again")
    answers(terminal, (PREVIEW, answer), (f"'{answer}' is none of the letters", ""))
    terminal.sees("sent to")
    assert terminal.ends() == 0
    assert "It works again" in installation.mails[-1].get_content()


def test_what_may_not_be_mailed_after_a_change_is_asked_about_again(
    installation: Installation, at_terminal: Typing
) -> None:
    terminal = at_terminal("update", "-m", "A key is public")
    answers(
        terminal, (PREVIEW, "m It is AKIAIOSFODNN7EXAMPLE"), ("this looks like a secret", ""),
        ("this looks like a secret", "m -"), ("nothing to update", "m A key was public"), (PREVIEW, ""),
    )  # fmt: skip
    terminal.sees("sent to")
    assert terminal.ends() == 0
    assert "A key was public" in installation.mails[-1].get_content()


def test_an_update_typed_alone_asks_what_is_new(installation: Installation, at_terminal: Typing) -> None:
    terminal = at_terminal("update")
    answers(
        terminal, ("What is new about 2026-11-20-logins-fail", "Payroll fails too"),
        ("Severity (number or name; Enter: it stays 2 serious)", "1"),
        ("Phase (number or name; Enter: it stays 1 (stopping the damage))", ""), (PREVIEW, ""),
    )  # fmt: skip
    terminal.sees("sent to")
    assert terminal.ends() == 0
    assert (installation.show()["severity"], installation.show()["phase"]) == (1, 1)
    assert "Payroll fails too" in installation.mails[-1].get_content()


def test_an_update_without_any_answer_tells_nobody_anything(installation: Installation, at_terminal: Typing) -> None:
    terminal = at_terminal("update")
    answers(terminal, ("What is new", ""), ("Severity", ""), ("Phase", ""), ("Tell the list that nothing", ""))
    terminal.sees(NOTHING)
    assert (terminal.ends(), len(installation.mails)) == (1, 1)


@pytest.mark.parametrize(("agreed", "leads"), [("y", "Bo K."), ("", "Mara Lindqvist")])
def test_a_handoff_typed_alone_asks_to_whom(
    installation: Installation, at_terminal: Typing, agreed: str, leads: str
) -> None:
    terminal = at_terminal("handoff")
    answers(
        terminal, ("Who takes command?", "<nobody>"), ("neither a name", BO),
        ("Was it agreed by voice with Bo K.?", agreed), (PREVIEW if agreed else "Enter does it", ""),
    )  # fmt: skip
    terminal.sees("sent to bo@example.com")
    assert terminal.ends() == 0
    assert installation.show()["commander"]["name"] == leads


def test_who_is_typed_without_an_address_may_have_agreed_by_voice(
    installation: Installation, at_terminal: Typing
) -> None:
    terminal = at_terminal("handoff", "Ann Smith")
    answers(terminal, ("Was it agreed by voice with Ann Smith?", "yes"), ("Nobody tells Ann Smith", ""))
    terminal.sees("sent to")
    assert terminal.ends() == 0
    assert installation.show()["commander"]["name"] == "Ann Smith"


def test_who_raises_the_severity_sees_what_all_mails_go_on_saying(
    installation: Installation, at_terminal: Typing
) -> None:
    terminal = at_terminal("update", "-s", "1", "-m", "Payroll fails too")
    assert 'Every mail goes on saying "What is broken: Logins fail"' in terminal.sees(PREVIEW)
    terminal.types()
    said = " ".join(terminal.sees("WHAT IS BROKEN").split())
    assert "incidentmail update 2026-11-20-logins-fail --description" in said
    terminal.sees("No pager is set up: if somebody must act now, phone them.")
    assert terminal.ends() == 0


def test_who_changes_what_is_broken_is_told_nothing_more(installation: Installation) -> None:
    installation.declare("Logins fail", "--severity", "3")
    told = installation.ok("update", "-s", "1", "-m", "Payroll fails too", "--impact", "Logins and payroll")
    assert "goes on saying" not in told.err and "No pager is set up" in told.err
    assert "No pager is set up" not in installation.ok("update", "-s", "2").err


def test_before_an_end_the_last_five_sentences_that_the_list_has_read_are_shown(
    installation: Installation, at_terminal: Typing
) -> None:
    for text in ("One", "Payroll fails too", "Three", "Four", "Five", "Six"):
        installation.ok("update", "-m", text)
    installation.ok("note", "The list never reads this")
    terminal = at_terminal("close", "All works")
    preview = terminal.sees(PREVIEW)
    _, _, below = preview.partition("The list has read")
    assert all(f"Mara Lindqvist: {text}" in below for text in ("Payroll fails too", "Three", "Four", "Five", "Six"))
    assert "Mara Lindqvist: One" not in below and "never reads" not in below
    terminal.types("n")
    terminal.sees(NOTHING)
    assert terminal.ends() == 1


@pytest.mark.parametrize("words", [("close", "All works"), ("close",), ("declare",), ("handoff",)])
def test_who_stops_at_a_question_reads_that_nothing_was_sent(
    installation: Installation, at_terminal: Typing, words: tuple[str, ...]
) -> None:
    terminal = at_terminal(*words)
    terminal.sees("n stops" if len(words) == 2 else "? (")
    terminal.types("\x04")  # the end of its input, as Ctrl-D gives it
    terminal.sees(f"incidentmail: stopped; {NOTHING}")
    assert (terminal.ends(), len(installation.mails)) == (130, 1)


def test_the_ref_of_a_declaration_that_is_shown_is_the_one_that_is_mailed(
    installation: Installation, at_terminal: Typing
) -> None:
    terminal = at_terminal("declare", "Cards fail")
    shown = terminal.sees("Enter sends it").partition("\nRef ")[2].split()[0]
    answers(terminal, ("n stops", "s 1"))
    assert f"Ref {shown}" in terminal.sees("Enter sends it")
    terminal.types()
    terminal.sees("sent to")
    assert terminal.ends() == 0
    assert f"Ref {shown}" in installation.mails[-1].get_content()
