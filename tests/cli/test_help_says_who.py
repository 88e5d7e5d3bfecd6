"""The first sentence of a command's help truthfully says who gets mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from incidentmail.cli.main import cli

if TYPE_CHECKING:
    from conftest import Installation

BO, SECRET_LIST = "Bo K. <bo@example.com>", "restricted-incidents@example.com"
COMMANDS: dict[str, tuple[str, ...]] = {
    "update": ("update", "cards", "-m", "The bank was called."),
    "handoff": ("handoff", "cards", BO),
    "handoff --spoken": ("handoff", "cards", BO, "--spoken"),
    "note": ("note", "cards", "The bank was called"),
    "action": ("action", "cards", "call the bank @bo by 15:10"),
    "need": ("need", "cards", "a DBA from @bo"),
    "done": ("done", "cards", "1"),
    "assign": ("assign", "cards", "1", BO),
    "assume": ("assume", "cards", "It is the gateway"),
    "evidence": ("evidence", "cards", "The gateway answers"),
    "decide": ("decide", "cards", "We wait"),
    "role": ("role", "cards", "scribe", BO),
    "join": ("join", "cards"),
    "leave": ("leave", "cards"),
    "break": ("break", "cards", "30m"),
    "back": ("back", "cards"),
    "aware": ("aware", "cards", "14:07"),
    "close": ("close", "cards"),
    "retract": ("retract", "cards"),
    "reopen": ("reopen", "search"),
    "restrict": ("restrict", "cards"),
    "merge": ("merge", "cards", "outage"),
    "undo": ("undo", "cards", "1"),
}


def first_sentence(name: str) -> str:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None and command.help is not None
    return " ".join(command.help.split("\n\n")[0].split())


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
def test_the_list_is_mailed_if_and_only_if_the_help_says_so(installation: Installation, words: tuple[str, ...]) -> None:
    text = installation.config.read_text()
    installation.config.write_text(text.replace("[list]\n", f'[list]\nrestricted = "{SECRET_LIST}"\n'))
    for description in ("Search is slow", "Outage everywhere", "Cards fail"):
        installation.declare(description)
    installation.ok("close", "search")
    installation.ok("update", "cards", "--severity", "3", "--sme", "Bo K. <bo@example.com>", "--venue", "#cards")
    installation.ok("action", "cards", "Look at the log")
    if words[0] == "back":
        installation.ok("break", "cards", "30m")
    if words[0] == "leave":
        installation.ok("handoff", "cards", "Ann B.", "--spoken")
    listed, private = len(installation.mails), len(installation.private)
    installation.ok(*words)
    said = first_sentence(words[0])
    is_told = len(installation.mails) > listed
    if words[0] == "handoff":
        assert is_told is ("--spoken" in words) and "by a private mail; with --spoken" in said
    elif is_told:
        assert "not mailed" not in said and "nobody is mailed" not in said
        assert "mail the list" in said or "lists are mailed" in said, said
    else:
        assert "not mailed" in said or "nobody is mailed" in said or "with its next mail" in said, said
    if "nobody is mailed" in said:
        assert len(installation.private) == private
    if words[0] in ("action", "need", "assign", "role") or words == COMMANDS["handoff"]:
        assert installation.private[-1]["To"] == '"Bo K." <bo@example.com>'
        assert "private" in said
