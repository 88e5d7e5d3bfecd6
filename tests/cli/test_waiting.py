"""If a mail is waiting, the next command says so, whatever it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Sink

DOWN = "smtp://127.0.0.1:1"


@pytest.fixture
def waiting(installation: Installation) -> Installation:
    installation.configure(relay=DOWN)
    assert installation.run("declare", "Cards fail").code == 75
    installation.clock.tick(minutes=3)
    return installation


@pytest.mark.parametrize("command", [("show",), ("list",), ("log",), ("inbox",), ("note", "cards", "Looking.")])
def test_the_next_command_says_that_a_mail_waits(waiting: Installation, command: tuple[str, ...]) -> None:
    result = waiting.run(*command)
    assert result.code == 0
    assert "incidentmail: warning: 1 mail waits to be sent, for 3 minutes: relay smtp://127.0.0.1:1" in result.err
    assert result.err.endswith("see 'incidentmail outbox list'\n")


def test_json_on_stdout_is_not_disturbed(waiting: Installation) -> None:
    assert waiting.run("show", "--json").json["description"] == "Cards fail"


def test_a_command_that_could_not_send_its_own_mail_says_it_once(waiting: Installation) -> None:
    result = waiting.run("update", "-m", "Still down.")
    assert "NOBODY HAS BEEN TOLD YET" in result.err and "to be sent, for" not in result.err


def test_what_waits_for_another_incident_is_said_by_a_command_that_could_send(
    waiting: Installation, sink: Sink
) -> None:
    waiting.configure(relay=sink.url)
    sink.replies["incidents@example.com"] = "250 ok"
    result = waiting.ok("declare", "Another thing")
    assert "to be sent" not in result.err
    assert len(sink.mails) == 2


def test_commands_that_nobody_watches_say_nothing(waiting: Installation) -> None:
    assert "to be sent" not in waiting.run("status").err
    assert "to be sent" not in waiting.run("outbox", "list").err
