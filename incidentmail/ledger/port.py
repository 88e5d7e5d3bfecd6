"""The promise that every store keeps: what goes in stays, in order, and proves it. Values first, then the port.

Times are aware datetimes in UTC with whole seconds. Whatever a method writes is durable when the transaction it
belongs to has ended without an exception, and not there at all otherwise.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from pydantic import JsonValue

from incidentmail.core.events import Event, Recorded
from incidentmail.core.model import Actor, Incident, Person
from incidentmail.core.notices import Notice, NoticeKind

OutcomeName = Literal["applied", "note", "refused", "held", "automatic", "duplicate", "quarantined", "filed"]
MailState = Literal["queued", "sent", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The newest entry: `hash` in hex; size 0 for an empty ledger."""

    origin: str
    size: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CausedBy:
    """The accepted mail behind an entry: its number and the SHA-256 of its bytes, in hex."""

    seq: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the ledger."""

    seq: int
    recorded: Recorded
    trust: str
    caused_by: CausedBy | None
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A mail as it came in, before anybody read it."""

    seq: int
    received_at: datetime
    envelope: Mapping[str, JsonValue]
    raw: bytes
    sha256: str
    deferrals: int = 0  # how often it was put off


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferred:
    """A mail that waits for an answer that nobody can give now; it is read again at `until`."""

    seq: int
    until: datetime
    times: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an accepted mail. `once` is the key under which a second copy of it is found.

    `trust_rule` names what decided how far its author is believed.
    """

    seq: int
    received_at: datetime
    message_id: str | None
    header_from: str | None
    subject: str
    disposition: str
    rule: str | None
    incident: str | None
    trust: str | None
    outcome: OutcomeName
    reason: str | None
    once: str | None = None
    trust_rule: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DueNotice:
    incident: str
    kind: NoticeKind
    cause: int | None
    recipient: str | None
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    address: str
    state: MailState
    reply: str | None = None
    sent_at: datetime | None = None
    failed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxMail:
    """A mail on its way out. `id` is 0 until it is in the outbox.

    `returned_at`: when the list's copy came back to us; `missed_at`: when we said that it had not. `queued_at`: since
    when it waits, which is when it was made, or when somebody had it tried again. `leased_until`: somebody is sending
    it, at most until then.
    """

    id: int = 0
    message_id: str
    incident: str | None
    subject: str
    reverse_path: str
    recipients: tuple[Recipient, ...]
    raw: bytes
    state: MailState = "queued"
    attempts: int = 0
    last_error: str | None = None
    next_attempt_at: datetime
    returned_at: datetime | None = None
    missed_at: datetime | None = None
    queued_at: datetime | None = None
    leased_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """How far an IMAP folder has been fetched: every mail up to `uid`, except those of `withheld`.

    `opened_at`: when it was first looked at. `to_mark`: accepted, and not yet marked or moved on the server.
    `withheld`: how often the server did not give a mail, by its UID.
    """

    name: str
    opened_at: datetime
    uidvalidity: int
    uid: int
    to_mark: tuple[int, ...]
    withheld: Mapping[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A private mail to one person. `content` is what it will say, as JSON; None where its mail is made already.

    `digest` marks answers that say the same. `filed` is the accepted mail that a reply to this one declares, and `ref`
    how such a reply finds it.
    """

    kind: str
    address: str
    incident: str | None
    at: datetime
    digest: str | None = None
    content: str | None = None
    ref: str | None = None
    filed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DueAnswer:
    """A private mail whose text is still to be made. No other private mail of this ledger has its serial number."""

    serial: int
    address: str
    incident: str | None
    content: str
    ref: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How the ledger stands: depths, newest and oldest times, its size in bytes.

    `waiting`: accepted mails that nobody has read, but could; `deferred`: those that wait for an answer from elsewhere.
    `refused`: recipients that mail failed for for good; `missed`: mails that the list did not return.
    """

    accepted: int
    accepted_at: datetime | None
    applied_at: datetime | None
    waiting: int
    waits_since: datetime | None
    deferred: int
    quarantined: int
    queued: int
    queued_since: datetime | None
    refused: int
    missed: int
    looked_at: datetime | None
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`first_bad` is the number of the first entry (or accepted mail) that does not hold; `reason` says why."""

    ok: bool
    size: int
    head: str
    first_bad: int | None = None
    reason: str | None = None


