"""`incidentmail declare` at a terminal asks for what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from terminal import Terminal

if TYPE_CHECKING:
    from conftest import Installation


@pytest.fixture
def terminals(installation: Installation) -> Iterator[list[Terminal]]:
    opened: list[Terminal] = []
    yield opened
    for terminal in opened:
        terminal.close()


def opened(terminals: list[Terminal], installation: Installation, *args: str, editor: str = "true") -> Terminal:
    terminals.append(Terminal(installation, *args, editor=editor))
    return terminals[-1]


def test_a_description_and_enter_are_enough(installation: Installation, terminals: list[Terminal]) -> None:
    terminal = opened(terminals, installation, "declare")
    terminal.sees("What do you see, in one line?")
    terminal.types()
    terminal.sees("What do you see, in one line?")
    terminal.types("Checkout is rejecting card payments")
    assert "drop other work if called" in terminal.sees("Severity (number or name; Enter: 3 moderate)")
    terminal.types()
    for question in ("When did it begin?", "Where do people meet?", "Who leads it", "What else is known?"):
        terminal.sees(question)
        terminal.types()
    preview = terminal.sees("Enter sends it")
    for line in (
        "From     Mara Lindqvist <mara@example.com>", "To       incidents@example.com",
        "Subject  Checkout is rejecting card payments", "Who gets it: incidents@example.com", "s severity",
    ):  # fmt: skip
        assert line in preview
    assert "Severity 3 (moderate), phase 1 (stopping the damage). Mara Lindqvist is incident commander." in preview
    confirms = "You did not say, so Enter confirms: phase 1 (stopping the damage), incident commander Mara Lindqvist"
    assert confirms in preview
    assert installation.mails == []
    terminal.types()
    terminal.sees("sent to incidents@example.com")
    assert terminal.ends() == 0
    assert installation.mails[0]["Subject"] == "Checkout is rejecting card payments"
    assert installation.show()["assumed"] == []


def test_what_nobody_looked_at_is_not_confirmed(installation: Installation, terminals: list[Terminal]) -> None:
    terminal = opened(terminals, installation, "declare", "Cards fail", "--yes")
    terminal.sees("sent to")
    assert terminal.ends() == 0
    assert installation.show()["assumed"] == ["severity", "phase", "commander"]


def test_what_is_taken_out_of_the_preview_is_not_confirmed(
    installation: Installation, terminals: list[Terminal]
) -> None:
    terminal = opened(terminals, installation, "declare", "Cards fail")
    assert "so Enter confirms: severity 3 (moderate), phase 1" in terminal.sees("Enter sends it")
    terminal.types("Severity: -")
    preview = terminal.sees("Enter sends it")
    assert "Severity 3 (moderate; not confirmed), phase 1 (stopping the damage)." in preview
    terminal.types()
    terminal.sees("sent to")
    assert terminal.ends() == 0
    assert installation.show()["assumed"] == ["severity"]


def test_all_that_was_answered_is_in_the_mail(installation: Installation, terminals: list[Terminal]) -> None:
    installation.configure('[incident]\nvenue = "#{id} on Slack"\n')
    terminal = opened(terminals, installation, "declare")
    for question, answer in (
        ("What do you see", "Cards fail"), ("Severity", "7"), ("one of: 1, 2, 3, 4", "sev2"),
        ("When did it begin? (14:07, 20m ago; Enter: not known)", "soon"), ("When did it begin?", "20m ago"),
        ("-cards-fail on Slack)", ""), ("Who leads it, as incident commander? (a name or an address; Enter: you)", ""),
        ("Customer liaison, for customer questions?", "<nobody>"), ("neither a name", "Tomás R."),
        ("Business liaison", "not needed"),
        ("What else is known?", "Since 14:07 UTC."), ("> ", "One in five."), ("> ", ""), ("Enter sends it", ""),
    ):  # fmt: skip
        terminal.sees(question)
        terminal.types(answer)
    terminal.sees("sent to")
    assert terminal.ends() == 0
    shown = installation.show()
    assert (shown["severity"], shown["venue"]) == (2, f"#{shown['id']} on Slack")
    assert shown["details"] == "Since 14:07 UTC.\nOne in five."
    assert [p["name"] for p in shown["roles"]["customer_liaison"]] == ["Tomás R."]
    assert shown["missing_roles"] == []
    assert "\nStarted: " in installation.mails[0].get_content()


def test_q_sends_nothing_and_records_nothing(installation: Installation, terminals: list[Terminal]) -> None:
    terminal = opened(terminals, installation, "declare", "--severity", "4", "--venue", "#x", "-m", "It is small.")
    terminal.sees("What do you see")
    terminal.types("A small thing")
    terminal.sees("When did it begin?")
    terminal.types()
    terminal.sees("Who leads it")
    terminal.types()
    terminal.sees("Enter sends it")
    terminal.types("q")
    terminal.sees("nothing was sent")
    assert terminal.ends() == 1
    assert (installation.mails, installation.ok("list", "--all", "--json").json) == ([], [])


def test_every_line_can_be_changed_before_it_is_sent(installation: Installation, terminals: list[Terminal]) -> None:
    terminal = opened(terminals, installation, "declare", "--severity", "4", "--venue", "#x", "-m", "It is small.")
    for question, answer in (
        ("What do you see", "A small thing"), ("When did it begin?", ""), ("Who leads it", ""),
        ("Enter sends it", "s"), ("Severity? (Enter: leave it as 4; -: take it out)", "P1"),
        ("'P1' is no severity", "serious"), ("Severity 2 (serious)", ""),
    )[:-1]:  # fmt: skip
        terminal.sees(question)
        terminal.types(answer)
    assert "Severity 2 (serious), phase 1" in terminal.sees("Enter sends it")
    for answer, shown in (
        ("d", "Description?"), ("A large thing", "Subject  A large thing"), ("l", "Customer liaison?"),
        ("looking for one", "Is 'looking for one' a person?"), ("", "Customer liaison?"),
        ("Ann B. <ann@example.com>", "In private, about their part: Ann B. <ann@example.com>"),
        ("Impact: everybody", "Impact: everybody"), ("z", "'z' is none of the letters"), ("", "sent to"),
    ):  # fmt: skip
        terminal.types(answer)
        terminal.sees(shown)
        if shown[:8] in ("Subject ", "In priva", "Impact: ", "'z' is n"):
            terminal.sees("Enter sends it")
    assert terminal.ends() == 0
    state = installation.show()
    assert (state["description"], state["severity"], state["impact"]) == ("A large thing", 2, "everybody")
    assert state["roles"]["customer_liaison"] == [{"name": "Ann B.", "address": "ann@example.com"}]


def test_what_may_not_be_sent_can_be_changed(installation: Installation, terminals: list[Terminal]) -> None:
    args = ("declare", "--severity", "4", "--venue", "#x", "-m", "The key is AKIAIOSFODNN7EXAMPLE.")
    terminal = opened(terminals, installation, *args)
    for question, answer in (
        ("What do you see", "A key is in the open"), ("When did it begin?", ""), ("Who leads it", ""),
        ("this looks like a secret", None), ("A letter changes a line; n stops", ""),
        ("this looks like a secret", None), ("A letter changes a line; n stops", "t"),
        ("What else is known?", "A key was published."), ("> ", ""),
    ):  # fmt: skip
        terminal.sees(question)
        if answer is not None:
            terminal.types(answer)
    terminal.sees("Who gets it")
    terminal.types()
    terminal.sees("sent to")
    assert terminal.ends() == 0
    assert installation.show()["details"] == "A key was published."


@pytest.mark.parametrize(("answer", "description", "severity"), [("", "site down", 1), ("n", "P1 site down", 3)])
def test_a_priority_is_asked_about(
    installation: Installation, terminals: list[Terminal], answer: str, description: str, severity: int
) -> None:
    terminal = opened(terminals, installation, "declare", "P1", "site", "down")
    terminal.sees("Does P1 mean severity 1 (critical)? (Enter: yes; n: no, it belongs to the description)")
    terminal.types(answer)
    terminal.sees("Enter sends it")
    terminal.types()
    terminal.sees("sent to")
    assert terminal.ends() == 0
    assert (installation.show()["description"], installation.show()["severity"]) == (description, severity)


@pytest.mark.parametrize(("answer", "state"), [("", "queued"), ("y", "failed")])
def test_giving_up_on_a_mail_is_asked_about(
    installation: Installation, terminals: list[Terminal], answer: str, state: str
) -> None:
    installation.configure(relay="smtp://127.0.0.1:9")
    installation.run("declare", "Cards fail")
    terminal = opened(terminals, installation, "outbox", "drop", "1")
    terminal.sees("Give up on mail 1 to incidents@example.com: Cards fail? (y: drop it; Enter: keep it)")
    terminal.types(answer)
    assert terminal.ends() == (0 if answer else 1)
    assert [line["state"] for line in installation.ok("outbox", "list", "--json").lines] == [state]


def test_an_editor_gives_the_details_and_its_help_is_left_out(
    installation: Installation, terminals: list[Terminal]
) -> None:
    script = installation.path / "editor"
    adds = 'printf "#channel is up.\\n\\n%s" "$(cat "$1")" > "$1.new"'
    script.write_text(f'#!/bin/sh\nsleep 0.01\n{adds}\nmv "$1.new" "$1"\n')
    script.chmod(0o755)
    terminal = opened(
        terminals, installation, "declare", "Cards fail", "--edit", "-m", "Known.", "--yes", editor=str(script)
    )
    terminal.sees("sent to")
    assert terminal.ends() == 0
    assert installation.show()["details"] == "#channel is up.\n\nKnown."


def test_an_editor_without_text_sends_nothing(installation: Installation, terminals: list[Terminal]) -> None:
    terminal = opened(terminals, installation, "declare", "Cards fail", "--edit")
    terminal.sees("nothing was sent: the editor gave no text")
    assert terminal.ends() == 2


def test_nobody_is_asked_where_nobody_can_answer(installation: Installation) -> None:
    result = installation.run("declare")
    assert result.code == 2
    assert "say what you see" in result.err


def test_an_editor_that_fails_says_what_to_do_instead(installation: Installation, terminals: list[Terminal]) -> None:
    for editor in ("false", "/nowhere/editor"):
        terminal = opened(terminals, installation, "declare", "Cards fail", "--edit", editor=editor)
        terminal.sees("nothing was sent: the editor failed")
        terminal.sees("hint: set $EDITOR to one that works here, or write the details with -m or -F")
        assert terminal.ends() == 2
    assert installation.mails == []


def test_a_list_that_is_watched_shows_what_is_new(installation: Installation, terminals: list[Terminal]) -> None:
    terminal = opened(terminals, installation, "list", "--watch")
    terminal.sees("no open incident")
    installation.declare("Cards fail")
    terminal.sees("Cards fail")


@pytest.mark.parametrize(("answer", "code", "sent"), [("", 0, 1), ("q", 1, 0), ("n", 1, 0)])
def test_a_declaration_is_shown_and_asked_about_once_at_a_terminal(
    installation: Installation, terminals: list[Terminal], answer: str, code: int, sent: int
) -> None:
    terminal = opened(terminals, installation, "declare", "Cards fail", "-s", "2")
    preview = terminal.sees("Enter sends it")
    for line in ("To       incidents@example.com", "Severity 2 (serious)", "Who gets it: incidents@example.com"):
        assert line in preview
    assert installation.mails == []
    terminal.types(answer)
    assert terminal.ends() == code
    assert len(installation.mails) == sent
    assert len(installation.ok("list", "--all", "--json").json) == sent


@pytest.mark.parametrize("words", [("close", "It is fixed."), ("retract", "It was planned."), ("close",)])
def test_an_end_is_shown_and_asked_about_once_at_a_terminal(
    installation: Installation, terminals: list[Terminal], words: tuple[str, ...]
) -> None:
    installation.declare("Cards fail")
    for answer, code, status in (("n", 1, "open"), ("", 0, "closed" if words[0] == "close" else "retracted")):
        terminal = opened(terminals, installation, *words)
        if len(words) == 1:
            terminal.sees("(Enter: say nothing)")
            terminal.types()
        preview = terminal.sees("Enter sends it (2026-11-20-cards-fail); a letter changes a line; n stops")
        for line in ("Subject  Re: Cards fail", "Who gets it: incidents@example.com", *words[1:]):
            assert line in preview
        terminal.types(answer)
        terminal.sees("nothing was sent, and nothing has changed" if answer else "sent to incidents@example.com")
        assert terminal.ends() == code
        assert installation.show("cards")["status"] == status
    assert len(installation.mails) == 2


@pytest.mark.parametrize("yes", ["--yes", "-y"])
def test_yes_asks_nothing(installation: Installation, terminals: list[Terminal], yes: str) -> None:
    for words in (("declare", "Cards fail"), ("close",)):
        terminal = opened(terminals, installation, *words, yes)
        assert "Enter" not in terminal.sees("sent to incidents@example.com")
        assert terminal.ends() == 0
    assert len(installation.mails) == 2


def test_what_may_be_the_same_incident_is_shown_before_anything_is_mailed(
    installation: Installation, terminals: list[Terminal]
) -> None:
    installation.declare("Checkout is slow", "-s", "2")
    terminal = opened(terminals, installation, "declare", "The checkout fails")
    warned = terminal.sees("Enter sends it")
    assert "This may be 2026-11-20-checkout-is-slow, which is open (severity 2: Checkout is slow)" in warned
    assert "incidentmail update 2026-11-20-checkout-is-slow -m 'WHAT IS NEW'" in " ".join(warned.split())
    terminal.types("n")
    assert terminal.ends() == 1
    assert len(installation.mails) == 1


def test_an_address_of_no_member_is_asked_about_before_it_is_mailed(
    installation: Installation, terminals: list[Terminal]
) -> None:
    installation.declare("Cards fail")
    terminal = opened(terminals, installation, "update", "--sme", "Bo K. <bo@exmaple.com>")
    assert "The address bo@exmaple.com looks mistyped (bo@example.com?)" in terminal.sees("Enter does it")
    terminal.types("n")
    terminal.sees("nothing has changed")
    assert terminal.ends() == 1
    assert (installation.private, installation.show()["roles"]) == ([], {})


def test_an_update_shows_the_mail_before_it_is_sent(installation: Installation, terminals: list[Terminal]) -> None:
    installation.declare("Cards fail")
    terminal = opened(terminals, installation, "update", "-s", "1", "-m", "No card works at all.")
    assert "No card works at all." in terminal.sees("Enter sends it")
    terminal.types("n")
    terminal.sees("nothing has changed")
    assert terminal.ends() == 1
    assert installation.show()["severity"] != 1


def test_an_update_that_the_list_gets_no_mail_about_asks_nothing(
    installation: Installation, terminals: list[Terminal]
) -> None:
    installation.declare("Cards fail")
    terminal = opened(terminals, installation, "update", "--sme", "Bo K. <bo@example.com>")
    assert "Enter" not in terminal.sees("sent to bo@example.com")
    assert terminal.ends() == 0
