"""Every store removes exactly what an entry names: by redaction and pruning, subject to holds."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from stores import Open

from incidentmail.core.events import Declared, NoteAdded
from incidentmail.core.model import Actor, Person, Trust
from incidentmail.core.record.record_events import HoldLifted, HoldPlaced, Pruned, Redacted, TextsOf
from incidentmail.core.record.removed import holds
from incidentmail.core.record.words_to_remove import REMOVED, WordsToRemove
from incidentmail.errors import LedgerError
from incidentmail.ledger.deliveries import Delivery
from incidentmail.ledger.port import Ledger
from incidentmail.ledger.values import OutboxMail, Outcome, Recipient

AT = datetime(2026, 11, 20, 14, 20, tzinfo=UTC)
MARA = Actor(person=Person(name="Mara Lindqvist", address="mara@example.com"), trust=Trust.VERIFIED)
SECRET = "the key is hunter2"
REDACTED = Redacted(texts=(TextsOf(seq=2, slots=("text",)),), mails=(2,), reason="a key")


@pytest.fixture
def ledger(open_again: Open) -> Ledger:
    """A ledger with three mails and an incident. Its description (entry 1) and first note (entry 2) hold a secret."""
    opened = open_again()
    opened.store_mails([(f"Subject: {n}\r\n\r\n{SECRET}".encode(), {}) for n in (1, 2, 3)], at=AT)
    declared = Declared(
        id="one", ref="refone", origin="ghijkl", description=SECRET, severity=2, phase=1, commander=MARA.person,
        declared_at=AT,
    )  # fmt: skip
    with opened.transaction() as tx:
        notes = (NoteAdded(text=SECRET), NoteAdded(text="all well"))
        tx.append("one", [declared, *notes], actor=MARA, at=AT, expected_version=0, caused_by=None)
    return opened


def record(ledger: Ledger, *events: Redacted | Pruned | HoldPlaced | HoldLifted) -> list[int]:
    with ledger.transaction() as tx:
        return [tx.append_record(event, actor=MARA, at=AT) for event in events]


def execute(ledger: Ledger, statement: str, values: Sequence[int | str] = ()) -> None:
    """Run a statement directly, as a fault in the code of the service would."""
    with ledger.transaction() as tx:
        tx.connection.execute(statement, values)  # type: ignore[attr-defined]  # both stores have it


def refused(ledger: Ledger, statement: str, values: Sequence[int | str] = ()) -> str:
    with pytest.raises((LedgerError, psycopg.Error, sqlite3.Error)) as caught:
        execute(ledger, statement, values)
    return str(caught.value)


def test_a_redaction_removes_what_it_names_and_the_ledger_still_holds(ledger: Ledger) -> None:
    assert record(ledger, REDACTED) == [4]
    with ledger.snapshot() as view:
        notes = [one.recorded.event for one in view.entries("one")][1:]
        assert notes == [NoteAdded(text=REMOVED), NoteAdded(text="all well")]
        raws = [(mail.is_removed, mail.raw) for mail in map(view.accepted, (1, 2, 3)) if mail]
        assert [gone for gone, _ in raws] == [False, True, False]
    assert ledger.verify().ok
    ledger.check()


def test_a_redacted_description_is_gone_from_the_state_too(ledger: Ledger) -> None:
    record(ledger, Redacted(texts=(TextsOf(seq=1, slots=("description",)),), reason="a key"))
    with ledger.snapshot() as view:
        state = view.incident("one")
        assert state is not None and state.description == REMOVED
    assert ledger.verify().ok


def test_a_pruning_removes_the_bodies_of_its_ranges(ledger: Ledger) -> None:
    record(ledger, Pruned(before=AT + timedelta(days=1), mails=((1, 1), (3, 3))))
    with ledger.snapshot() as view:
        assert [mail.is_removed for mail in map(view.accepted, (1, 2, 3)) if mail] == [True, False, True]
    assert ledger.verify().ok


def test_one_removal_follows_another(ledger: Ledger) -> None:
    record(ledger, REDACTED, Pruned(before=AT, mails=((3, 3),)))
    record(ledger, Redacted(texts=(TextsOf(seq=2, slots=("actor",)), TextsOf(seq=3, slots=("text",))), reason="x"))
    assert ledger.verify().ok
    assert ledger.store_mails([(b"Subject: more", {})], at=AT) == [4]
    assert ledger.verify().ok


def test_holds_are_entries_that_come_back_in_order(ledger: Ledger) -> None:
    record(ledger, HoldPlaced(incident="one", reason="court"), HoldPlaced(incident="two", reason="audit"))
    record(ledger, HoldLifted(incident="two", reason="over"))
    with ledger.snapshot() as view:
        found = holds(entry.recorded.event for entry in view.entries("ledger"))
    assert {name: hold.reason for name, hold in found.items()} == {"one": "court"}
    assert ledger.verify().ok


BODIES, TEXTS = (
    {"sqlite": "DELETE FROM bodies WHERE seq = ?", "postgres": "SELECT remove_bodies(?1, ?1)"},
    {
        "sqlite": "UPDATE sealed SET text = NULL, salt = x'' WHERE seq = ? AND slot = ?",
        "postgres": "SELECT remove_text(?, ?)",
    },
)
"""The statements by which each store removes a body and a text."""


def by_store(ledger: Ledger, statements: dict[str, str]) -> str:
    return statements["sqlite" if type(ledger).__name__ == "SqliteLedger" else "postgres"]


@pytest.mark.parametrize("seq", [1, 2, 3])
def test_no_body_goes_without_an_entry_that_names_it(ledger: Ledger, seq: int) -> None:
    assert "no redaction or pruning names this mail" in refused(ledger, by_store(ledger, BODIES), [seq])


def test_an_entry_does_not_let_other_bodies_or_texts_go(ledger: Ledger) -> None:
    record(ledger, REDACTED)
    assert "names this mail" in refused(ledger, by_store(ledger, BODIES), [3])
    for seq, slot in ((1, "description"), (2, "actor"), (3, "text")):
        assert "no redaction names this text" in refused(ledger, by_store(ledger, TEXTS), [seq, slot])


def test_only_the_newest_entry_lets_something_go(ledger: Ledger) -> None:
    record(ledger, HoldPlaced(incident="one", reason="court"))
    assert "names this mail" in refused(ledger, by_store(ledger, BODIES), [2])
    with pytest.raises((LedgerError, psycopg.Error, sqlite3.Error)), ledger.transaction() as tx:
        tx.append_record(Pruned(before=AT, mails=((1, 1),)), actor=MARA, at=AT)
        tx.append_record(HoldPlaced(incident="one", reason="court"), actor=MARA, at=AT)
        tx.connection.execute(by_store(ledger, BODIES), [2])  # type: ignore[attr-defined]
    with ledger.snapshot() as view:
        assert view.head().size == 4  # nothing of that transaction is there


def test_a_pruning_lets_no_text_go(ledger: Ledger) -> None:
    record(ledger, Pruned(before=AT, mails=((1, 3),)))
    assert "no redaction names this text" in refused(ledger, by_store(ledger, TEXTS), [2, "text"])


def test_words_are_removed_from_all_that_was_made_of_the_record(ledger: Ledger) -> None:
    words = WordsToRemove([SECRET])
    outcome = Outcome(
        seq=1, received_at=AT, message_id="<1@example.com>", header_from="mara@example.com", subject=SECRET,
        disposition="reply", rule=None, incident="one", trust=None, outcome="note", reason=SECRET,
    )  # fmt: skip
    call = Delivery(
        name="a", hook="chat", incident="one", event="note_added", payload=json.dumps({"text": SECRET}), queued_at=AT,
        next_attempt_at=AT,
    )  # fmt: skip
    mail = OutboxMail(
        message_id="<9@example.com>", incident="one", subject=SECRET, reverse_path="bot@example.com",
        recipients=(Recipient(address="list@example.com", state="queued"),), raw=SECRET.encode(), next_attempt_at=AT,
    )  # fmt: skip
    with ledger.transaction() as tx:
        tx.record_outcome(outcome, at=AT)
        tx.add_delivery(call)
        tx.enqueue(mail)
        tx.remember_words("one", f"She said {SECRET}.")
        tx.know_sender(Person(name=SECRET, address="bo@example.com"))
        assert tx.forget_words(words, []) == 6
        tx.forget_outgoing([one.id for one in tx.outbox()])
    with ledger.snapshot() as view:
        found = view.outcome(1)
        assert found is not None and (found.subject, found.reason) == (REMOVED, REMOVED)
        assert [json.loads(one.payload or "") for one in view.deliveries()] == [{"text": REMOVED}]
        assert [(one.subject, SECRET.encode() in one.raw) for one in view.outbox()] == [(REMOVED, False)]
        assert view.words("one") == [f"She said {REMOVED}."]
        assert view.senders() == []
    assert ledger.verify().ok
