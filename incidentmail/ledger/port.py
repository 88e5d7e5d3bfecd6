"""Define the interface of every store: writes are ordered, and a hash chain proves their order.

The values that the methods take and return are in values.py, and the read-only methods are in view.py.

Times are aware datetimes in UTC with whole seconds. Everything that a method writes is durable once its transaction has
ended without an exception. Otherwise nothing is written.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from incidentmail.core.drills.drill_events import DrillEvent
from incidentmail.core.events import Event
from incidentmail.core.frozen import JsonValue
from incidentmail.core.model import Actor, Incident, Person
from incidentmail.core.notices import Notice
from incidentmail.core.record.record_events import RecordEvent
from incidentmail.core.record.words_to_remove import WordsToRemove

from .alert_port import AlertWriter
from .deliveries import DeliveryTransaction
from .sharing import News, Turn
from .values import CausedBy, DueNotice, Folder, OutboxMail, Outcome, PrivateMail, Reported, Verdict
from .view import LedgerView


class Transaction(LedgerView, DeliveryTransaction, AlertWriter, Protocol):
    """A view that can also write. Everything is committed when the block ends, or nothing if the block raises."""

    def append(
        self,
        incident_id: str,
        events: Sequence[Event],
        *,
        actor: Actor,
        at: datetime,
        expected_version: int,
        caused_by: CausedBy | None,
    ) -> Incident:
        """Append `events`, update the projection, and return the new state.

        Raise StaleVersionError if the incident does not have the expected version, and ValueError if there are no
        events or if they are not valid in its state.
        """
        ...

    def store_mails(self, mails: Sequence[tuple[bytes, Mapping[str, JsonValue]]], *, at: datetime) -> list[int]:
        """Store raw messages and their envelopes. Return their numbers, in the same order."""
        ...

    def open_folder(self, name: str, *, uidvalidity: int, at: datetime) -> Folder:
        """Return the folder. If its UIDVALIDITY changed, all messages must be fetched and compared again."""
        ...

    def note_fetched(
        self, name: str, *, uid: int, digests: Collection[bytes], to_mark: Collection[int], withheld: Collection[int],
        settled: Collection[int],
    ) -> None:  # fmt: skip
        """Record that all messages up to `uid` were processed.

        `digests` are the SHA-256 digests of the accepted messages. `to_mark` are the UIDs to mark on the server.
        `withheld` are the UIDs of messages that the server did not deliver this time. The UIDs in `settled` are no
        longer withheld.
        """
        ...

    def note_looked(self, name: str, *, at: datetime) -> None:
        """Record the time at which the folder was last checked completely."""
        ...

    def note_marked(self, name: str, uids: Collection[int]) -> None:
        """Record that the server has marked these messages, or no longer has them."""
        ...

    def record_outcome(self, outcome: Outcome, *, at: datetime) -> None: ...
    def revise_outcome(self, outcome: Outcome, *, at: datetime) -> None:
        """Replace the outcome already recorded for the same message."""
        ...

    def count_attempts(self, seqs: Sequence[int]) -> None:
        """Increment the number of attempts to parse each of these messages.

        Call this before an attempt, because the attempt may crash this process.
        """
        ...

    def record_failure(self, seq: int, error: str) -> int:
        """Record why the last attempt to parse the message failed. Return the number of attempts so far."""
        ...

    def forget_attempts(self, seq: int) -> None:
        """Reset the count of attempts, because the message can be parsed and waits only for what its outcome names."""
        ...

    def defer(self, seq: int, *, until: datetime, reason: str) -> None:
        """Defer a message until the given time, so that later messages are processed first."""
        ...

    def follow_thread(self, incident_id: str, message_id: str) -> None:
        """Record that `message_id` belongs to the incident, unless it already belongs to one."""
        ...

    def remember_words(self, incident_id: str, text: str) -> None: ...
    def add_notice(self, incident_id: str, notice: Notice, *, due_at: datetime, cause: int | None) -> None: ...
    def take_notices(self, *, now: datetime, incident_id: str | None = None, early: bool = False) -> list[DueNotice]:
        """Remove and return the due notices (or all if `early` is true), except those of the kind `unanswered`.

        If one notice of an incident is due, all its other notices are returned too.
        """
        ...

    def forget_unanswered(self, incident_id: str, address: str) -> None:
        """Remove the `unanswered` notices of an incident that are waiting for an answer from `address`."""
        ...

    def take_unanswered(self, *, now: datetime) -> DueNotice | None:
        """Remove and return the first due notice of the kind `unanswered`, or None."""
        ...

    def add_private_mail(self, answer: PrivateMail) -> int:
        """Record a private message that is due or has already been written. Return its serial number."""
        ...

    def private_mail_made(self, serial: int) -> None:
        """Record that the private message is in the outbox and no longer due."""
        ...

    def note_offered(self, serial: int, replies: Collection[str], *, at: datetime) -> None:
        """Record the replies that the private message with this serial number offers, which `yes` may stand for.

        Each is a single line without anybody's words, or "" in place of a reply that has some.
        """
        ...

    def note_asked(self, mail: int, about: Collection[str], *, at: datetime) -> None:
        """Record which questions the sender of an accepted message was asked, each as a single word."""
        ...

    def know_sender(self, person: Person, *, called: str | None = None) -> None:
        """Remember the address of `person`, so that it can be found by name alone.

        `called` is the name that they use for themselves, if it differs from the one in `person`.
        """
        ...

    def append_record(self, event: RecordEvent, *, actor: Actor, at: datetime) -> int:
        """Append an event about the record itself and carry it out. Return the number of its entry.

        The events are the entries of the stream `ledger` (core/record/streams.py). Texts and bodies named by a
        redaction or pruning are removed in the same transaction. A removed text keeps its commitment and loses its
        salt; a removed message keeps its hashes. The states of incidents with removed texts are recomputed. The
        database itself refuses all other removals.
        """
        ...

    def append_drill(self, event: DrillEvent, *, actor: Actor, at: datetime, caused_by: CausedBy | None) -> None:
        """Append an event of a drill's run, as an entry of the stream `drills`."""
        ...

    def forget_words(self, words: WordsToRemove, mails: Collection[int]) -> int:
        """Replace `words` by `[redacted]` in everything derived from the record. Return the number of rows changed.

        This covers outcomes, failures, subjects in the outbox, texts of relays and reports, due private mail, earlier
        texts, and known senders. The outcomes of the accepted messages `mails` lose their subject and reason in any
        case.
        """
        ...

    def forget_outgoing(self, ids: Collection[int]) -> None:
        """Replace each of these messages in the outbox by an empty one with the same Message-ID."""
        ...

    def enqueue(self, mail: OutboxMail) -> None:
        """Add a message to the outbox, unless the outbox already has one with the same Message-ID."""
        ...

    def lease(
        self, *, now: datetime, until: datetime, by: str, early: bool = False, after: int = 0,
        only: Collection[int] | None = None, but: Collection[int] = (),
    ) -> OutboxMail | None:  # fmt: skip
        """Lease to `by` the first message with an id above `after` that can be sent. Return it, or None.

        If `only` is given, all other messages are ignored. Messages in `but` are always ignored. If a message is due,
        the others of its incident can be sent too, so that they leave in order. If `early` is true, every message can
        be sent.
        """
        ...

    def requeue_failed(self, *, at: datetime, only: Collection[int] | None = None) -> None:
        """Queue every failed message again, unless it was dropped, for the recipients that were refused.

        If `only` is given, queue those messages instead, even if they were dropped or had reached some recipients. A
        message whose text was redacted is never queued.
        """
        ...

    def drop(self, mail_id: int, *, at: datetime) -> bool:
        """Give up a queued message that is not being sent now. Return whether there was such a message."""
        ...

    def mark_returned(self, message_id: str, *, at: datetime) -> None:
        """Record the time when the list's copy of the message came back. Later copies do not change it."""
        ...

    def note_report(
        self, mail_id: int, address: str, *, what: Reported, reply: str, at: datetime, said: str | None = None
    ) -> bool:
        """Record what a delivery report says about a recipient for whom a relay accepted the message.

        `reply` is the status in our words, and `said` is the report's own text, which anybody could have written.

        Return whether the report says anything new. A message can fail only once; after that, reports of a delay or a
        delivery are ignored.
        """
        ...

    def mark_missed(self, mail_id: int, *, at: datetime) -> None: ...
    def settle(self, mail: OutboxMail, *, at: datetime) -> None:
        """Record the new state of a leased message and its recipients, and end the lease.

        Recipients are added or removed to match those in `mail`.
        """
        ...


