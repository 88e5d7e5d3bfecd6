"""Somebody types `incidentmail declare`, at a terminal, and is asked for the rest."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from patience import PATIENCE_S

if TYPE_CHECKING:
    from conftest import Installation


class Terminal:
    """A terminal with `incidentmail` in it, and somebody who types."""

    def __init__(self, installation: Installation, *args: str, editor: str = "true") -> None:
        self.master, slave = pty.openpty()
        self.seen = ""
        env = {
            **os.environ,
            "INCIDENTMAIL_CONFIG": str(installation.config),
            "HOME": str(installation.path),
            "EDITOR": editor,
        }
        env.pop("VISUAL", None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "incidentmail", *args], stdin=slave, stdout=slave, stderr=slave, env=env
        )
        os.close(slave)

    def sees(self, text: str) -> str:
        """Waits until `text` is shown; what was shown since the last time."""
        deadline = time.monotonic() + PATIENCE_S
        while text not in self.seen:
            if not select.select([self.master], [], [], 0.2)[0]:
                assert time.monotonic() < deadline, f"{text!r} was never shown: {self.seen}"
                continue
            try:
                self.seen += os.read(self.master, 65_536).decode()
            except OSError as error:  # the other side has closed it
                raise AssertionError(f"{text!r} was never shown: {self.seen}") from error
        before, _, self.seen = self.seen.partition(text)
        return before + text

    def types(self, line: str = "") -> None:
        os.write(self.master, f"{line}\n".encode())

    def ends(self) -> int:
        return self.process.wait(PATIENCE_S)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.master)


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
    assert "drop other work if called" in terminal.sees("Severity (Enter: 3, assumed)")
    terminal.types()
    for question in ("Where do people meet?", "Subject-matter experts?", "What else is known?"):
        terminal.sees(question)
        terminal.types()
    assert "Severity 3 (moderate; not confirmed), phase 1" in terminal.sees("Enter sends this to incidents@example.com")
    assert installation.mails == []
    terminal.types()
    terminal.sees("sent to incidents@example.com")
    assert terminal.ends() == 0
    assert installation.mails[0]["Subject"] == "Checkout is rejecting card payments"
    assert installation.show()["assumed"] == ["severity", "phase", "commander"]


def test_all_that_was_answered_is_in_the_mail(installation: Installation, terminals: list[Terminal]) -> None:
    installation.configure('[incident]\nvenue = "#{id} on Slack"\n')
    terminal = opened(terminals, installation, "declare")
    for question, answer in (
        ("What do you see", "Cards fail"), ("Severity", "7"), ("one of: 1, 2, 3, 4", "2"),
        ("-cards-fail on Slack]", ""),
        ("Customer liaison, for customer questions?", "<nobody>"), ("is not a person", "Tomás R."),
        ("Business liaison", "not needed"), ("Subject-matter experts", "Bo K., Yusuf A."),
        ("What else is known?", "Since 14:07 UTC."), ("> ", "One in five."), ("> ", ""), ("Enter sends this", ""),
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


def test_q_sends_nothing_and_records_nothing(installation: Installation, terminals: list[Terminal]) -> None:
    terminal = opened(terminals, installation, "declare", "--severity", "4", "--venue", "#x", "-m", "It is small.")
    terminal.sees("What do you see")
    terminal.types("A small thing")
    terminal.sees("Subject-matter experts")
    terminal.types()
    terminal.sees("Enter sends this")
    terminal.types("q")
    terminal.sees("nothing was sent")
    assert terminal.ends() == 1
    assert (installation.mails, installation.ok("list", "--all", "--json").json) == ([], [])


def test_an_editor_gives_the_details_and_its_help_is_left_out(
    installation: Installation, terminals: list[Terminal]
) -> None:
    script = installation.path / "editor"
    adds = 'printf "#channel is up.\\n\\n%s" "$(cat "$1")" > "$1.new"'
    script.write_text(f'#!/bin/sh\nsleep 0.01\n{adds}\nmv "$1.new" "$1"\n')
    script.chmod(0o755)
    terminal = opened(terminals, installation, "declare", "Cards fail", "--edit", "-m", "Known.", editor=str(script))
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
