"""The outbox from the command line: list, show, retry and drop one mail or all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from faulty_relay import FaultyRelay

if TYPE_CHECKING:
    from conftest import Installation

LIST, SUPPORT = "incidents@example.com", "support@example.com"


@pytest.fixture
def relay(installation: Installation) -> Iterator[FaultyRelay]:
    with FaultyRelay() as relay:
        installation.configure(relay=relay.url())
        text = installation.config.read_text().replace("[list]\n", f'[list]\nalways_to = ["{SUPPORT}"]\n')
        installation.config.write_text(text)
        yield relay


def test_show_prints_recipients_with_replies_then_header_and_text(
    installation: Installation, relay: FaultyRelay
) -> None:
    relay.always[SUPPORT] = "550 5.1.1 gone"
    installation.run("declare", "Cards fail")
    shown = installation.ok("outbox", "show", "1").out
    assert f"failed to {SUPPORT}: 550 5.1.1 gone" in shown and f"sent to {LIST}: 250 ok" in shown
    assert "Subject: Cards fail\n" in shown and "Severity 3 (moderate; assumed)" in shown
    whole = installation.ok("outbox", "show", "1", "--json").json
    assert [r["state"] for r in whole["recipients"]] == ["sent", "failed"] and "Subject: Cards fail\n" in whole["raw"]
    assert installation.ok("outbox", "show", "1", "--raw").out == whole["raw"]


def test_a_recipient_refused_for_good_is_listed_though_the_others_have_it(
    installation: Installation, relay: FaultyRelay
) -> None:
    relay.always[SUPPORT] = "550 5.1.1 gone"
    installation.run("declare", "Cards fail")
    assert f"{SUPPORT}: 550 5.1.1 gone" in installation.ok("outbox", "list").out
    installation.clock.tick(days=8)
    assert installation.ok("outbox", "list").out == ""


def test_one_mail_is_retried_by_number_and_the_others_stay(installation: Installation, relay: FaultyRelay) -> None:
    relay.always.update({LIST: "554 no", SUPPORT: "554 no"})
    installation.run("declare", "One")
    installation.run("declare", "Two")
    relay.always.clear()
    installation.ok("outbox", "retry", "2")
    assert [line["state"] for line in installation.ok("outbox", "list", "--all", "--json").lines] == ["failed", "sent"]


def test_a_retry_by_number_reaches_whoever_was_refused_and_nobody_twice(
    installation: Installation, relay: FaultyRelay
) -> None:
    relay.always[SUPPORT] = "550 5.1.1 gone"
    installation.run("declare", "Cards fail")
    relay.always.clear()
    installation.ok("outbox", "retry", "1")
    assert [recipients for recipients, _ in relay.taken] == [(LIST,), (SUPPORT,)]
    assert installation.ok("outbox", "retry", "1").err == "nothing waits\n"


def test_what_was_dropped_is_sent_when_it_is_named(installation: Installation, relay: FaultyRelay) -> None:
    relay.next("GREETING", "421 not now")
    installation.run("declare", "Cards fail")
    installation.ok("outbox", "drop", "1")
    installation.ok("outbox", "retry")
    assert relay.taken == []
    installation.ok("outbox", "retry", "1")
    assert len(relay.taken) == 1


def test_a_number_that_names_no_mail_is_an_error(installation: Installation, relay: FaultyRelay) -> None:
    assert installation.run("outbox", "retry", "7").code == 2
