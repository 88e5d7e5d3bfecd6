"""Help: one screen that names every command, examples first, manual pages, and completion with the TAB key."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click
import pytest

from incidentmail.cli.help import HelpfulCommand
from incidentmail.cli.main import ALIASES, COMMANDS, HELP, cli

if TYPE_CHECKING:
    from conftest import Installation


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


each_command = pytest.mark.parametrize(
    ("path", "command"), [pytest.param(path, command, id=" ".join(path)) for path, command in commands(cli)]
)


def test_the_help_fits_on_one_screen_and_names_every_command(installation: Installation) -> None:
    shown = installation.ok("--help").out
    assert shown == HELP
    assert len(shown.splitlines()) <= 24 and max(map(len, shown.splitlines())) <= 80
    assert set(COMMANDS) <= set(re.findall(r"[a-z][a-z-]+[a-z]", shown))


@each_command
def test_each_command_begins_its_help_with_examples_of_itself(
    installation: Installation, path: tuple[str, ...], command: click.Command
) -> None:
    assert isinstance(command, HelpfulCommand)
    assert command.examples
    assert all(line.split()[: len(path)] == [*path] for line in command.examples)
    assert all(len(f"  incidentmail {line}") <= 80 for line in command.examples)
    shown = installation.ok(*path, "--help").out
    usage, examples, *_ = re.split(r"\n\n", shown)
    assert usage.startswith("Usage: ") and examples.startswith("Examples:\n  incidentmail ")


@each_command
def test_the_examples_can_be_typed(path: tuple[str, ...], command: click.Command) -> None:
    assert isinstance(command, HelpfulCommand)
    for line in command.examples:
        words = shlex.split(line.partition(" < ")[0])[len(path) :]
        target: click.Command = command
        while isinstance(target, click.Group) and words and words[0] in target.commands:
            target = target.commands[words.pop(0)]
        target.make_context("incidentmail", words)


def completed(installation: Installation, *words: str) -> list[str]:
    """Return the completions that a shell is offered for the last word of a line."""
    line = " ".join(("incidentmail", *words))
    script = f"export COMP_WORDS='{line}' COMP_CWORD={len(words)} _INCIDENTMAIL_COMPLETE=bash_complete; incidentmail"
    done = installation.process(script)
    assert (done.returncode, done.stderr) == (0, b"")
    return [word.partition(",")[2] for word in done.stdout.decode().split()]


def test_commands_options_and_incidents_are_completed(installation: Installation) -> None:
    installation.declare("Cards fail")
    installation.declare("Logins fail")
    assert completed(installation, "re") == ["retract", "reopen", "restrict", "retro"]
    assert completed(installation, "update", "--sev") == ["--severity", "--sev"]
    assert completed(installation, "close", "log") == ["2026-11-20-logins-fail"]
    installation.broken = True  # nothing can be read any more
    installation.config.write_text("no toml")
    assert completed(installation, "close", "log") == []


@pytest.mark.parametrize(
    ("shell", "file"),
    [
        ("bash", ".local/share/bash-completion/completions/incidentmail"),
        ("zsh", ".local/share/incidentmail/completion.zsh"),
        ("fish", ".config/fish/completions/incidentmail.fish"),
    ],
)
def test_one_command_installs_the_completion(installation: Installation, shell: str, file: str) -> None:
    for _ in range(2):
        assert installation.ok("completion", shell, "--install").out.startswith(f"wrote {installation.path / file}")
    written = (installation.path / file).read_text()
    assert "_INCIDENTMAIL_COMPLETE" in written and installation.ok("completion", shell).out == f"{written}\n"
    started = installation.path / ".zshrc"
    assert (started.read_text().count("source ") if started.exists() else 0) == (1 if shell == "zsh" else 0)


def test_a_shell_that_is_not_known_is_named(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHELL", "/bin/tcsh")
    result = installation.run("completion")
    assert result.code == 2 and "no completion for tcsh\nhint: name bash, zsh or fish\n" in result.err


def test_aliases_are_commands() -> None:
    assert set(ALIASES.values()) <= set(COMMANDS)
