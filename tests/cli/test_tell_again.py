"""If a command is typed again because its mail failed, people who did not get the mail the first time get it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from faulty_relay import FaultyRelay

if TYPE_CHECKING:
    from conftest import Installation

LIST, BO = "incidents@example.com", "Bo K. <bo@example.com>"


@pytest.fixture
def relay(installation: Installation) -> Iterator[FaultyRelay]:
    with FaultyRelay() as relay:
        installation.configure(relay=relay.url())
        yield relay


def told(relay: FaultyRelay) -> list[str]:
    return [address for recipients, _ in relay.taken for address in recipients]


@pytest.mark.parametrize(("reply", "code"), [("550 5.1.1 gone", 69), ("451 4.3.0 later", 75)])
def test_an_offer_that_was_not_sent_is_sent_by_the_same_command(
    installation: Installation, relay: FaultyRelay, reply: str, code: int
) -> None:
    installation.ok("declare", "Cards fail")
    relay.always["bo@example.com"] = reply
    assert installation.run("handoff", BO).code == code
    again = installation.run("handoff", BO)
    assert again.code == code and f"not sent to bo@example.com: bo@example.com: {reply}" in again.err
    relay.always.clear()
    done = installation.ok("handoff", BO)
    assert "sent to bo@example.com: " in done.out
    assert told(relay) == [LIST, "bo@example.com"]
    assert [line["kind"] for line in installation.log()].count("command_offered.v1") == 1


def test_an_offer_that_was_dropped_or_got_lost_is_made_anew(installation: Installation, relay: FaultyRelay) -> None:
    installation.ok("declare", "Cards fail")
    relay.always["bo@example.com"] = "451 4.3.0 later"
    installation.run("handoff", BO)
    installation.ok("outbox", "drop", "2")
    relay.always.clear()
    installation.ok("handoff", BO)
    assert told(relay) == [LIST, "bo@example.com"]
    shown = installation.ok("handoff", BO)
    assert "telling again" in shown.out and told(relay) == [LIST, "bo@example.com", "bo@example.com"]


@pytest.mark.parametrize("args", [("update", "--sme", BO), ("handoff", "--spoken", BO)])
def test_a_person_named_to_a_role_who_was_not_told_is_told_by_the_same_command(
    installation: Installation, relay: FaultyRelay, args: tuple[str, ...]
) -> None:
    installation.ok("declare", "Cards fail")
    relay.always["bo@example.com"] = "550 5.1.1 gone"
    assert installation.run(*args).code == 69
    assert installation.run(*args).code == 69
    relay.always.clear()
    assert "sent to bo@example.com: " in installation.ok(*args).out
    assert told(relay).count("bo@example.com") == 1
    assert "sent to" not in installation.ok(*args).out


@pytest.mark.parametrize("reply", ["550 5.1.1 gone", "451 4.3.0 later"])
@pytest.mark.parametrize(
    "args", [("update", "--severity", "1"), ("close",), ("declare", "Cards fail"), ("handoff", "Ann B.", "--spoken")]
)
def test_any_command_that_changes_nothing_more_tells_the_list_what_it_does_not_know(
    installation: Installation, relay: FaultyRelay, reply: str, args: tuple[str, ...]
) -> None:
    if args[0] != "declare":
        installation.ok("declare", "Cards fail")
    before = len(relay.taken)
    relay.always[LIST] = reply
    named = ("close", "cards") if args == ("close",) else args
    assert installation.run(*args).code in (69, 75)
    assert "NOBODY HAS BEEN TOLD YET" in installation.run(*named).err
    relay.always.clear()
    installation.ok(*named)
    assert told(relay)[before:] == [LIST]
    quiet = installation.ok(*named)
    assert told(relay)[before:] == [LIST] and "telling again" not in quiet.out


def test_a_mail_to_the_list_that_the_operator_dropped_stays_dropped(
    installation: Installation, relay: FaultyRelay
) -> None:
    installation.ok("declare", "Cards fail")
    relay.always[LIST] = "451 4.3.0 later"
    installation.run("update", "--severity", "1")
    installation.ok("outbox", "drop", "2")
    relay.always.clear()
    installation.ok("update", "--severity", "1")
    assert told(relay) == [LIST]