class Reading(Protocol):
    """A consistent view of one moment."""

    def head(self) -> Head: ...
    def incident(self, incident_id: str) -> Incident | None: ...
    def incident_by_ref(self, ref: str) -> Incident | None: ...
    def incidents(self, *, everything: bool) -> list[Incident]:
        """Open ones in phases 0 to 2, or all; the newest first."""
        ...

    def declared_since(self, at: datetime) -> list[Incident]:
        """All incidents declared at `at` or later; the newest first."""
        ...

    def ids_with(self, part: str) -> list[str]:
        """The ids of all incidents that hold `part`; the newest first."""
        ...

    def with_proposals(self, *, expired_at: datetime | None = None) -> list[str]:
        """The ids of incidents with a proposal that waits, or only of those with one that has expired by then."""
        ...

    def entries(self, incident_id: str | None = None, *, after: int = 0) -> Iterator[Entry]:
        """Entries in the order of `seq`, of one incident or of all, with `seq` greater than `after`."""
        ...

    def incident_of(self, message_id: str) -> str | None:
        """The incident whose thread `message_id` belongs to, in any case of its letters: some servers change it."""
        ...

    def words(self, incident_id: str) -> list[str]:
        """The texts of the earlier mails of an incident, oldest first."""
        ...

    def words_after(self, incident_id: str, number: int) -> tuple[int, list[tuple[int, str]]]:
        """How many of these texts have a number up to `number`, and the others with theirs, oldest first."""
        ...

    def accepted(self, seq: int) -> Accepted | None: ...
    def newest_accepted_at(self, *, before: datetime) -> datetime | None:
        """When the newest mail came in that came before that moment."""
        ...

    def outcomes(self, *, after: int = 0) -> Iterator[Outcome]: ...
    def outcome(self, seq: int) -> Outcome | None: ...
    def seen(self, once: str) -> Outcome | None:
        """The newest outcome under that key."""
        ...

    def bearing(self, message_id: str) -> list[Outcome]:
        """The outcomes of people's mail with that Message-ID, copies left out."""
        ...

    def message_ids(self, seqs: Iterable[int]) -> dict[int, str]:
        """The Message-IDs of accepted mails by their number."""
        ...

    def next_pending(self, *, now: datetime | None = None) -> Accepted | None:
        """The lowest accepted mail without an outcome; with `now`, of those that were not put off beyond it."""
        ...

    def deferred(self) -> list[Deferred]:
        """The mails without an outcome that were put off, in their order."""
        ...

    def pending(self) -> int:
        """How many accepted mails have no outcome yet."""
        ...

    def folder(self, name: str) -> Folder | None:
        """How far an IMAP folder has been fetched; None where it never was."""
        ...

    def was_fetched(self, name: str, sha256: bytes) -> bool:
        """Whether a mail of exactly these bytes was accepted from the folder, under whatever number."""
        ...

    def answers_since(
        self, at: datetime, *, address: str | None = None, incident: str | None = None, kind: str | None = None,
        digest: str | None = None,
    ) -> int:  # fmt: skip
        """How many private mails were noted at `at` or later, of those that fit all that is given."""
        ...

    def next_answer(self, *, incident_id: str | None = None, after: int = 0) -> DueAnswer | None:
        """The first private mail behind number `after` that is due, of one incident or of all."""
        ...

    def is_ref_taken(self, ref: str) -> bool:
        """Whether a private mail bears that REF."""
        ...

    def filed_by_ref(self, ref: str) -> int | None:
        """The accepted mail that a reply to the private mail with that REF declares."""
        ...

    def senders_called(self, name: str) -> list[Person]:
        """Everybody whose mail was taken as a member's under that name, in any case of letters."""
        ...

    def outbox(
        self, states: Sequence[MailState] = ("queued", "sent", "failed"), *, message_ids: Collection[str] | None = None
    ) -> list[OutboxMail]:
        """The mails in these states, or of `message_ids` those, in the order in which they were made."""
        ...

    def outbox_of_note(self, *, refused_since: datetime) -> list[OutboxMail]:
        """What waits, what failed, what the list has not returned, and what somebody was refused since then."""
        ...

    def outbox_named(self, name: str) -> list[OutboxMail]:
        """The mail with this number; else those, at most ten, that have this in their Message-ID."""
        ...

    def is_in_outbox(self, message_id: str) -> bool:
        """Whether a mail with that id waits, was sent or failed."""
        ...

    def unreturned(self, address: str, *, after: datetime, until: datetime) -> list[OutboxMail]:
        """Mail that a relay took for `address` between the two moments, and that neither came back nor was missed."""
        ...

    def first_return(self) -> datetime | None:
        """When a mail of ours came back for the first time; None where none ever has."""
        ...

    def figures(self, *, failed_since: datetime, quarantined_since: datetime) -> Figures:
        """Depths, sizes and newest times; no slower in a large ledger. Refusals and missed mails count since
        `failed_since`."""
        ...

    def recipients_of(self, incident_id: str) -> frozenset[str]:
        """Every address that an announcement of the incident went to, or is about to; private answers do not count."""
        ...

    def due_incidents(self, *, now: datetime, early: bool) -> list[str]:
        """The incidents with a notice that is due, or with `early` with any, in the order of their notices."""
        ...

    def next_due_at(self) -> datetime | None:
        """When the next notice is due or the next queued mail may be tried; a leased one not before its lease ends."""
        ...


class Transaction(Reading, Protocol):
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

    def accept(self, mails: Sequence[tuple[bytes, Mapping[str, JsonValue]]], *, at: datetime) -> list[int]:
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

    def add_answer(self, answer: Answer) -> int:
        """Notes a private mail that is due, or one that was made already; its serial number."""
        ...

    def answer_made(self, serial: int) -> None:
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
    def accept(self, mails: Sequence[tuple[bytes, Mapping[str, JsonValue]]], *, at: datetime) -> list[int]:
        """Stores raw mails and their envelopes in one durable commit; their numbers."""
        ...

    def reading(self) -> AbstractContextManager[Reading]: ...
    def transaction(self) -> AbstractContextManager[Transaction]:
        """Waits for other writers, at most `busy_s_max`; then LedgerBusyError."""
        ...

    def verify(self) -> Verdict:
        """Walks the whole ledger, in memory that does not grow with it; names the first thing that does not hold."""
        ...

    def close(self) -> None: ...
