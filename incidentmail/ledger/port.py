"""The interface of every store: what is written stays, in order, and a hash chain proves it.

Its values are in values.py, and the methods that only read are in view.py.

Times are aware datetimes in UTC with whole seconds. What a method writes is durable once its transaction has ended
without an exception, and is not there at all otherwise.
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

from .values import CausedBy, DueNotice, Folder, OutboxMail, Outcome, PrivateMail, Reported, Verdict
from .view import LedgerView


class Transaction(LedgerView, Protocol):
    """A view that can also write. Everything is committed when the block ends, or nothing is."""

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

        Raise StaleVersionError if the incident has another version than expected, and ValueError if there are no
        events or if they do not follow from its state.
        """
        ...

    def store_mails(self, mails: Sequence[tuple[bytes, Mapping[str, JsonValue]]], *, at: datetime) -> list[int]:
        """Store raw mails and their envelopes; return their numbers, in the same order."""
        ...

    def open_folder(self, name: str, *, uidvalidity: int, at: datetime) -> Folder:
        """Return the folder. If its UIDVALIDITY is a new one, all its mails are to be looked at again."""
        ...

    def note_fetched(
        self, name: str, *, uid: int, digests: Collection[bytes], to_mark: Collection[int], withheld: Collection[int],
        settled: Collection[int],
    ) -> None:  # fmt: skip
        """Record that all mails up to `uid` were looked at.

        `digests` are the SHA-256 of the accepted mails; `to_mark` are to be marked on the server. The server did not
        give those in `withheld` this time; those in `settled` are no longer withheld.
        """
        ...

    def note_looked(self, name: str, *, at: datetime) -> None:
        """Record that the folder was looked through to its end."""
        ...

    def note_marked(self, name: str, uids: Collection[int]) -> None:
        """Record that the server has marked these mails, or no longer has them."""
        ...

    def record_outcome(self, outcome: Outcome, *, at: datetime) -> None: ...
    def revise_outcome(self, outcome: Outcome, *, at: datetime) -> None:
        """Replace the outcome that is recorded for the same mail."""
        ...

    def count_attempts(self, seqs: Sequence[int]) -> None:
        """Count one more attempt to read each of these mails, before it begins: it may end this process."""
        ...

    def record_failure(self, seq: int, error: str) -> int:
        """Record why the last attempt failed; return how many there were."""
        ...

    def forget_attempts(self, seq: int) -> None:
        """Record that the mail can be read, and only waits for something else. Its outcome says so too."""
        ...

    def defer(self, seq: int, *, until: datetime, reason: str) -> None:
        """Put a mail off until then, so that later mail is read first."""
        ...

    def follow_thread(self, incident_id: str, message_id: str) -> None:
        """Record that `message_id` belongs to the incident, unless it belongs to an incident already."""
        ...

    def remember_words(self, incident_id: str, text: str) -> None: ...
    def add_notice(self, incident_id: str, notice: Notice, *, due_at: datetime, cause: int | None) -> None: ...
    def take_notices(self, *, now: datetime, incident_id: str | None = None, early: bool = False) -> list[DueNotice]:
        """Remove and return the notices of mail that are due, or all if `early`; none of the kind `unanswered`.

        If one notice of an incident is due, its other notices are taken too.
        """
        ...

    def forget_unanswered(self, incident_id: str, address: str) -> None:
        """Remove the notices of the kind `unanswered` about an incident that wait for an answer of `address`."""
        ...

    def take_unanswered(self, *, now: datetime) -> DueNotice | None:
        """Remove and return the first notice of the kind `unanswered` that is due, or None."""
        ...

    def add_private_mail(self, answer: PrivateMail) -> int:
        """Record a private mail that is due, or one that was made already; return its serial number."""
        ...

    def private_mail_made(self, serial: int) -> None:
        """Record that the private mail is in the outbox and no longer due."""
        ...

    def note_asked(self, mail: int, about: Collection[str], *, at: datetime) -> None:
        """Record what the sender of that accepted mail is asked about, a word for each question."""
        ...

    def know_sender(self, person: Person, *, called: str | None = None) -> None:
        """Remember the address of `person`, so that their name alone finds it, or `called`, as they call themselves."""
        ...

    def enqueue(self, mail: OutboxMail) -> None:
        """Put a mail into the outbox. If its Message-ID is there already, change nothing."""
        ...

    def lease(
        self, *, now: datetime, until: datetime, by: str, early: bool = False, after: int = 0,
        only: Collection[int] | None = None, but: Collection[int] = (),
    ) -> OutboxMail | None:  # fmt: skip
        """Lease to `by` the first mail after number `after` that may be sent; return it, or None.

        It is one of `only`, if that is given, and none of `but`. If a mail is due, the other mails of its incident
        may be sent too, so that they leave in order; if `early`, all may be.
        """
        ...

    def requeue_failed(self, *, at: datetime, only: Collection[int] | None = None) -> None:
        """Let every failed mail that was not dropped be tried again, for the recipients that were refused.

        If `only` is given, these mails instead: dropped or not, and also if they reached some of their recipients.
        """
        ...

    def drop(self, mail_id: int, *, at: datetime) -> bool:
        """Give up on a queued mail that is not being sent; return whether there was one."""
        ...

    def mark_returned(self, message_id: str, *, at: datetime) -> None:
        """Record when the list's copy of that mail came back to us; the first time counts."""
        ...

    def note_report(self, mail_id: int, address: str, *, what: Reported, reply: str, at: datetime) -> bool:
        """Record what a delivery report says of a recipient whom a relay took the mail for.

        Return whether that is news: a mail fails once, and what has failed neither waits nor arrives.
        """
        ...

    def mark_missed(self, mail_id: int, *, at: datetime) -> None: ...
    def settle(self, mail: OutboxMail, *, at: datetime) -> None:
        """Record the new state of a leased mail and of its recipients, and end the lease.

        Recipients that are new to the mail are added, and those that it no longer has are removed.
        """
        ...


class Ledger(Protocol):
    """One ledger with one origin: a hash chain over its entries, and one over its accepted mail."""

    @property
    def origin(self) -> str: ...
    def store_mails(self, mails: Sequence[tuple[bytes, Mapping[str, JsonValue]]], *, at: datetime) -> list[int]:
        """Store raw mails and their envelopes in one durable commit; return their numbers, in the same order."""
        ...

    def snapshot(self) -> AbstractContextManager[LedgerView]: ...
    def transaction(self) -> AbstractContextManager[Transaction]:
        """Open a transaction. Raise LedgerBusyError if other writers take longer than `busy_s_max`."""
        ...

    def check(self) -> None:
        """Raise LedgerDamagedError if a quick look finds damage: before mail is acknowledged, it must be kept."""
        ...

    def verify(self) -> Verdict:
        """Check the whole ledger and name the first thing that is wrong. The memory needed does not grow with it."""
        ...

    def close(self) -> None: ...
