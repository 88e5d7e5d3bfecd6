"""Every store keeps the calls to hooks in the same way: in order, and leased by one process at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from stores import Open

from incidentmail.core.frozen import replace
from incidentmail.ledger.deliveries import Delivery, HookFigures
from incidentmail.ledger.port import Ledger

AT = datetime(2026, 11, 20, 14, 20, tzinfo=UTC)
UNTIL = AT + timedelta(minutes=1)


@pytest.fixture
def ledger(open_again: Open) -> Ledger:
    return open_again()


def call(name: str, *, hook: str = "chat", incident: str = "one") -> Delivery:
    return Delivery(
        name=name, hook=hook, incident=incident, event="declared", payload=f'{{"name":"{name} ü"}}', queued_at=AT,
        next_attempt_at=AT,
    )  # fmt: skip


def add(ledger: Ledger, *calls: Delivery) -> None:
    with ledger.transaction() as tx:
        for one in calls:
            tx.add_delivery(one)


def lease(
    ledger: Ledger, hook: str = "chat", *, now: datetime = AT, early: bool = False, after: int = 0
) -> Delivery | None:
    with ledger.transaction() as tx:
        return tx.lease_delivery(hook, now=now, until=now + timedelta(minutes=1), by="me", early=early, after=after)


def settle(ledger: Ledger, delivery: Delivery | None, state: str, *, by: str = "me", at: datetime = AT) -> bool:
    assert delivery is not None
    after = replace(
        delivery, state=state, last_error=None if state == "sent" else "500", next_attempt_at=at + timedelta(hours=1)
    )
    with ledger.transaction() as tx:
        return tx.settle_delivery(after, by=by, at=at)


def names(ledger: Ledger, *states: str) -> list[str]:
    with ledger.snapshot() as view:
        return [one.name for one in (view.deliveries(states) if states else view.deliveries())]  # type: ignore[arg-type]


def test_a_call_comes_back_as_it_was_noted_and_only_once_for_each_hook(ledger: Ledger) -> None:
    add(ledger, call("a"), call("a"), call("a", hook="page"), call("b"))
    with ledger.snapshot() as view:
        found = view.deliveries()
        assert [(one.hook, one.name) for one in found] == [("chat", "a"), ("page", "a"), ("chat", "b")]
        assert replace(found[0], id=0) == call("a")
        assert view.delivery(found[2].id) == found[2]
        assert view.delivery(found[2].id + 1) is None
        assert view.deliveries(incident="two") == []
        assert view.hooks_due(now=AT) == ["chat", "page"]
        assert view.hooks_due(now=AT - timedelta(seconds=1)) == []
        assert view.hooks_due(now=AT - timedelta(seconds=1), early=True) == ["chat", "page"]


def test_the_calls_about_one_incident_are_made_in_order(ledger: Ledger) -> None:
    add(ledger, call("a"), call("b"), call("c", incident="two"))
    first, other = lease(ledger), lease(ledger)
    assert [one and one.name for one in (first, other, lease(ledger))] == ["a", "c", None]
    assert first is not None and (first.attempts, first.leased_until) == (1, UNTIL)
    assert settle(ledger, first, "sent")
    second = lease(ledger)
    assert second is not None and second.name == "b"


def test_what_was_sent_is_kept_without_its_content(ledger: Ledger) -> None:
    add(ledger, call("a"))
    settle(ledger, lease(ledger), "sent")
    with ledger.snapshot() as view:
        (found,) = view.deliveries()
    assert (found.state, found.payload, found.sent_at, found.leased_until) == ("sent", None, AT, None)


def test_a_call_that_was_not_taken_is_tried_at_its_time_or_early(ledger: Ledger) -> None:
    add(ledger, call("a"))
    settle(ledger, lease(ledger), "queued")
    assert lease(ledger) is None
    with ledger.snapshot() as view:
        (figures,) = view.hook_figures(failed_since=AT)
    assert figures == HookFigures(
        hook="chat", queued=1, tried=1, failed=0, queued_since=AT, tried_since=AT, last_error="500"
    )
    early = lease(ledger, early=True)
    assert early is not None and early.attempts == 2


def test_a_lease_ends_at_its_time_and_only_its_holder_settles(ledger: Ledger) -> None:
    add(ledger, call("a"))
    first = lease(ledger)
    assert not settle(ledger, first, "sent", by="somebody else")
    again = lease(ledger, now=UNTIL)
    assert again is not None and again.attempts == 2
    assert settle(ledger, again, "failed", at=UNTIL)
    assert not settle(ledger, again, "sent", at=UNTIL)
    assert names(ledger, "failed") == ["a"]
    assert lease(ledger, now=UNTIL + timedelta(days=1)) is None


def test_calls_after_a_number_and_of_one_incident_can_be_chosen(ledger: Ledger) -> None:
    add(ledger, call("a"), call("b", incident="two"))
    second = lease(ledger, after=1)
    assert second is not None and second.name == "b"
    with ledger.transaction() as tx:
        assert tx.lease_delivery("chat", now=AT, until=UNTIL, by="me", incident="three") is None


def test_failed_and_dropped_calls_can_be_queued_again(ledger: Ledger) -> None:
    add(ledger, call("a"), call("b", incident="two"), call("c", incident="three"))
    settle(ledger, lease(ledger), "failed")
    with ledger.transaction() as tx:
        assert tx.drop_delivery(2, why="the operator said so", at=AT)
        assert not tx.drop_delivery(2, why="twice", at=AT)
    assert (names(ledger, "failed"), names(ledger, "dropped"), names(ledger, "queued")) == (["a"], ["b"], ["c"])
    with ledger.transaction() as tx:
        tx.requeue_deliveries(at=UNTIL)
    assert names(ledger, "queued") == ["a", "c"]
    with ledger.transaction() as tx:
        tx.requeue_deliveries(at=UNTIL, only=[2])
    assert names(ledger, "queued") == ["a", "b", "c"]


def test_a_call_that_is_being_made_is_not_dropped(ledger: Ledger) -> None:
    add(ledger, call("a"))
    lease(ledger)
    with ledger.transaction() as tx:
        assert not tx.drop_delivery(1, why="x", at=AT)
        assert tx.drop_delivery(1, why="x", at=UNTIL)
