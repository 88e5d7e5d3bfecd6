"""What a ledger can be asked: a consistent view of one moment."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from incidentmail.core.model import Incident, Person

from .values import Accepted, Deferred, DuePrivateMail, Entry, Figures, Folder, Head, MailState, OutboxMail, Outcome


class LedgerView(Protocol):
    """A consistent view of one moment."""

    def head(self) -> Head: ...
    def incident(self, incident_id: str) -> Incident | None: ...
    def incident_by_ref(self, ref: str) -> Incident | None: ...
    def incidents(self, *, everything: bool) -> list[Incident]:
        """Open ones in phases 0 to 2, or all; the newest first."""
        ...

    def next_updates(self) -> dict[str, datetime | None]:
        """The ids of the open ones, the newest first, with when the next update of each is due; none is read whole."""
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
    def seen(self, copy_key: str) -> Outcome | None:
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

    def private_mails_since(
        self, at: datetime, *, address: str | None = None, incident: str | None = None, kind: str | None = None,
        digest: str | None = None,
    ) -> int:  # fmt: skip
        """How many private mails were noted at `at` or later, of those that fit all that is given."""
        ...

    def next_private_mail(self, *, incident_id: str | None = None, after: int = 0) -> DuePrivateMail | None:
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

    def outbox_numbered(self, number: int) -> OutboxMail | None:
        """Return the mail with this number, or None. A mail keeps its number whatever becomes of the others."""
        ...

    def outbox_named(self, part: str) -> list[OutboxMail]:
        """Return the mails, at most ten, that have `part` in their Message-ID."""
        ...

    def unreturned(self, address: str, *, after: datetime, until: datetime) -> list[OutboxMail]:
        """Mail that a relay took for `address` between the two moments, and that neither came back nor was missed."""
        ...

    def first_return(self) -> datetime | None:
        """When a mail of ours came back for the first time; None where none ever has."""
        ...

    def never_returned(self, addresses: Sequence[str]) -> list[str]:
        """Return those of `addresses` that took at least one mail of ours, and from which none ever came back."""
        ...

    def figures(self, *, now: datetime, failed_since: datetime, quarantined_since: datetime) -> Figures:
        """Depths, sizes and newest times; no slower in a large ledger. Refusals and missed mails count since
        `failed_since`."""
        ...

    def recipients_of(self, incident_id: str) -> frozenset[str]:
        """Every address that an announcement of the incident went to, or is about to; private answers do not count."""
        ...

    def due_incidents(self, *, now: datetime, early: bool) -> list[str]:
        """The incidents with a notice that is due, or with `early` with any, in the order of their notices."""
        ...
