"""The outbox from the command line: list, show, retry and drop one mail or all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from faulty_relay import FaultyRelay

if TYPE_CHECKING:
    from conftest import House

LIST, SUPPORT = "incidents@example.com", "support@example.com"


@pytest.fixture
def relay(house: House) -> Iterator[FaultyRelay]:
    with FaultyRelay() as relay:
        house.configure(relay=relay.url())
        text = house.config.read_text().replace("[list]\n", f'[list]\nalways_to = ["{SUPPORT}"]\n')
        house.config.write_text(text)
        yield relay


def test_show_prints_recipients_with_replies_then_header_and_text(house: House, relay: FaultyRelay) -> None:
    relay.always[SUPPORT] = "550 5.1.1 gone"
    house.run("declare", "Cards fail")
    shown = house.ok("outbox", "show", "1").out
    assert f"failed to {SUPPORT}: 550 5.1.1 gone" in shown and f"sent to {LIST}: 250 ok" in shown
    assert "Subject: Cards fail\n" in shown and "Severity 3 (moderate; assumed)" in shown
    whole = house.ok("outbox", "show", "1", "--json").json
    assert [r["state"] for r in whole["recipients"]] == ["sent", "failed"] and "Subject: Cards fail\n" in whole["raw"]
    assert house.ok("outbox", "show", "1", "--raw").out == whole["raw"]


def test_a_recipient_refused_for_good_is_listed_though_the_others_have_it(house: House, relay: FaultyRelay) -> None:
    relay.always[SUPPORT] = "550 5.1.1 gone"
    house.run("declare", "Cards fail")
    assert f"{SUPPORT}: 550 5.1.1 gone" in house.ok("outbox", "list").out
    house.clock.tick(days=8)
    assert house.ok("outbox", "list").out == ""


def test_one_mail_is_retried_by_number_and_the_others_stay(house: House, relay: FaultyRelay) -> None:
    relay.always.update({LIST: "554 no", SUPPORT: "554 no"})
    house.run("declare", "One")
    house.run("declare", "Two")
    relay.always.clear()
    house.ok("outbox", "retry", "2")
    assert [line["state"] for line in house.ok("outbox", "list", "--all", "--json").lines] == ["failed", "sent"]


def test_a_retry_by_number_reaches_whoever_was_refused_and_nobody_twice(house: House, relay: FaultyRelay) -> None:
    relay.always[SUPPORT] = "550 5.1.1 gone"
    house.run("declare", "Cards fail")
    relay.always.clear()
    house.ok("outbox", "retry", "1")
    assert [recipients for recipients, _ in relay.taken] == [(LIST,), (SUPPORT,)]
    assert house.ok("outbox", "retry", "1").err == "nothing waits\n"


def test_what_was_dropped_is_sent_when_it_is_named(house: House, relay: FaultyRelay) -> None:
    relay.next("GREETING", "421 not now")
    house.run("declare", "Cards fail")
    house.ok("outbox", "drop", "1")
    house.ok("outbox", "retry")
    assert relay.taken == []
    house.ok("outbox", "retry", "1")
    assert len(relay.taken) == 1


def test_a_number_that_names_no_mail_is_an_error(house: House, relay: FaultyRelay) -> None:
    assert house.run("outbox", "retry", "7").code == 2
