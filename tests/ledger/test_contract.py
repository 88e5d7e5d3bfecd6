"""Every store keeps the promise in port.py. A new store adds a line to STORES in stores.py."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from typing import TypeVar

import pytest

from incidentmail.core.events import Declared, Event, NoteAdded, PhaseChanged, SeverityChanged, StatusChanged
from incidentmail.core.frozen import JsonValue, replace
from incidentmail.core.model import Actor, Incident, Person, Status, Trust
from incidentmail.core.notices import Notice
from incidentmail.errors import IncidentMailError, LedgerBusyError, StaleVersionError
from incidentmail.ledger.port import Ledger
from incidentmail.ledger.values import (
    NAMES_MAX,
    CausedBy,
    DueNotice,
    OutboxMail,
    Outcome,
    PrivateMail,
    Recipient,
    Reported,
)

AT = datetime(2026, 11, 20, 14, 20, tzinfo=UTC)
MARA = Actor(person=Person(name="Mara Lindqvist", address="mara@example.com"), trust=Trust.VERIFIED)
WORSE = SeverityChanged(severity=1, was=2)
FOLLOW_UP, OFFER = Notice(kind="follow_up", at_once=False), Notice(kind="offer", at_once=True, to=MARA.person)

Open = Callable[[], Ledger]
Got = TypeVar("Got")


@pytest.fixture
def ledger(open_again: Open) -> Ledger:
    return open_again()


def later(**delta: float) -> datetime:
    return AT + timedelta(**delta)


def declared(name: str = "one", *, at: datetime = AT, phase: int = 1) -> Declared:
    return Declared(
        id=name, ref=f"ref-{name}", origin="ghijkl", description=f"{name} is down", severity=2, phase=phase,
        commander=MARA.person, declared_at=at,
    )  # fmt: skip


def append(ledger: Ledger, name: str, *events: Event, version: int = 0, caused_by: CausedBy | None = None) -> Incident:
    with ledger.transaction() as tx:
        return tx.append(name, events, actor=MARA, at=AT, expected_version=version, caused_by=caused_by)


def outcome(seq: int, *, copy_key: str | None = None, reason: str | None = None) -> Outcome:
    return Outcome(
        seq=seq, received_at=AT, message_id=f"<{seq}@example.com>", header_from="mara@example.com", subject="Re: x",
        disposition="reply", rule="plus-address", incident="one", trust="member", outcome="note", reason=reason,
        copy_key=copy_key,
    )  # fmt: skip


def mail(name: str, *addresses: str, at: datetime = AT) -> OutboxMail:
    recipients = tuple(Recipient(address=address, state="queued") for address in addresses or ("list@example.com",))
    return OutboxMail(
        message_id=f"<{name}@example.com>", incident="one", subject="x", reverse_path="bot@example.com",
        recipients=recipients, raw=b"Subject: x\r\n\r\n\xff", next_attempt_at=at,
    )  # fmt: skip


def enqueue(ledger: Ledger, *mails: OutboxMail) -> None:
    with ledger.transaction() as tx:
        for each in mails:
            tx.enqueue(each)


def lease(ledger: Ledger, now: datetime = AT, *, early: bool = False, by: str = "worker") -> OutboxMail | None:
    with ledger.transaction() as tx:
        return tx.lease(now=now, until=now + timedelta(minutes=5), by=by, early=early)


def settle(ledger: Ledger, leased: OutboxMail) -> None:
    with ledger.transaction() as tx:
        tx.settle(leased, at=AT)


class TestNewest:
    def test_the_newest_entries_of_an_incident_come_in_their_order(self, ledger: Ledger) -> None:
        append(ledger, "one", declared(), WORSE)
        append(ledger, "two", declared("two"))
        append(ledger, "one", PhaseChanged(phase=2, was=1), version=2)
        with ledger.snapshot() as view:
            newest = view.newest_entries("one", limit=2)
            assert [entry.recorded.event for entry in newest] == [WORSE, PhaseChanged(phase=2, was=1)]
            assert view.newest_entries("one", limit=9) == list(view.entries("one"))
            assert view.newest_entries("none", limit=9) == []

    def test_a_mail_is_unsent_while_it_waits_and_once_it_has_failed(self, ledger: Ledger) -> None:
        enqueue(ledger, mail("1"), mail("2"), mail("3"))
        for state in ("sent", "failed"):
            leased = lease(ledger)
            assert leased is not None
            settle(ledger, replace(leased, state=state, last_error="550 no"))
        with ledger.snapshot() as view:
            unsent = view.unsent(now=AT, failed_since=AT)
            assert [(each.mail, each.state, each.incident) for each in unsent] == [
                (2, "failed", "one"), (3, "queued", "one"),
            ]  # fmt: skip
            assert [each.mail for each in view.unsent(now=AT, failed_since=later(minutes=1))] == [3]
        assert lease(ledger) is not None
        with ledger.snapshot() as view:
            assert [each.mail for each in view.unsent(now=AT, failed_since=AT)] == [2], "another process is sending it"


class TestAppending:
    def test_what_is_appended_is_read_back_in_one_dense_sequence(self, ledger: Ledger) -> None:
        append(ledger, "one", declared(), WORSE)
        append(ledger, "two", declared("two"))
        append(ledger, "one", PhaseChanged(phase=2, was=1), version=2)
        with ledger.snapshot() as view:
            entries = list(view.entries())
            assert [(e.seq, e.recorded.incident, e.recorded.version) for e in entries] == [
                (1, "one", 1), (2, "one", 2), (3, "two", 1), (4, "one", 3),
            ]  # fmt: skip
            assert [e.recorded.event for e in entries][1] == WORSE
            assert [e.seq for e in view.entries("one")] == [1, 2, 4]
            assert [e.seq for e in view.entries("one", after=2)] == [4]
            assert [e.seq for e in view.entries(after=2)] == [3, 4]
            assert view.head().size == 4
            assert view.head().hash == entries[-1].hash
        assert ledger.verify().ok

    def test_an_entry_says_who_when_how_far_believed_and_because_of_what(self, ledger: Ledger) -> None:
        (seq,) = ledger.store_mails([(b"raw", {})], at=AT)
        with ledger.snapshot() as view:
            accepted = view.accepted(seq)
        assert accepted is not None
        append(ledger, "one", declared(), caused_by=CausedBy(seq=seq, sha256=accepted.sha256))
        with ledger.snapshot() as view:
            (entry,) = view.entries()
        assert (entry.recorded.by, entry.recorded.at, entry.trust) == (MARA.person, AT, "verified")
        assert entry.caused_by == CausedBy(seq=seq, sha256=accepted.sha256)

    def test_an_empty_ledger_has_a_head_and_holds(self, ledger: Ledger) -> None:
        with ledger.snapshot() as view:
            assert view.head().size == 0
            assert list(view.entries()) == []
        assert ledger.verify().ok

    @pytest.mark.parametrize("expected", [0, 1, 3])
    def test_a_stale_version_is_refused_with_its_facts_and_writes_nothing(self, ledger: Ledger, expected: int) -> None:
        append(ledger, "one", declared(), WORSE)
        with pytest.raises(StaleVersionError) as caught:
            append(ledger, "one", PhaseChanged(phase=2, was=1), version=expected)
        assert (caught.value.expected, caught.value.actual) == (expected, 2)
        with ledger.snapshot() as view:
            assert view.head().size == 2

    @pytest.mark.parametrize(
        "events",
        [(WORSE,), (declared("another"),), (declared(), declared()), ()],
        ids=["change", "other", "twice", "-"],
    )
    def test_events_that_do_not_fold_are_not_written(self, ledger: Ledger, events: tuple[Event, ...]) -> None:
        with pytest.raises(ValueError, match=r"one|nothing to append"):
            append(ledger, "one", *events)
        with ledger.snapshot() as view:
            assert (view.head().size, view.incidents(everything=True)) == (0, [])

    def test_a_state_that_was_rolled_back_or_is_older_than_anothers_is_shown_to_nobody(
        self, ledger: Ledger, open_again: Open
    ) -> None:
        first = append(ledger, "one", declared())
        with pytest.raises(KeyError), ledger.transaction() as tx:
            tx.append("one", [WORSE], actor=MARA, at=AT, expected_version=1, caused_by=None)
            raise KeyError
        with ledger.snapshot() as view:
            assert view.incident("one") == first
        second = append(open_again(), "one", PhaseChanged(phase=2, was=1), version=1)
        with ledger.snapshot() as view:
            assert view.incident("one") == second
        assert (first.version, second.version) == (1, 2)

    def test_a_ref_names_one_incident(self, ledger: Ledger) -> None:
        append(ledger, "one", declared())
        with pytest.raises(IncidentMailError):
            append(ledger, "two", replace(declared("two"), ref="ref-one"))
        with ledger.snapshot() as view:
            assert view.head().size == 1

    def test_a_transaction_that_raises_leaves_nothing(self, ledger: Ledger) -> None:
        (seq,) = ledger.store_mails([(b"raw", {})], at=AT)
        with pytest.raises(KeyError), ledger.transaction() as tx:
            tx.append("one", [declared()], actor=MARA, at=AT, expected_version=0, caused_by=None)
            tx.add_notice("one", FOLLOW_UP, due_at=AT, cause=None)
            tx.enqueue(mail("1"))
            tx.follow_thread("one", "<x@example.com>")
            tx.remember_words("one", "words")
            tx.record_outcome(outcome(seq), at=AT)
            raise KeyError
        with ledger.snapshot() as view:
            assert (view.head().size, view.incident("one"), view.outbox(), view.words("one")) == (0, None, [], [])
            assert (view.incident_of("<x@example.com>"), view.outcome(seq), view.pending()) == (None, None, 1)
            assert view.due_incidents(now=later(days=1), early=True) == []


class TestProjecting:
    def test_an_incident_is_found_by_id_and_by_ref(self, ledger: Ledger) -> None:
        state = append(ledger, "one", declared(), WORSE)
        with ledger.snapshot() as view:
            assert view.incident("one") == view.incident_by_ref("ref-one") == state
            assert view.incident("o") is None
            assert view.incident_by_ref("one") is None
        assert state.severity == 1

    def test_open_incidents_are_those_before_phase_3_the_newest_first(self, ledger: Ledger) -> None:
        append(ledger, "old", declared("old", at=later(hours=-2)))
        append(ledger, "new", declared("new", at=later(hours=1)))
        append(ledger, "same", declared("same", at=later(hours=1)))
        append(ledger, "learning", declared("learning", phase=3))
        append(ledger, "shut", declared("shut"), StatusChanged(status=Status.CLOSED, was=Status.OPEN))
        with ledger.snapshot() as view:
            assert [i.id for i in view.incidents(everything=False)] == ["same", "new", "old"]
            assert list(view.next_updates().items()) == [("same", None), ("new", None), ("old", None)]
            assert [i.id for i in view.incidents(everything=True)] == ["same", "new", "shut", "learning", "old"]

    def test_reading_sees_one_moment_while_others_write(self, open_again: Open) -> None:
        one, other = open_again(), open_again()
        append(one, "one", declared())
        with one.snapshot() as view:
            before = view.head()
            append(other, "one", WORSE, version=1)
            assert view.head() == before
            assert len(list(view.entries())) == 1
            state = view.incident("one")
            assert state is not None
            assert state.severity == 2
        with one.snapshot() as view:
            assert view.head().size == 2


class TestAccepting:
    def test_accepted_mail_is_numbered_densely_and_kept_to_the_byte(self, ledger: Ledger, open_again: Open) -> None:
        raw = bytes(range(256)) * 3
        assert ledger.store_mails([(raw, {"reverse_path": "a@example.com"}), (b"", {})], at=AT) == [1, 2]
        assert ledger.store_mails([], at=AT) == []
        assert ledger.store_mails([(raw, {"peer": "unix"})], at=later(hours=1)) == [3]
        with open_again().snapshot() as view:
            accepted = view.accepted(1)
            assert accepted is not None
            assert (accepted.raw, accepted.received_at) == (raw, AT)
            assert accepted.envelope == {"reverse_path": "a@example.com"}
            assert view.accepted(4) is None
        assert ledger.verify().ok

    def test_an_envelope_that_is_no_utf8_is_kept_all_the_same(self, ledger: Ledger) -> None:
        envelope: dict[str, JsonValue] = {"reverse_path": "\udcff\x00ü@example.com", "forward_paths": ["a\n"]}
        (seq,) = ledger.store_mails([(b"raw", envelope)], at=AT)
        with ledger.snapshot() as view:
            accepted = view.accepted(seq)
            assert accepted is not None
            assert accepted.envelope == envelope
        assert ledger.verify().ok

    def test_times_are_kept_in_utc_and_whole_seconds(self, ledger: Ledger) -> None:
        paris = timezone(timedelta(hours=1))
        (seq,) = ledger.store_mails([(b"raw", {})], at=AT.astimezone(paris).replace(microsecond=999))
        with ledger.snapshot() as view:
            accepted = view.accepted(seq)
            assert accepted is not None
            assert accepted.received_at == AT

    def test_the_next_mail_is_the_lowest_that_nobody_decided(self, ledger: Ledger) -> None:
        ledger.store_mails([(b"1", {}), (b"2", {}), (b"3", {})], at=AT)
        with ledger.transaction() as tx:
            tx.record_outcome(outcome(2), at=AT)
            tx.record_outcome(outcome(1), at=AT)
            accepted = tx.next_pending()
            assert accepted is not None
            assert (accepted.seq, accepted.raw, tx.pending()) == (3, b"3", 1)
            tx.record_outcome(outcome(3), at=AT)
            assert tx.next_pending() is None
            assert tx.pending() == 0

    def test_a_mail_that_was_put_off_lets_later_mail_pass_until_its_time(self, ledger: Ledger) -> None:
        ledger.store_mails([(b"1", {}), (b"2", {})], at=AT)
        later = AT + timedelta(seconds=30)
        with ledger.transaction() as tx:
            tx.defer(1, until=AT, reason="no answer")
            tx.defer(1, until=later, reason="still none")
        with ledger.snapshot() as view:
            found = [view.next_pending(now=at) for at in (AT, later - timedelta(seconds=1), later)]
            assert [(one.seq, one.deferrals) for one in found if one] == [(2, 0), (2, 0), (1, 2)]
            assert [(one.seq, one.until, one.times, one.reason) for one in view.deferred()] == [
                (1, later, 2, "still none")
            ]
        with ledger.transaction() as tx:
            tx.record_outcome(outcome(1), at=AT)
            assert tx.deferred() == []
            left = tx.next_pending(now=later)
            assert left is not None
            assert left.seq == 2

    def test_the_newest_mails_of_one_sender_are_found_within_a_time(self, ledger: Ledger) -> None:
        for number, hours in enumerate((0, 1, 2, 3), 1):
            ledger.store_mails([(b"%d" % number, {})], at=later(hours=hours))
            with ledger.transaction() as tx:
                sender = f"p{number % 2}@example.com"
                tx.record_outcome(replace(outcome(number), header_from=sender, trust="member"), at=AT)
        with ledger.snapshot() as view:
            assert view.raw_mails_from("p1@example.com", since=AT, most=9) == [b"3", b"1"]
            assert view.raw_mails_from("p1@example.com", since=later(hours=1), most=9) == [b"3"]
            assert view.raw_mails_from("p0@example.com", since=AT, most=1) == [b"4"]
            assert view.raw_mails_from("p2@example.com", since=AT, most=9) == []

    def test_who_wrote_before_a_mail_is_known_and_copies_of_that_mail_do_not_count(self, ledger: Ledger) -> None:
        ledger.store_mails([(b"%d" % number, {}) for number in range(4)], at=AT)
        mails = (("<1@x>", "stranger"), ("<2@x>", "member"), ("<2@x>", "verified"), (None, None))
        with ledger.transaction() as tx:
            for number, (message_id, trust) in enumerate(mails, 1):
                ledger_outcome = replace(outcome(number), header_from="bo@example.com", message_id=message_id)
                tx.record_outcome(replace(ledger_outcome, trust=trust), at=AT)
            found = [tx.wrote_before("bo@example.com", seq) for seq in (1, 2, 3, 4)]
            assert (found, tx.wrote_before("ann@example.com", 4)) == ([False, False, False, True], False)

    def test_an_outcome_is_kept_whole_once_and_for_mail_that_exists(self, ledger: Ledger) -> None:
        ledger.store_mails([(b"1", {}), (b"2", {}), (b"3", {})], at=AT)
        first, copy = outcome(1, copy_key="key", reason="it is a note"), outcome(2, copy_key="key")
        with ledger.transaction() as tx:
            tx.record_outcome(first, at=later(hours=1))
            tx.record_outcome(copy, at=later(hours=1))
        for wrong in (first, outcome(4)):
            with pytest.raises(IncidentMailError), ledger.transaction() as tx:
                tx.record_outcome(wrong, at=AT)
        with ledger.snapshot() as view:
            assert (view.outcome(1), view.seen("key")) == (first, copy)
            assert view.first_bearing("<2@example.com>") == copy
            assert view.newest_bearing("<2@example.com>", "mara@example.com") == copy
            assert view.newest_bearing("<2@example.com>", "eve@example.com") is None
            assert view.seen("other") is None
            assert list(view.outcomes()) == [first, copy]
            assert list(view.outcomes(after=1)) == [copy]
            assert view.outcome(3) is None
            assert view.message_ids([2, 1, 2, 3]) == {1: "<1@example.com>", 2: "<2@example.com>"}
            assert view.message_ids([]) == {}

    def test_a_message_id_is_claimed_elsewhere_by_mail_of_another_member(self, ledger: Ledger) -> None:
        ledger.store_mails([(b"%d" % number, {}) for number in range(1, 5)], at=AT)
        same = {"message_id": "<x@example.com>", "trust": "member"}
        with ledger.transaction() as tx:
            assert (
                tx.is_claimed_elsewhere("<x@example.com>", "one"),
                tx.is_filed_elsewhere("<x@example.com>", "one"),
            ) == (
                False,
                False,
            )
            tx.record_outcome(replace(outcome(1), **same, incident="one", header_from="bo@example.com"), at=AT)
            tx.record_outcome(replace(outcome(2), **same, incident=None, header_from="bo@example.com"), at=AT)
            stranger = {**same, "trust": "stranger"}
            tx.record_outcome(replace(outcome(3), **stranger, incident=None, header_from="eve@evil.example"), at=AT)
            assert not tx.is_claimed_elsewhere("<x@example.com>", "one")
            assert tx.bearing_by_others("<x@example.com>", "bo@example.com") is None
            assert not tx.is_filed_elsewhere("<x@example.com>", "one")
            assert tx.is_filed_elsewhere("<x@example.com>", "two")
            other = replace(outcome(4), **same, incident=None, header_from="mallory@example.com")
            tx.record_outcome(other, at=AT)
            assert tx.is_claimed_elsewhere("<x@example.com>", "one")
            assert tx.bearing_by_others("<x@example.com>", "bo@example.com") == other

    def test_attempts_to_read_a_mail_are_counted_before_they_begin(self, ledger: Ledger, open_again: Open) -> None:
        ledger.store_mails([(b"1", {}), (b"2", {})], at=AT)
        for seqs in ((1, 2), (1,), (1,)):
            with open_again().transaction() as tx:
                tx.count_attempts(seqs)
        with ledger.transaction() as tx:
            assert [tx.record_failure(seq, "ValueError") for seq in (1, 2)] == [3, 1]
            found = [tx.next_pending(after=after) for after in (0, 1, 2)]
            assert [(one.seq, one.attempts) if one else None for one in found] == [(1, 3), (2, 1), None]
            tx.forget_attempts(1)
            tx.record_outcome(outcome(2), at=AT)
            kept = [tx.accepted(seq) for seq in (1, 2)]
            assert [one.attempts for one in kept if one] == [0, 0]


class TestRemembering:
    def test_a_message_belongs_to_the_first_incident_that_it_was_given_to(self, ledger: Ledger) -> None:
        with ledger.transaction() as tx:
            tx.follow_thread("one", "<a@example.com>")
            tx.follow_thread("two", "<a@example.com>")
            assert tx.incident_of("<a@example.com>") == "one"
            assert tx.incident_of("<A@Example.com>") == "one"
            assert tx.incident_of("<b@example.com>") is None

    def test_words_come_back_in_their_order_and_by_incident(self, ledger: Ledger) -> None:
        with ledger.transaction() as tx:
            for name, text in (("one", "b"), ("two", "x"), ("one", "a"), ("one", "b"), ("one", " \n")):
                tx.remember_words(name, text)
        with ledger.snapshot() as view:
            assert view.words("one") == ["b", "a", "b"]
            assert view.words("three") == []

    def test_words_that_came_later_are_told_apart_by_their_numbers(self, ledger: Ledger) -> None:
        with ledger.transaction() as tx:
            for name, text in (("one", "a"), ("two", "x"), ("one", "b")):
                tx.remember_words(name, text)
            known, _, (first, second) = tx.words_after("one", 0)
            assert (known, first[1], second[1]) == (0, "a", "b")
            tx.remember_words("one", "c")
        with ledger.snapshot() as view:
            known, _, newer = view.words_after("one", second[0])
            assert (known, [text for _, text in newer]) == (2, ["c"])
            assert view.words_after("three", second[0]) == (0, 0, [])


class TestNotices:
    def test_a_notice_is_taken_once_and_when_due(self, ledger: Ledger) -> None:
        with ledger.transaction() as tx:
            tx.add_notice("one", FOLLOW_UP, due_at=later(seconds=20), cause=7)
            assert tx.take_notices(now=later(seconds=19)) == []
            assert tx.take_notices(now=later(seconds=20)) == [
                DueNotice(incident="one", kind="follow_up", cause=7, recipient=None)
            ]
            assert tx.take_notices(now=later(days=1)) == []

    def test_a_due_notice_brings_the_waiting_ones_of_its_incident_only(self, ledger: Ledger) -> None:
        with ledger.transaction() as tx:
            tx.add_notice("one", FOLLOW_UP, due_at=later(seconds=20), cause=1)
            tx.add_notice("two", FOLLOW_UP, due_at=later(seconds=20), cause=2)
            tx.add_notice("one", OFFER, due_at=AT, cause=3)
            taken = tx.take_notices(now=AT)
            assert [(n.incident, n.kind, n.cause) for n in taken] == [("one", "follow_up", 1), ("one", "offer", 3)]
            assert taken[1].recipient == "Mara Lindqvist <mara@example.com>"
            assert [n.incident for n in tx.take_notices(now=later(seconds=20))] == ["two"]

    def test_notices_can_be_taken_early_and_for_one_incident(self, ledger: Ledger) -> None:
        with ledger.transaction() as tx:
            for name in ("one", "two", "three"):
                tx.add_notice(name, FOLLOW_UP, due_at=later(hours=1), cause=None)
            assert tx.take_notices(now=AT, incident_id="two") == []
            assert [n.incident for n in tx.take_notices(now=AT, incident_id="two", early=True)] == ["two"]
            assert [n.incident for n in tx.take_notices(now=AT, early=True)] == ["one", "three"]


class TestFolders:
    NAME = "bot@imap.example.com/INBOX"

    def test_a_folder_begins_at_nothing_and_remembers_when_it_was_opened(self, ledger: Ledger) -> None:
        with ledger.snapshot() as view:
            assert view.folder(self.NAME) is None
        with ledger.transaction() as tx:
            opened = tx.open_folder(self.NAME, uidvalidity=7, at=AT)
            assert tx.open_folder(self.NAME, uidvalidity=7, at=later(days=1)) == opened
        assert (opened.uid, opened.opened_at, opened.to_mark, opened.withheld) == (0, AT, (), {})

    def test_what_was_fetched_is_known_and_the_position_never_goes_back(self, ledger: Ledger) -> None:
        with ledger.transaction() as tx:
            tx.open_folder(self.NAME, uidvalidity=7, at=AT)
            tx.note_fetched(self.NAME, uid=9, digests=[b"a"], to_mark=[8, 9], withheld=[3], settled=[])
            tx.note_fetched(self.NAME, uid=0, digests=[b"a"], to_mark=[3], withheld=[3, 4], settled=[])
            tx.note_fetched(self.NAME, uid=0, digests=[], to_mark=[], withheld=[], settled=[4])
            tx.note_marked(self.NAME, [8, 17])
        with ledger.snapshot() as view:
            folder = view.folder(self.NAME)
            assert folder is not None
            assert (folder.uid, folder.to_mark, folder.withheld) == (9, (3, 9), {3: 2})
            assert [view.was_fetched(self.NAME, digest) for digest in (b"a", b"b")] == [True, False]
            assert not view.was_fetched("another", b"a")

    def test_under_new_numbers_only_the_bytes_are_known(self, ledger: Ledger) -> None:
        with ledger.transaction() as tx:
            tx.open_folder(self.NAME, uidvalidity=7, at=AT)
            tx.note_fetched(self.NAME, uid=9, digests=[b"a"], to_mark=[9], withheld=[3], settled=[])
            anew = tx.open_folder(self.NAME, uidvalidity=8, at=later(days=1))
            assert (anew.uid, anew.opened_at, anew.to_mark, anew.withheld) == (0, AT, (), {})
            assert tx.was_fetched(self.NAME, b"a")

    def test_the_position_is_part_of_the_transaction_that_accepts(self, ledger: Ledger) -> None:
        with ledger.transaction() as tx:
            tx.open_folder(self.NAME, uidvalidity=7, at=AT)
        with pytest.raises(ZeroDivisionError), ledger.transaction() as tx:
            tx.store_mails([(b"raw", {})], at=AT)
            tx.note_fetched(self.NAME, uid=9, digests=[b"a"], to_mark=[9], withheld=[], settled=[])
            raise ZeroDivisionError
        with ledger.snapshot() as view:
            folder = view.folder(self.NAME)
            assert folder is not None
            assert (folder.uid, view.pending(), view.was_fetched(self.NAME, b"a")) == (0, 0, False)


class TestOutbox:
    def test_a_mail_is_kept_whole_and_only_once(self, ledger: Ledger) -> None:
        first = mail("1", "b@example.com", "a@example.com")
        enqueue(ledger, first, replace(first, subject="another", raw=b"another"), mail("2"))
        with ledger.snapshot() as view:
            one, two = view.outbox()
        assert one.queued_at == first.next_attempt_at
        assert replace(one, id=0, queued_at=None) == replace(first, recipients=one.recipients)
        assert [r.address for r in one.recipients] == ["a@example.com", "b@example.com"]
        assert two.message_id == "<2@example.com>"

    def test_two_leases_never_give_the_same_mail(self, ledger: Ledger, open_again: Open) -> None:
        enqueue(ledger, *(mail(str(n)) for n in range(40)))

        def work(name: int) -> list[int]:
            mine, own = [], patiently(open_again)
            while (leased := lease_patiently(own, f"worker {name}")) is not None:
                mine.append(leased.id)
            return mine

        with ThreadPoolExecutor(4) as pool:
            taken = [id_ for ids in pool.map(work, range(4)) for id_ in ids]
        assert sorted(taken) == list(range(1, 41))

    def test_a_lease_that_ran_out_gives_the_mail_to_the_next(self, ledger: Ledger) -> None:
        enqueue(ledger, mail("1"))
        first = lease(ledger)
        assert first is not None
        assert first.attempts == 1
        assert lease(ledger, later(minutes=4), early=True) is None
        second = lease(ledger, later(minutes=5))
        assert second is not None
        assert (second.id, second.attempts) == (first.id, 2)

    def test_a_mail_for_later_waits_unless_asked_for_early(self, ledger: Ledger) -> None:
        enqueue(ledger, mail("1", at=later(minutes=1)))
        assert lease(ledger) is None
        assert lease(ledger, early=True) is not None

    def test_settling_records_what_each_recipient_got_and_ends_the_lease(self, ledger: Ledger) -> None:
        enqueue(ledger, mail("1", "a@example.com", "b@example.com"))
        leased = lease(ledger)
        assert leased is not None
        got = (
            Recipient(address="a@example.com", state="sent", reply="250 ok"),
            Recipient(address="b@example.com", state="queued", reply="451 later"),
        )
        settle(ledger, replace(leased, recipients=got, last_error="451 later", next_attempt_at=later(minutes=1)))
        assert lease(ledger) is None
        again = lease(ledger, later(minutes=1))
        assert again is not None
        first = replace(got[0], sent_at=AT)
        assert (again.recipients, again.last_error) == ((first, got[1]), "451 later")
        sent = tuple(replace(r, state="sent") for r in again.recipients)
        settle(ledger, replace(again, state="sent", recipients=sent))
        with ledger.snapshot() as view:
            assert view.outbox(["queued"]) == []
            (done,) = view.outbox(["sent", "failed"])
            assert done.recipients == (sent[0], replace(sent[1], sent_at=AT))
        assert lease(ledger, later(days=1), early=True) is None

    def test_a_failed_mail_is_tried_again_only_for_whom_it_failed(self, ledger: Ledger) -> None:
        enqueue(ledger, mail("1", "a@example.com", "b@example.com"), mail("2"))
        leased = lease(ledger)
        assert leased is not None
        got = (Recipient(address="a@example.com", state="sent"), Recipient(address="b@example.com", state="failed"))
        settle(ledger, replace(leased, state="failed", recipients=got))
        with ledger.transaction() as tx:
            tx.requeue_failed(at=later(hours=1))
        with ledger.snapshot() as view:
            mails = {m.message_id: m for m in view.outbox(["queued"])}
        assert [r.state for r in mails["<1@example.com>"].recipients] == ["sent", "queued"]
        assert mails["<1@example.com>"].next_attempt_at == later(hours=1)
        assert mails["<2@example.com>"].next_attempt_at == AT

    def test_a_named_mail_is_tried_again_for_whom_it_failed_though_others_have_it(self, ledger: Ledger) -> None:
        enqueue(ledger, mail("1", "a@example.com", "b@example.com"), mail("2"))
        leased = lease(ledger)
        assert leased is not None
        got, refused = (replace(leased.recipients[0], state="sent"), replace(leased.recipients[1], state="failed"))
        with ledger.transaction() as tx:
            tx.settle(replace(leased, state="sent", recipients=(got, refused)), at=AT)
            tx.requeue_failed(at=later(hours=1))
        with ledger.transaction() as tx:
            (first, _) = tx.outbox()
            assert (first.state, first.recipients[1].failed_at) == ("sent", AT)
            tx.requeue_failed(at=later(hours=1), only=[1])
            (first, _) = tx.outbox()
        assert (first.state, first.queued_at) == ("queued", later(hours=1))
        assert [r.state for r in first.recipients] == ["sent", "queued"] and first.recipients[1].failed_at is None
        with ledger.transaction() as tx:
            until = later(hours=2)
            assert tx.lease(now=later(hours=1), until=until, by="x", early=True, only=[7]) is None
            taken = tx.lease(now=later(hours=1), until=until, by="x", early=True, only=[2])
        assert taken is not None and taken.id == 2

    def test_a_delay_that_is_reported_is_no_failure_and_ends_with_the_next_report(self, ledger: Ledger) -> None:
        reports: tuple[tuple[str, Reported], ...] = (("1", "failed"), ("2", "arrived"))
        for name, what in reports:
            enqueue(ledger, mail(name))
            leased = lease(ledger)
            assert leased is not None
            settle(ledger, replace(leased, state="sent", recipients=(replace(leased.recipients[0], state="sent"),)))
            number, address = leased.id, "list@example.com"
            with ledger.transaction() as tx:
                assert tx.note_report(number, address, what="delayed", reply="451", said="wait", at=later(hours=1))
                (recipient,) = next(one for one in tx.outbox() if one.id == number).recipients
                assert (recipient.state, recipient.delayed_at) == ("sent", later(hours=1))
                assert recipient.failed_at is None
                waiting = tx.waiting_recipients(after=later(hours=-1), until=later(hours=1))
                assert [(one.mail, one.state) for one in waiting] == [(number, "delayed")]
                assert number in [one.id for one in tx.outbox_of_note(refused_since=later(hours=1))]
                tx.note_report(number, address, what=what, reply="550", at=later(hours=2))
                (recipient,) = next(one for one in tx.outbox() if one.id == number).recipients
                assert recipient.delayed_at is None
                assert recipient.failed_at == (later(hours=2) if what == "failed" else None)
                assert tx.waiting_recipients(after=later(hours=-1), until=later(hours=1)) == []

    def test_a_recipient_is_added_and_taken_out_when_a_mail_is_settled(self, ledger: Ledger) -> None:
        enqueue(ledger, mail("1"))
        leased = lease(ledger)
        assert leased is not None
        backup = Recipient(address="backup@example.com", state="queued", reply="450 later")
        with ledger.transaction() as tx:
            tx.settle(replace(leased, recipients=(*leased.recipients, backup)), at=AT)
            (one,) = tx.outbox()
            assert {r.address for r in one.recipients} == {r.address for r in leased.recipients} | {backup.address}
            tx.settle(leased, at=AT)
            (one,) = tx.outbox()
        assert [r.address for r in one.recipients] == [r.address for r in leased.recipients]

    def test_the_figures_count_what_waits_and_what_failed_lately(self, ledger: Ledger) -> None:
        enqueue(ledger, mail("1"), mail("2"))
        leased = lease(ledger)
        assert leased is not None
        with ledger.transaction() as tx:
            refused = tuple(replace(r, state="failed") for r in leased.recipients)
            tx.settle(replace(leased, state="failed", recipients=refused), at=AT)
            tx.store_mails([(b"x", {"way": "pipe"})], at=AT)
        with ledger.snapshot() as view:
            now = view.figures(now=AT, failed_since=AT, quarantined_since=AT)
            then = view.figures(now=AT, failed_since=later(days=1), quarantined_since=AT)
        assert (now.queued, now.refused, now.accepted, now.waiting, now.deferred) == (1, len(refused), 1, 1, 0)
        assert (now.accepted_at, now.waits_since, now.applied_at, then.refused) == (AT, AT, None, 0)

    def test_a_mail_was_tried_when_its_attempt_is_over(self, ledger: Ledger) -> None:
        enqueue(ledger, mail("1"), mail("2"))
        leased = lease(ledger)
        assert leased is not None

        def figures(**after: float) -> tuple[int, object, object]:
            with ledger.snapshot() as view:
                found = view.figures(now=later(**after), failed_since=AT, quarantined_since=AT)
            return found.tried, found.tried_since, found.untried_since

        assert figures() == (0, None, AT)
        assert figures(minutes=5) == (1, AT, AT), "nobody has said what became of it"
        with ledger.transaction() as tx:
            tx.settle(replace(leased, last_error="450 later"), at=AT)
        assert figures() == (1, AT, AT)
        with ledger.transaction() as tx:
            tx.lease(now=AT, until=later(minutes=5), by="x", early=True, only=[leased.id])
        assert figures() == (1, AT, AT), "a second attempt makes nothing of the first"
        with ledger.transaction() as tx:
            tx.settle(replace(leased, state="sent"), at=AT)
        assert figures() == (0, None, AT)

    def test_a_list_that_took_mail_and_returned_none_is_named(self, ledger: Ledger) -> None:
        enqueue(ledger, mail("1"))
        leased = lease(ledger)
        assert leased is not None
        to = leased.recipients[0].address
        with ledger.transaction() as tx:
            assert tx.never_returned([to, "other@example.com"]) == []
            taken = tuple(replace(r, state="sent") for r in leased.recipients)
            tx.settle(replace(leased, state="sent", recipients=taken), at=AT)
            assert tx.never_returned([to, "other@example.com"]) == [to]
            assert tx.never_returned([to], until=AT) == [to]
            assert tx.never_returned([to], until=AT - timedelta(seconds=1)) == [], "it took none before"
            tx.mark_returned(leased.message_id, at=AT)
            assert tx.never_returned([to, "other@example.com"]) == []

    def test_only_a_mail_that_nobody_is_sending_can_be_dropped(self, ledger: Ledger) -> None:
        enqueue(ledger, mail("1"))
        leased = lease(ledger)
        assert leased is not None
        with ledger.transaction() as tx:
            assert not tx.drop(leased.id, at=later(minutes=4))
            assert tx.drop(leased.id, at=later(minutes=5))
            assert not tx.drop(leased.id, at=later(minutes=5))
            assert not tx.drop(99, at=AT)
            assert [m.state for m in tx.outbox()] == ["failed"]
            assert tx.lease(now=later(days=1), until=later(days=2), by="x", early=True) is None


class TestManyAtOnce:
    def test_appends_and_accepts_from_eight_threads_keep_one_chain(self, open_again: Open) -> None:
        shared, started = open_again(), threading.Barrier(8)

        def work(number: int) -> list[int]:
            name, seqs = f"incident-{number}", []
            started.wait()
            for version in range(6):
                event = NoteAdded(text=f"note {version}") if version else declared(name)
                patiently(partial(append, shared, name, event, version=version))
                seqs += patiently(partial(shared.store_mails, [(name.encode(), {})] * 2, at=AT))
            return seqs

        with ThreadPoolExecutor(8) as pool:
            seqs = [seq for found in pool.map(work, range(8)) for seq in found]
        assert sorted(seqs) == list(range(1, 97))
        with open_again().snapshot() as view:
            assert [e.seq for e in view.entries()] == list(range(1, 49))
            assert all(i.version == 6 for i in view.incidents(everything=True))
            assert view.pending() == 96
        assert shared.verify().ok

    def test_of_two_that_saw_the_same_version_one_wins(self, open_again: Open) -> None:
        one, other = open_again(), open_again()
        append(one, "one", declared())
        append(other, "one", WORSE, version=1)
        with pytest.raises(StaleVersionError):
            append(one, "one", SeverityChanged(severity=4, was=2), version=1)

    def test_a_writer_that_waits_too_long_is_told_so_and_readers_never_wait(self, open_again: Open) -> None:
        one, other = open_again(), open_again()
        with one.transaction() as tx:
            with pytest.raises(LedgerBusyError), other.transaction():
                pass
            tx.store_mails([(b"raw", {})], at=AT)
            with pytest.raises(LedgerBusyError):
                other.store_mails([(b"raw", {})], at=AT)
            with other.snapshot() as view:
                assert view.accepted_head().size == 0
        assert other.store_mails([(b"raw", {})], at=AT) == [2]

    def test_all_who_open_it_first_at_the_same_moment_get_the_same_ledger(self, open_again: Open) -> None:
        started = threading.Barrier(8)

        def open_it(_: int) -> str:
            started.wait()
            return patiently(open_again).origin

        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(open_it, range(8)))) == 1


def answer(
    kind: str = "answer", address: str = "bo@example.com", *, at: datetime = AT, ref: str | None = None
) -> PrivateMail:
    return PrivateMail(kind=kind, address=address, incident="one", at=at, digest=f"{kind} words", content="{}", ref=ref)


def test_private_mail_is_due_until_its_mail_is_made_in_the_order_it_was_noted(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        serials = [tx.add_private_mail(answer()), tx.add_private_mail(replace(answer(), incident=None))]
        made = tx.add_private_mail(replace(answer("offer"), content=None))
    assert len({*serials, made}) == 3
    with ledger.transaction() as tx:
        first = tx.next_private_mail()
        assert first is not None
        assert (first.serial, first.address, first.incident, first.content) == (
            serials[0],
            "bo@example.com",
            "one",
            "{}",
        )
        second = tx.next_private_mail(after=first.serial)
        assert second is not None and second.serial == serials[1]
        assert tx.next_private_mail(incident_id="one", after=first.serial) is None
        tx.private_mail_made(first.serial)
    with ledger.snapshot() as view:
        left = view.next_private_mail()
        assert left is not None and left.serial == serials[1]


def test_private_mails_are_counted_from_a_time_on_by_whatever_is_asked(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        tx.add_private_mail(answer(at=later(hours=-2)))
        tx.add_private_mail(answer())
        tx.add_private_mail(answer("stranger", "eve@evil.test"))
    with ledger.snapshot() as view:
        assert view.private_mails_since(later(hours=-3)) == 3
        assert view.private_mails_since(AT) == 2
        assert view.private_mails_since(AT, address="bo@example.com") == 1
        assert view.private_mails_since(AT, incident="one", kind="stranger") == 1
        assert view.private_mails_since(AT, digest="answer words") == 1
        assert view.private_mails_since(AT, incident="two") == 0


def test_a_question_about_a_filed_mail_finds_it_by_its_ref(ledger: Ledger) -> None:
    (seq,) = ledger.store_mails([(b"Subject: odd\n\n", {})], at=AT)
    with ledger.transaction() as tx:
        tx.add_private_mail(replace(answer(ref="abcdef"), filed=seq))
        tx.add_private_mail(answer(ref="ghijkl"))
    with ledger.snapshot() as view:
        assert (view.filed_by_ref("abcdef"), view.filed_by_ref("ghijkl"), view.filed_by_ref("mnopqr")) == (
            seq,
            None,
            None,
        )
        assert (view.is_ref_taken("ghijkl"), view.is_ref_taken("mnopqr")) == (True, False)


def test_a_question_is_found_with_its_reader_and_what_their_mail_did_since(ledger: Ledger) -> None:
    asked, done = ledger.store_mails([(b"Subject: odd\n\n", {}), (b"Subject: sev 1\n\n", {})], at=AT)
    append(ledger, "one", declared())
    with ledger.transaction() as tx:
        for seq in (asked, done):
            tx.record_outcome(outcome(seq), at=AT)
        tx.note_asked(asked, ("severity", "time"), at=AT)
    append(ledger, "one", NoteAdded(text="why"), WORSE, version=1, caused_by=CausedBy(seq=done, sha256="ab" * 32))
    with ledger.snapshot() as view:
        found = [(one.mail, one.about, one.address, one.incident) for one in view.asked_since(AT)]
        assert found == [(asked, about, "mara@example.com", "one") for about in ("severity", "time")]
        assert view.asked_since(later(seconds=1)) == []
        acts = [(one.kind, one.mail, one.address, one.at) for one in view.done_by_mail("one")]
        assert acts == [("severity_changed.v1", done, "mara@example.com", AT)]
        assert view.private_mails_since(AT, address="mara@example.com") == 0


def test_what_a_private_mail_offered_is_kept_without_counting_as_a_mail(ledger: Ledger) -> None:
    mail = PrivateMail(kind="answer", address="bo@example.com", incident=None, at=AT)
    with ledger.transaction() as tx:
        first, second = tx.add_private_mail(mail), tx.add_private_mail(mail)
        tx.note_offered(second, ("sev 1", ""), at=AT)
    with ledger.snapshot() as view:
        assert (view.offered_in(first), view.offered_in(second)) == ((), ("sev 1", ""))
        assert view.private_mails_since(AT, address="bo@example.com") == 2
        assert view.private_mails_since(AT, is_caused=True, address="bo@example.com") == 0


def test_what_waits_for_an_answer_is_due_at_its_own_time_and_goes_with_no_mail(ledger: Ledger) -> None:
    append(ledger, "one", declared())
    unanswered = Notice(kind="unanswered", at_once=False, to=MARA.person, number=1)
    with ledger.transaction() as tx:
        tx.add_notice("one", unanswered, due_at=later(minutes=5), cause=7)
        tx.add_notice("one", FOLLOW_UP, due_at=AT, cause=None)
    with ledger.transaction() as tx:
        assert [notice.kind for notice in tx.take_notices(now=later(minutes=9), early=True)] == ["follow_up"]
        assert tx.due_incidents(now=later(minutes=9), early=True) == []
        assert (tx.is_unanswered(now=later(minutes=4)), tx.take_unanswered(now=later(minutes=4))) == (False, None)
        assert tx.is_unanswered(now=later(minutes=5))
        due = DueNotice(incident="one", kind="unanswered", cause=7, recipient=str(MARA.person), number=1)
        assert (tx.take_unanswered(now=later(minutes=5)), tx.take_unanswered(now=later(minutes=5))) == (due, None)


def test_what_somebody_has_answered_waits_no_more(ledger: Ledger) -> None:
    append(ledger, "one", declared())
    append(ledger, "two", declared("two"))
    with ledger.transaction() as tx:
        for name, person in (("one", MARA.person), ("two", MARA.person), ("one", Person.parse("bo@example.com"))):
            tx.add_notice(name, Notice(kind="unanswered", at_once=False, to=person, number=1), due_at=AT, cause=7)
        tx.forget_unanswered("one", "mara@example.com")
        left = [tx.take_unanswered(now=AT), tx.take_unanswered(now=AT)]
        assert [(one.incident, one.recipient) for one in left if one] == [
            ("two", str(MARA.person)), ("one", "bo@example.com"),
        ]  # fmt: skip
        assert tx.take_unanswered(now=AT) is None


def test_a_senders_name_finds_everybody_who_wrote_under_it(ledger: Ledger) -> None:
    bo, other = Person(name="Bo K.", address="bo@example.com"), Person(name="BO K.", address="bo@elsewhere.example")
    with ledger.transaction() as tx:
        for person in (bo, bo, other):
            tx.know_sender(person)
    with ledger.snapshot() as view:
        assert view.senders_called("bo k.") == [other, bo]
        assert view.senders_called("Ann") == []
        assert view.senders() == [other, bo]


def test_known_senders_are_bounded_and_one_mailbox_uses_up_little_of_it(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        for number in range(20):
            tx.know_sender(Person(name=f"Eve {number}", address=f"eve+{number % 7}@example.com"))
        tx.know_sender(Person(name="Bo K.", address="bo@example.com"))
    with ledger.snapshot() as view:
        assert [person.name for person in view.senders()] == [
            "Bo K.",
            *(f"Eve {number}" for number in range(NAMES_MAX)),
        ]


def test_the_addresses_of_one_mailbox_are_counted_together_and_by_who_caused_it(ledger: Ledger) -> None:
    with ledger.transaction() as tx:
        tx.add_private_mail(answer(address="bo+1@example.com"))
        tx.add_private_mail(replace(answer(address="bo+2@example.com"), cause="member eve@example.com"))
        tx.add_private_mail(replace(answer("alarm"), cause=""))
        for other in ("bob@example.com", "bo+1@example.org", "bo@example.com.evil.test"):
            tx.add_private_mail(answer(address=other))
    with ledger.snapshot() as view:
        count = partial(view.private_mails_since, AT, mailbox="bo@example.com")
        assert (count(), count(but_kind="alarm"), count(is_caused=False), count(is_caused=True)) == (3, 2, 1, 2)
        assert view.private_mails_since(AT, cause="member eve@example.com") == 1


def patiently(act: Callable[[], Got]) -> Got:
    """Repeat a call for longer than the store itself waits for a lock."""
    for _ in range(50):
        try:
            return act()
        except LedgerBusyError:
            continue
    return act()


def lease_patiently(ledger: Ledger, by: str) -> OutboxMail | None:
    return patiently(lambda: lease(ledger, by=by))
