"""Define the part of a store's interface that only reads mail: accepted messages, their outcomes, and the outbox."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from incidentmail.core.model import Person

from .values import (
    Accepted,
    AskedQuestion,
    Deferred,
    DoneByMail,
    DuePrivateMail,
    FailedRecipient,
    Figures,
    Folder,
    MailState,
    OutboxMail,
    Outcome,
    UnsentMail,
)


class MailView(Protocol):
    """A consistent view of the mail in a ledger at one moment."""

    def accepted(self, seq: int) -> Accepted | None: ...
    def newest_accepted_at(self, *, before: datetime) -> datetime | None:
        """Return when the newest message accepted before that moment arrived, or None if there is none."""
        ...

    def raw_mails_from(self, address: str, *, since: datetime, most: int) -> list[bytes]:
        """Return the newest raw messages from `address` accepted at `since` or later, the newest first, at most `most`.

        Only believed messages count, because anybody can write the address into a message that is then refused. Only
        the newest few thousand messages that were processed are searched.
        """
        ...

    def wrote_before(self, address: str, seq: int) -> bool:
        """Return whether another message from `address`, by a member, was processed before the message `seq`.

        Other copies of that message do not count. Only the newest few thousand messages are searched.
        """
        ...

    def outcomes(self, *, after: int = 0) -> Iterator[Outcome]: ...
    def outcome(self, seq: int) -> Outcome | None: ...
    def seen(self, copy_key: str) -> Outcome | None:
        """Return the newest outcome with that copy key, or None."""
        ...

    def first_bearing(self, message_id: str) -> Outcome | None:
        """Return the oldest outcome of a person's mail with that Message-ID, or None."""
        ...

    def is_believed_mail(self, message_id: str) -> bool:
        """Return whether a believed person's mail has that Message-ID, whatever its outcome."""
        ...

    def has_verified_mail(self, address: str) -> bool:
        """Return whether any mail from `address` was verified, among the newest few thousand messages that were
        processed.
        """
        ...

    def newest_bearing(self, message_id: str, header_from: str) -> Outcome | None:
        """Return the newest outcome of mail by that author with that Message-ID, or None."""
        ...

    def bearing_by_others(self, message_id: str, header_from: str | None) -> Outcome | None:
        """Return the oldest outcome of a member's mail with that Message-ID and another author, or None."""
        ...

    def is_claimed_elsewhere(self, message_id: str, incident_id: str) -> bool:
        """Return whether a member who has no mail with that Message-ID in the incident has such mail outside it.

        So the first person to use the Message-ID of another person's mail cannot divert the answers to that mail.
        """
        ...

    def is_filed_elsewhere(self, message_id: str, incident_id: str) -> bool:
        """Return whether mail with that Message-ID was received, none of which belongs to the incident."""
        ...

    def message_ids(self, seqs: Iterable[int]) -> dict[int, str]:
        """Return the Message-IDs of accepted messages by their number. Messages without one are left out."""
        ...

    def returned_ids(self, incident_id: str) -> list[str]:
        """Return the Message-IDs under which the list returned mails of ours, the oldest first.

        These are ids in the incident's thread. The time needed grows with the number of the incident's own mails.
        """
        ...

    def next_pending(self, *, now: datetime | None = None, after: int = 0) -> Accepted | None:
        """Return the first accepted message after number `after` without an outcome.

        If `now` is given, messages deferred until later than that are skipped.
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

        If `mailbox` is given, messages to all its addresses count, also those with a tag. `is_caused` says whether
        anything other than the reader's own mail made the messages due. Messages of `but_kind` are not counted.
        """
        ...

    def alarms_kept_back(self, since: datetime) -> dict[str, int]:
        """Return how many alarms a limit has stopped since the operator was last told so, by kind."""
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
        """Return the entries of an incident that mail caused, except notes, the oldest first."""
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
        """Return the messages in these states, in the order in which they were written.

        If `message_ids` is given, return only messages with these ids.
        """
        ...

    def outbox_of_note(self, *, refused_since: datetime) -> list[OutboxMail]:
        """Return the messages that need attention.

        These messages are waiting, failed, were not returned by the list, or failed for a recipient at
        `refused_since` or later.
        """
        ...

    def outbox_numbered(self, number: int) -> OutboxMail | None:
        """Return the message with this number, or None. The number of a message never changes."""
        ...

    def outbox_named(self, part: str) -> list[OutboxMail]:
        """Return at most ten messages whose Message-ID contains `part`."""
        ...

    def failed_recipients(self, *, since: datetime, limit: int) -> list[FailedRecipient]:
        """Return the recipients for whom a message failed at `since` or later, the newest first, at most `limit`."""
        ...

    def waiting_recipients(self, *, after: datetime, until: datetime) -> list[FailedRecipient]:
        """Return the recipients whom a message has not reached yet.

        Only messages written after `after` and not after `until` count. Either no relay has accepted the message, or
        a report says that it is delayed.
        """
        ...

    def unsent(self, *, now: datetime, failed_since: datetime) -> list[UnsentMail]:
        """Return the mails about incidents that are waiting and are not being sent now, and those that failed
        permanently.

        A failed mail counts if it was written at `failed_since` or later and the operator has not dropped it.
        """
        ...

    def unreturned(self, address: str, *, after: datetime, until: datetime) -> list[OutboxMail]:
        """Return the messages for `address` that the list has not returned.

        A relay accepted them after `after` and not after `until`. Messages that came back or are marked as missed are
        left out.
        """
        ...

    def never_returned(self, addresses: Sequence[str]) -> list[str]:
        """Return those of `addresses` that accepted our mail but from which no copy ever came back."""
        ...

    def figures(self, *, now: datetime, failed_since: datetime, quarantined_since: datetime) -> Figures:
        """Return counts, sizes and newest times. The time needed does not grow with the ledger.

        Refusals and missed messages count since `failed_since`, quarantined messages since `quarantined_since`.
        """
        ...

    def recipients_of(self, incident_id: str) -> frozenset[str]:
        """Return every address to which announcements of the incident went or will go. Private answers do not count."""
        ...

    def due_incidents(self, *, now: datetime, early: bool) -> list[str]:
        """Return the ids of incidents with a due notice, in the order of the notices.

        If `early` is true, return the ids of incidents with any notice.
        """
        ...