class Ledger(Protocol):
    """A ledger with its origin, a hash chain of entries, and a hash chain of accepted mail."""

    accepts_beside: bool
    """Whether mail can be accepted without waiting for other writers."""

    @property
    def origin(self) -> str: ...
    def store_mails(self, mails: Sequence[tuple[bytes, Mapping[str, JsonValue]]], *, at: datetime) -> list[int]:
        """Store raw messages and their envelopes in one durable commit. Return their numbers, in the same order."""
        ...

    def snapshot(self) -> AbstractContextManager[LedgerView]: ...
    def transaction(self) -> AbstractContextManager[Transaction]:
        """Open a transaction. Raise LedgerBusyError if other writers take longer than `busy_s_max`."""
        ...

    def reading_turn(self) -> Turn | None:
        """Return the turn to read mail, or None if processes use a lock on a file next to the ledger instead."""
        ...

    def news(self) -> News | None:
        """Return the notifications from other processes, for use by one thread, or None if the caller has to poll."""
        ...

    def check(self) -> None:
        """Raise LedgerDamagedError if a quick check finds damage. Call this before acknowledging a message."""
        ...

    def verify(self) -> Verdict:
        """Check the whole ledger and report the first fault.

        The memory needed does not grow with the size of the ledger.
        """
        ...

    def compact(self) -> None:
        """Rewrite the storage so that it contains no removed data.

        Raise LedgerBusyError if other processes prevent this. Removed data may then still be in the file.
        """
        ...

    def close(self) -> None: ...
