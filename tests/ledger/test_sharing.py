"""Processes that share a ledger in PostgreSQL take turns to read, and are notified of each other's changes at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime

import pytest
from patience import PATIENCE_S
from real_postgresql import PASSWORD, RealPostgresql

from incidentmail.core.events import Declared, NoteAdded
from incidentmail.core.model import Actor, Person, Trust
from incidentmail.errors import LedgerBusyError, LedgerUnavailableError
from incidentmail.ledger.postgres import sharing
from incidentmail.ledger.postgres.store import PostgresLedger
from incidentmail.ledger.values import OutboxMail, Recipient

AT = datetime(2026, 11, 20, 14, 20, tzinfo=UTC)
MARA = Actor(person=Person(name="Mara Lindqvist", address="mara@example.com"), trust=Trust.VERIFIED)
Process = Callable[[], PostgresLedger]


@pytest.fixture
def process(postgresql: RealPostgresql, database: str) -> Iterator[Process]:
    """A function that opens the ledger as another process does."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(closing(PostgresLedger(postgresql.url(database), password=PASSWORD)))


def test_one_process_at_a_time_has_the_turn(process: Process) -> None:
    one, other = process().reading_turn(), process().reading_turn()
    one.take()
    one.take()
    assert one.take_at_once()
    assert not other.take_at_once()
    one.leave()
    assert other.take_at_once()
    assert not one.take_at_once()
    other.leave()


def test_a_process_waits_for_its_turn(process: Process) -> None:
    one, other, took = process().reading_turn(), process().reading_turn(), threading.Event()
    one.take()

    def take() -> None:
        other.take()
        took.set()

    thread = threading.Thread(target=take)
    thread.start()
    assert not took.wait(0.1)
    one.leave()
    assert took.wait(PATIENCE_S)
    thread.join()
    assert not one.take_at_once()


def test_the_turn_ends_with_the_process_that_has_it(process: Process) -> None:
    dying, other = process(), process().reading_turn()
    dying.reading_turn().take()
    dying.close()
    other.take()
    assert other.take_at_once()


def test_after_a_restart_of_the_server_nobody_has_the_turn(postgresql: RealPostgresql, process: Process) -> None:
    one, other = process().reading_turn(), process().reading_turn()
    one.take()
    postgresql.restart()
    other.take()
    assert not one.take_at_once()
    one.leave()
    assert not one.take_at_once()


def test_a_turn_that_is_kept_too_long_is_an_error_that_says_so(
    process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "TURN_S_MAX", 0.05)
    process().reading_turn().take()
    with pytest.raises(LedgerBusyError, match="another process reads the mail"):
        process().reading_turn().take()


def test_what_one_process_commits_is_heard_by_the_others(process: Process) -> None:
    writer, news = process(), process().news()
    own = writer.news()
    assert news.wait(0.01) == own.wait(0.01) == frozenset()
    writer.store_mails([(b"Subject: x", {})], at=AT)
    assert news.wait(PATIENCE_S) == {"accepted"}
    mail = OutboxMail(
        message_id="<1@example.com>", incident=None, subject="x", reverse_path="bot@example.com",
        recipients=(Recipient(address="list@example.com", state="queued"),), raw=b"x", next_attempt_at=AT,
    )  # fmt: skip
    declared = Declared(
        id="one", ref="refone", origin="ghijkl", description="one", severity=2, phase=1, commander=MARA.person,
        declared_at=AT,
    )  # fmt: skip
    with writer.transaction() as tx:
        tx.append("one", [declared, NoteAdded(text="x")], actor=MARA, at=AT, expected_version=0, caused_by=None)
        tx.enqueue(mail)
    assert news.wait(PATIENCE_S) == {"entries", "outbox"}
    assert own.wait(0.01) == frozenset(), "a process does not hear itself"


def test_news_of_a_transaction_that_was_undone_are_none(process: Process) -> None:
    writer, news = process(), process().news()
    news.wait(0.01)
    with pytest.raises(KeyError), writer.transaction() as tx:
        tx.store_mails([(b"Subject: x", {})], at=AT)
        raise KeyError
    assert news.wait(0.05) == frozenset()


def test_news_are_heard_again_after_a_restart(postgresql: RealPostgresql, process: Process) -> None:
    writer, news = process(), process().news()
    news.wait(0.01)
    postgresql.restart()
    with pytest.raises(LedgerUnavailableError):
        news.wait(PATIENCE_S)
    news.wait(0.01)
    writer.store_mails([(b"Subject: x", {})], at=AT)
    assert news.wait(PATIENCE_S) == {"accepted"}
