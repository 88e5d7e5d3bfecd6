"""Other words that people type for commands, and words that name nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from incidentmail.cli.mail.outbox import NOTHING_WAITS

if TYPE_CHECKING:
    from conftest import Installation


def test_ls_help_and_version_are_what_they_mean(installation: Installation) -> None:
    installation.declare("Cards fail")
    assert installation.ok("ls").out == installation.ok("list").out
    assert installation.process("incidentmail help").stdout == installation.process("incidentmail --help").stdout
    told = installation.process("incidentmail help outbox list")
    assert told.returncode == 0 and b"Usage: incidentmail outbox list" in told.stdout
    assert installation.process("incidentmail version").stdout.startswith(b"incidentmail ")


def test_a_severity_has_short_options(installation: Installation) -> None:
    installation.declare("Cards fail", "-s", "2")
    assert installation.show()["severity"] == 2
    installation.ok("update", "--sev", "1")
    assert installation.show()["severity"] == 1


def test_resolve_may_mean_three_things_and_does_none(installation: Installation) -> None:
    installation.declare("Cards fail")
    result = installation.run("resolve")
    assert result.code == 2
    assert all(word in result.err for word in ("--phase 2\n", "--phase 3\n", "incidentmail close\n"))
    assert "reopen" not in result.err
    assert len(installation.log()) == 2


@pytest.mark.parametrize("address", ["incidents@example.com", "Bot <incident-bot@example.com>"])
@pytest.mark.parametrize(
    "command", [("handoff",), ("handoff", "--spoken"), ("update", "--commander"), ("update", "--sme")]
)
def test_neither_a_list_nor_the_tool_is_a_person(
    installation: Installation, address: str, command: tuple[str, ...]
) -> None:
    installation.declare("Cards fail")
    result = installation.run(*command, address)
    assert result.code == 2 and "hint: " in result.err
    assert ("a mailing list" in result.err) != ("own address" in result.err)
    assert (len(installation.log()), len(installation.private)) == (2, 0)


def test_a_list_of_mails_that_is_empty_says_so(installation: Installation) -> None:
    for command, words in (("inbox", "no mail needs a look"), ("outbox", NOTHING_WAITS)):
        shown = installation.ok(command)
        assert (shown.out, shown.err) == ("", f"{words}\n")
    assert installation.ok("inbox", "--all", "--json").err == installation.ok("outbox", "list", "--json").err == ""
