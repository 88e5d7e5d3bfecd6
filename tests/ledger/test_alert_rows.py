"""Every store keeps the proposals of alerts in the same way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from stores import Open

from incidentmail.core.alerts.proposal import AlertPart, AlertProposal, AskedPerson, OnCallAnswer, Settled
from incidentmail.core.frozen import replace
from incidentmail.core.model import Person
from incidentmail.core.record.words_to_remove import REMOVED
from incidentmail.ledger.port import Ledger
from incidentmail.ledger.values import Outcome

AT = datetime(2026, 11, 20, 14, 20, tzinfo=UTC)
ANN = Person(name="Ann Lee", address="ann@example.com")


@pytest.fixture
def ledger(open_again: Open) -> Ledger:
    return open_again()


def proposal(**more: object) -> AlertProposal:
    first = AlertProposal(
        mail=1, message_id="<1@example.com>", sender="alerts@example.com", system="Nagios", title="Disk", details="",
        severity=2, is_proven=True, opened_at=AT, last_at=AT, ask_at=AT,
    )  # fmt: skip
    return replace(first, **more)


def part(key: str = "disk", **more: object) -> AlertPart:
    return replace(AlertPart(key=key, title=key.title(), severity=2, count=1, last_at=AT), **more)


def test_a_proposal_comes_back_whole_with_its_number(ledger: Ledger) -> None:
    full = proposal(
        asked=(AskedPerson(person=ANN, at=AT, severity=2, times=2),), on_call=OnCallAnswer(at=AT, people=(ANN,)),
        because="critical", noted=3,
    )  # fmt: skip
    with ledger.transaction() as tx:
        first, second = tx.add_alert(full), tx.add_alert(proposal())
    assert (first.number, second.number) == (1, 2)
    with ledger.snapshot() as view:
        assert view.alert(1) == replace(full, number=1)
        assert view.alert(3) is None
        assert view.newest_alert() == second
        assert [one.number for one in view.alerts()] == [2, 1]


def test_a_settled_one_is_left_out_unless_all_are_asked_for(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        first = tx.add_alert(proposal())
        tx.save_alert(first.settle("rejected", Settled(at=AT, by=ANN, reason="a test")))
        tx.add_alert(proposal())
    with ledger.snapshot() as view:
        assert [one.number for one in view.alerts()] == [2]
        assert [one.state for one in view.alerts(everything=True)] == ["open", "rejected"]
        assert [one.number for one in view.alerts(everything=True, limit=1)] == [2]


def test_the_newest_proposal_with_an_alert_is_found_by_its_key(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        for _ in range(2):
            added = tx.add_alert(proposal())
            tx.save_alert_part(added.number, part())
    with ledger.snapshot() as view:
        found = view.alert_with("disk")
        assert found is not None and found.number == 2
        assert view.alert_with("Disk") is None


def test_the_parts_come_in_order_and_are_counted_until_they_are_over(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        number = tx.add_alert(proposal()).number
        tx.save_alert_part(number, part("a", severity=3))
        tx.save_alert_part(number, part("b", severity=1))
        tx.save_alert_part(number, part("c", severity=1))
        tx.save_alert_part(number, part("c", severity=1, count=5, last_at=AT + timedelta(minutes=1), is_over=True))
    with ledger.snapshot() as view:
        assert [one.key for one in view.alert_parts(number, limit=9)] == ["b", "a", "c"]
        assert [one.key for one in view.alert_parts(number, limit=1)] == ["b"]
        assert view.alert_part(number, "c") == part(
            "c", severity=1, count=5, last_at=AT + timedelta(minutes=1), is_over=True
        )
        assert view.alert_part(number, "d") is None
        assert view.alerts_left(number) == 2


def test_a_mail_belongs_to_one_proposal(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        seqs = tx.store_mails([(b"Subject: a\n\n", {}), (b"Subject: b\n\n", {})], at=AT)
        number = tx.add_alert(proposal(mail=seqs[0])).number
        for seq in (*seqs, seqs[0]):
            tx.note_alert_mail(seq, number)
    with ledger.snapshot() as view:
        assert view.alert_mails(number, limit=9) == seqs
        assert view.alert_mails(number, limit=1) == seqs[:1]
        assert view.alert_of_mail(seqs[1]) == number
        assert view.alert_of_mail(99) is None


def test_a_proposal_is_found_by_the_message_ids_of_its_mails(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        (seq,) = tx.store_mails([(b"Subject: a\n\n", {})], at=AT)
        number = tx.add_alert(proposal(mail=seq)).number
        tx.note_alert_mail(seq, number)
        outcome = Outcome(
            seq=seq, received_at=AT, message_id="<a@example.com>", header_from="a@example.com", subject="a",
            disposition="alert", rule="Nagios", incident=None, trust=None, outcome="held", reason=None,
        )  # fmt: skip
        tx.record_outcome(outcome, at=AT)
    with ledger.snapshot() as view:
        assert view.alert_of_message(["<b@example.com>", "<a@example.com>"]) == number
        assert view.alert_of_message(["<b@example.com>"]) is None
        assert view.alert_of_message([]) is None


def test_what_is_kept_of_a_mail_s_text_goes_with_the_mail(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        first, second = tx.store_mails([(b"Subject: a\n\n", {}), (b"Subject: b\n\n", {})], at=AT)
        number = tx.add_alert(proposal(mail=first, details="hunter2")).number
        tx.save_alert_part(number, part())
        for seq in (first, second):
            tx.note_alert_mail(seq, number)
        tx.forget_alerts_of([first])
    with ledger.snapshot() as view:
        found = view.alert(number)
        assert found is not None and (found.title, found.details) == (REMOVED, REMOVED)
        assert [one.title for one in view.alert_parts(number, limit=9)] == [REMOVED]


def test_a_transaction_that_raises_leaves_no_proposal(ledger: Ledger) -> None:
    class StopError(Exception):
        pass

    try:
        with ledger.transaction() as tx:
            tx.add_alert(proposal())
            raise StopError
    except StopError:
        pass
    with ledger.snapshot() as view:
        assert view.newest_alert() is None
