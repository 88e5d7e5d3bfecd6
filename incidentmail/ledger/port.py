"""The promise that every store keeps: what goes in stays, in order, and proves it.

Its values stand in values.py, what it can be asked in reading.py.

Times are aware datetimes in UTC with whole seconds. Whatever a method writes is durable when the transaction it
belongs to has ended without an exception, and not there at all otherwise.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from incidentmail.core.events import Event
from incidentmail.core.frozen import JsonValue
from incidentmail.core.model import Actor, Incident, Person
from incidentmail.core.notices import Notice

from .values import CausedBy, DueNotice, Folder, OutboxMail, Outcome, PrivateMail, Verdict
from .view import LedgerView


class Transaction(LedgerView, Protocol):
    """The same, and writing. Everything happens when the block ends, or nothing does."""

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
        """Appends `events` and moves the projection; the new state. Raises StaleVersionError, and ValueError where
        the events do not follow from what stands there."""
        ...

    def store_mails(self, mails: Sequence[tuple[bytes, Mapping[str, JsonValue]]], *, at: datetime) -> list[int]:
        """Stores raw mails and their envelopes; their numbers, in the same order."""
        ...

    def open_folder(self, name: str, *, uidvalidity: int, at: datetime) -> Folder:
        """The folder under the numbers that the server gives now; under new ones its mails are looked at anew."""
        ...

    def note_fetched(
        self, name: str, *, uid: int, digests: Collection[bytes], to_mark: Collection[int], withheld: Collection[int],
        settled: Collection[int],
    ) -> None:  # fmt: skip
        """All mails up to `uid` were looked at: `digests` were accepted, `to_mark` are to be marked on the server.

        The server did not give those of `withheld` this time; those of `settled` are withheld no more.
        """
        ...

    def note_looked(self, name: str, *, at: datetime) -> None:
        """The folder was looked through to its end."""
        ...

    def note_marked(self, name: str, uids: Collection[int]) -> None:
        """The server has marked these, or no longer has them."""
        ...

    def record_outcome(self, outcome: Outcome, *, at: datetime) -> None: ...
    def revise_outcome(self, outcome: Outcome, *, at: datetime) -> None:
        """Puts `outcome` in the place of the one recorded for the same mail."""
        ...

    def record_failure(self, seq: int, error: str) -> int:
        """Notes that applying `seq` raised; how often that has happened now."""
        ...

    def defer(self, seq: int, *, until: datetime, reason: str) -> None:
        """Puts a mail off: later mail goes first."""
        ...

    def follow_thread(self, incident_id: str, message_id: str) -> None:
        """From now on `message_id` belongs to the incident, unless it belongs to one already."""
        ...

    def remember_words(self, incident_id: str, text: str) -> None: ...
    def add_notice(self, incident_id: str, notice: Notice, *, due_at: datetime, cause: int | None) -> None: ...
    def take_notices(self, *, now: datetime, incident_id: str | None = None, early: bool = False) -> list[DueNotice]:
        """Takes out what is due, or with `early` all there is. One due notice of an incident brings its others."""
        ...

    def add_private_mail(self, answer: PrivateMail) -> int:
        """Notes a private mail that is due, or one that was made already; its serial number."""
        ...

    def private_mail_made(self, serial: int) -> None:
        """Its mail is in the outbox: nothing is due any more."""
        ...

    def know_sender(self, person: Person) -> None:
        """From now on the name of `person` finds their address."""
        ...

    def enqueue(self, mail: OutboxMail) -> None:
        """Puts a mail into the outbox; one that is there already, by Message-ID, stays as it is."""
        ...

    def lease(
        self, *, now: datetime, until: datetime, by: str, early: bool = False, after: int = 0,
        only: Collection[int] | None = None, but: Collection[int] = (),
    ) -> OutboxMail | None:  # fmt: skip
        """The first mail behind number `after` (among `only`, and not one of `but`) that may be sent, leased to `by`.

        A mail that is due brings the other mails of its incident, so that they leave in order; `early` brings all.
        """
        ...

    def requeue_failed(self, *, at: datetime, only: Collection[int] | None = None) -> None:
        """Lets every failed mail that was not dropped be tried again, for the recipients that were refused.

        With `only` these mails, dropped or not, and those too that reached some of their recipients.
        """
        ...

    def drop(self, mail_id: int, *, at: datetime) -> bool:
        """Gives up on a queued mail that nobody is sending; whether there was one."""
        ...

    def mark_returned(self, message_id: str, *, at: datetime) -> None:
        """Notes that the list's copy of that mail has come back to us; the first time counts."""
        ...

    def mark_missed(self, mail_id: int, *, at: datetime) -> None: ...
    def settle(self, mail: OutboxMail, *, at: datetime) -> None:
        """Records the new state of a leased mail and of its recipients, and ends the lease.

        Recipients that are new to the mail are added, those that it no longer has are taken out.
        """
        ...


class Ledger(Protocol):
    """One ledger: one chain, one origin."""

    @property
    def origin(self) -> str: ...
    def store_mails(self, mails: Sequence[tuple[bytes, Mapping[str, JsonValue]]], *, at: datetime) -> list[int]:
        """Stores raw mails and their envelopes in one durable commit; their numbers."""
        ...

    def snapshot(self) -> AbstractContextManager[LedgerView]: ...
    def transaction(self) -> AbstractContextManager[Transaction]:
        """Waits for other writers, at most `busy_s_max`; then LedgerBusyError."""
        ...

    def verify(self) -> Verdict:
        """Walks the whole ledger, in memory that does not grow with it; names the first thing that does not hold."""
        ...

    def close(self) -> None: ...
