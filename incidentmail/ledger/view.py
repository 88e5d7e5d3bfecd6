"""The part of a store's interface that only reads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from incidentmail.core.model import Incident, Person

from .values import (
    Accepted,
    AskedQuestion,
    Deferred,
    DoneByMail,
    DuePrivateMail,
    Entry,
    FailedRecipient,
    Figures,
    Folder,
    Head,
    MailState,
    OutboxMail,
    Outcome,
    UnsentMail,
)


class LedgerView(Protocol):
    """A consistent view of one moment."""

    def head(self) -> Head:
        """Return the newest entry."""
        ...

    def accepted_head(self) -> Head:
        """Return the newest accepted message. Accepted messages have a chain of their own."""
        ...

    def head_at(self, size: int) -> Head | None:
        """Return the head at the time when the ledger had `size` entries, or None if it has fewer."""
        ...

    def size_of(self, head: str) -> int | None:
        """Return the number of the entry or accepted message with this hash, or None. It searches all of them."""
        ...

    def accepted_head_at(self, size: int) -> Head | None: ...

    def incident(self, incident_id: str) -> Incident | None: ...
    def incident_by_ref(self, ref: str) -> Incident | None: ...
    def incidents(self, *, everything: bool) -> list[Incident]:
        """Return open incidents in phases 0 to 2, or all incidents if `everything`, the newest first."""
        ...

    def next_updates(self) -> dict[str, datetime | None]:
        """Return when the next update is due, by the id of each open incident in phases 0 to 2, the newest first.

        No incident is read completely.
        """
        ...

    def declared_since(self, at: datetime) -> list[Incident]:
        """Return all incidents declared at `at` or later, the newest first."""
        ...

    def silent_sizes(self) -> tuple[int, int]:
        """Return how many entries and accepted messages belong to incidents that only the restricted list hears of."""
        ...

    def ids_with(self, part: str) -> list[str]:
        """Return all incident ids that contain `part`, the newest first."""
        ...

    def with_proposals(self, *, expired_at: datetime | None = None) -> list[str]:
        """Return the ids of incidents with an open proposal.

        If `expired_at` is given, one of them has to expire by then.
        """
        ...

    def entries(self, incident_id: str | None = None, *, after: int = 0) -> Iterator[Entry]:
        """Yield the entries of one incident or of all, in the order of `seq`, with `seq` greater than `after`."""
        ...

    def newest_entries(self, incident_id: str, *, limit: int) -> list[Entry]:
        """Return the newest entries of an incident, at most `limit`, in the order of `seq`.

        It takes no longer in a large ledger.
        """
        ...

    def incident_of(self, message_id: str) -> str | None:
        """Return the id of the incident whose thread `message_id` belongs to, or None.

        Case is ignored, because some servers change it.
        """
        ...

    def words(self, incident_id: str) -> list[str]:
        """Return the texts of the earlier messages of an incident, oldest first."""
        ...

    def words_after(
        self, incident_id: str, number: int, *, chars_max: int | None = None
    ) -> tuple[int, int, list[tuple[int, str]]]:
        """Return how many texts of its mails an incident has up to text `number`, how many in all, and the later ones.

        The texts come with their numbers, the oldest first; with `chars_max` only the newest, of about that length.
        """
        ...

    def accepted(self, seq: int) -> Accepted | None: ...
    def newest_accepted_at(self, *, before: datetime) -> datetime | None:
        """Return when the newest message accepted before that moment came in, or None if there is none."""
        ...

    def raw_mails_from(self, address: str, *, since: datetime, most: int) -> list[bytes]:
        """Return the newest raw messages from `address` accepted at `since` or later, the newest first, at most `most`.

        Only believed ones count, since anybody can write the address into a message that is then refused. Only the
        newest few thousand messages that were read are searched.
        """
        ...

    def wrote_before(self, address: str, seq: int) -> bool:
        """Return whether another message from `address`, of a member, was read before the message `seq`.

        Other copies of that message do not count. Only the newest few thousand messages are searched.
        """
        ...

    def outcomes(self, *, after: int = 0) -> Iterator[Outcome]: ...
    def outcome(self, seq: int) -> Outcome | None: ...
    def seen(self, copy_key: str) -> Outcome | None:
        """Return the newest outcome with that key, or None."""
        ...

    def first_bearing(self, message_id: str) -> Outcome | None:
        """Return the oldest outcome of people's mail with that Message-ID, or None."""
        ...

    def is_believed_mail(self, message_id: str) -> bool:
        """Return whether a believed person's mail has that Message-ID, whatever became of it."""
        ...

    def has_verified_mail(self, address: str) -> bool:
        """Return whether some mail of `address` was verified, among the newest few thousand messages that were read."""
        ...

    def newest_bearing(self, message_id: str, header_from: str) -> Outcome | None:
        """Return the newest outcome of one author's mail with that Message-ID, or None."""
        ...

    def bearing_by_others(self, message_id: str, header_from: str | None) -> Outcome | None:
        """Return the oldest outcome of a member's mail with that Message-ID and another author, or None."""
        ...

    def is_claimed_elsewhere(self, message_id: str, incident_id: str) -> bool:
        """Return whether mail with that Message-ID is outside of the incident, by a member who has none with it inside.

        So whoever writes first under the Message-ID of somebody else's mail does not lead the answers to it away.
        """
        ...

    def is_filed_elsewhere(self, message_id: str, incident_id: str) -> bool:
        """Return whether mail with that Message-ID came in, and none of it belongs to the incident."""
        ...

    def message_ids(self, seqs: Iterable[int]) -> dict[int, str]:
        """Return the Message-IDs of accepted messages by their number. Messages without one are left out."""
        ...

    def returned_ids(self, incident_id: str) -> list[str]:
        """Return the Message-IDs under which the list returned mails of ours, the oldest first.

        They are those of the incident's thread; the work grows with the number of its own mails.
        """
        ...

    def next_pending(self, *, now: datetime | None = None, after: int = 0) -> Accepted | None:
        """Return the first accepted message after number `after` without an outcome.

        With `now`, messages deferred until later than that are skipped.
        """
        ...

    def deferred(self) -> list[Deferred]:
        """Return the deferred messages without an outcome, in the order of `seq`."""
        ...

    def pending(self) -> int:
        """Return how many accepted messages have no outcome yet."""
        ...

    def folder(self, name: str) -> Folder | None:
        """Return how far an IMAP folder has been fetched, or None if it never was."""
        ...

    def was_fetched(self, name: str, sha256: bytes) -> bool:
        """Return whether a message of exactly these bytes was accepted from the folder, under any UID."""
        ...

    def private_mails_since(
        self, at: datetime, *, address: str | None = None, incident: str | None = None, kind: str | None = None,
        digest: str | None = None, mailbox: str | None = None, cause: str | None = None, is_caused: bool | None = None,
        but_kind: str | None = None,
    ) -> int:  # fmt: skip
        """Return how many private messages were recorded at `at` or later and match every value that is given.

        `mailbox` also counts its other addresses, with a tag. `is_caused` says whether something else than the reader's
        own mail made them due, whatever it was. Those of `but_kind` are not counted.
        """
        ...

    def alarms_kept_back(self, since: datetime) -> dict[str, int]:
        """Return how many alarms a limit has kept back since the operator was last told so, by their kind."""
        ...

    def private_mail_kind(self, serial: int) -> str | None:
        """Return the kind of the private message with that serial number, or None if there is none."""
        ...

    def private_mail_noted_at(self, serial: int) -> datetime | None:
        """Return when the private message with that serial number became due, or None if there is none."""
        ...

    def next_private_mail(self, *, incident_id: str | None = None, after: int = 0) -> DuePrivateMail | None:
        """Return the first private message after number `after` that is due, of one incident or of all, or None."""
        ...

    def is_ref_taken(self, ref: str) -> bool:
        """Return whether a private message has that REF."""
        ...

    def filed_by_ref(self, ref: str) -> int | None:
        """Return the number of the accepted message that a reply to the private message with that REF declares.

        Return None if there is no such message.
        """
        ...

    def asked_since(self, at: datetime) -> list[AskedQuestion]:
        """Return the questions asked at `at` or later, in the order in which they were asked."""
        ...

    def is_unanswered(self, *, now: datetime) -> bool:
        """Return whether the time to answer some question has passed (a notice of the kind `unanswered` is due)."""
        ...

    def done_by_mail(self, incident_id: str) -> list[DoneByMail]:
        """Return what mail did in an incident, oldest first, without notes."""
        ...

    def senders_called(self, name: str) -> list[Person]:
        """Return everybody whose mail was accepted as a member's under that name, ignoring case."""
        ...

    def senders(self) -> list[Person]:
        """Return everybody whose mail was accepted as a member's, once for each name that they used."""
        ...

    def outbox(
        self, states: Sequence[MailState] = ("queued", "sent", "failed"), *, message_ids: Collection[str] | None = None
    ) -> list[OutboxMail]:
        """Return the messages in these states, of all or of `message_ids`, in the order in which they were made."""
        ...

    def outbox_of_note(self, *, refused_since: datetime) -> list[OutboxMail]:
        """Return the messages that need attention.

        They wait, failed, were not returned by the list, or failed for some recipient at `refused_since` or later.
        """
        ...

    def outbox_numbered(self, number: int) -> OutboxMail | None:
        """Return the message with this number, or None. The number of a message never changes."""
        ...

    def outbox_named(self, part: str) -> list[OutboxMail]:
        """Return the messages, at most ten, that have `part` in their Message-ID."""
        ...

    def failed_recipients(self, *, since: datetime, limit: int) -> list[FailedRecipient]:
        """Return the newest recipients for whom a message has failed since then, at most `limit`, the newest first."""
        ...

    def waiting_recipients(self, *, after: datetime, until: datetime) -> list[FailedRecipient]:
        """Return the recipients whom a message has not reached yet that was made after `after` and not after `until`.

        No relay accepted it, or a report says that it is delayed.
        """
        ...

    def unsent(self, *, now: datetime, failed_since: datetime) -> list[UnsentMail]:
        """Return the mails about incidents that wait and are not being sent now, and those that failed for good.

        A failed mail counts if it was made at `failed_since` or later, and the operator has not dropped it.
        """
        ...

    def unreturned(self, address: str, *, after: datetime, until: datetime) -> list[OutboxMail]:
        """Return the messages that a relay accepted for `address` after `after` and not after `until`.

        Those that came back or are marked as missed are left out.
        """
        ...

    def never_returned(self, addresses: Sequence[str]) -> list[str]:
        """Return those of `addresses` that accepted our mail, but from which none of it ever came back."""
        ...

    def figures(self, *, now: datetime, failed_since: datetime, quarantined_since: datetime) -> Figures:
        """Return counts, sizes and newest times. This is no slower in a large ledger.

        Refusals and missed messages count since `failed_since`, quarantined messages since `quarantined_since`.
        """
        ...

    def recipients_of(self, incident_id: str) -> frozenset[str]:
        """Return every address that announcements of the incident went to or will go to, without private answers."""
        ...

    def due_incidents(self, *, now: datetime, early: bool) -> list[str]:
        """Return the ids of incidents with a due notice, or with any if `early`, in the order of the notices."""
        ...
