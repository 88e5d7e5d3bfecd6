"""Define the part of a store's interface that reads mail: accepted messages, their outcomes, and the outbox."""

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
        """Return when the newest message accepted before the given time arrived, or None."""
        ...

    def raw_mails_from(self, address: str, *, since: datetime, most: int) -> list[bytes]:
        """Return at most `most` raw messages from `address` accepted at `since` or later, newest first.

        Only messages from trusted authors count, because anybody can write the address into a message. Only the newest
        few thousand processed messages are searched.
        """
        ...

    def wrote_before(self, address: str, seq: int) -> bool:
        """Return whether a member sent another message from `address` that was processed before message `seq`.

        Other copies of the same message do not count. Only the newest few thousand messages are searched.
        """
        ...

    def outcomes(self, *, after: int = 0) -> Iterator[Outcome]: ...
    def outcome(self, seq: int) -> Outcome | None: ...
    def seen(self, copy_key: str) -> Outcome | None:
        """Return the newest outcome with this copy key, or None."""
        ...

    def first_bearing(self, message_id: str) -> Outcome | None:
        """Return the oldest outcome of a person's mail with this Message-ID, or None."""
        ...

    def is_believed_mail(self, message_id: str) -> bool:
        """Return whether mail with this Message-ID came from a trusted person, whatever its outcome was."""
        ...

    def has_verified_mail(self, address: str) -> bool:
        """Return whether any of the newest few thousand messages is verified mail from `address`."""
        ...

    def newest_bearing(self, message_id: str, header_from: str) -> Outcome | None:
        """Return the newest outcome of mail with this Message-ID and author, or None."""
        ...

    def bearing_by_others(self, message_id: str, header_from: str | None) -> Outcome | None:
        """Return the oldest outcome of a member's mail with this Message-ID but another author, or None."""
        ...

    def is_claimed_elsewhere(self, message_id: str, incident_id: str) -> bool:
        """Return whether a member has sent mail with this Message-ID outside the incident, but none inside it.

        This prevents people from diverting the answers to another person's mail by using its Message-ID first.
        """
        ...

    def is_filed_elsewhere(self, message_id: str, incident_id: str) -> bool:
        """Return whether mail with this Message-ID was received, but none of it belongs to the incident."""
        ...

    def message_ids(self, seqs: Iterable[int]) -> dict[int, str]:
        """Return a mapping from accepted messages' numbers to their Message-IDs, omitting messages without one."""
        ...

    def returned_ids(self, incident_id: str) -> list[str]:
        """Return the Message-IDs that the list assigned to our messages in the incident's thread, oldest first.

        The time needed grows with the number of the incident's own mails.
        """
        ...

    def next_pending(self, *, now: datetime | None = None, after: int = 0) -> Accepted | None:
        """Return the first accepted message with a number above `after` that has no outcome, or None.

        If `now` is given, messages that are deferred beyond that time are skipped.
        """
        ...

    def deferred(self) -> list[Deferred]:
        """Return the deferred messages without an outcome, in the order of `seq`."""
        ...

    def pending(self) -> int:
        """Return the number of accepted messages that have no outcome yet."""
        ...

    def folder(self, name: str) -> Folder | None:
        """Return how far an IMAP folder has been fetched, or None if it has never been fetched."""
        ...

    def was_fetched(self, name: str, sha256: bytes) -> bool:
        """Return whether a message with this SHA-256 digest was accepted from the folder, under any UID."""
        ...

    def private_mails_since(
        self, at: datetime, *, address: str | None = None, incident: str | None = None, kind: str | None = None,
        digest: str | None = None, mailbox: str | None = None, cause: str | None = None, is_caused: bool | None = None,
        but_kind: str | None = None,
    ) -> int:  # fmt: skip
        """Return the number of private messages recorded at `at` or later that match all given values.

        If `mailbox` is given, messages to all its addresses count, including tagged ones. If `is_caused` is true, only
        messages caused by something other than the reader's own mail count; if it is false, only messages caused by the
        reader's own mail count. Messages of the kind `but_kind` are not counted.
        """
        ...

    def alarms_kept_back(self, since: datetime) -> dict[str, int]:
        """Return a mapping from each kind of alarm to the number held back since the operator was last notified."""
        ...

    def private_mail_kind(self, serial: int) -> str | None:
        """Return the kind of the private message with this serial number, or None."""
        ...

    def offered_in(self, serial: int) -> tuple[str, ...]:
        """Return the replies that the private message with this serial number offered, as `note_offered` got them."""
        ...

    def private_mail_noted_at(self, serial: int) -> datetime | None:
        """Return when the private message with this serial number became due, or None."""
        ...

    def next_private_mail(self, *, incident_id: str | None = None, after: int = 0) -> DuePrivateMail | None:
        """Return the first due private message with a number above `after`, of one incident or of all, or None."""
        ...

    def is_ref_taken(self, ref: str) -> bool:
        """Return whether a private message has this REF."""
        ...

    def filed_by_ref(self, ref: str) -> int | None:
        """Return the number of the accepted message that a reply to the private message with this REF would declare.

        Return None if there is no such message.
        """
        ...

    def asked_since(self, at: datetime) -> list[AskedQuestion]:
        """Return the questions asked at `at` or later, in order."""
        ...

    def is_unanswered(self, *, now: datetime) -> bool:
        """Return whether the time for answering a question has passed, so that an `unanswered` notice is due."""
        ...

    def done_by_mail(self, incident_id: str) -> list[DoneByMail]:
        """Return the entries of an incident that were caused by mail, oldest first, excluding notes."""
        ...

    def senders_called(self, name: str) -> list[Person]:
        """Return everybody who has written as a member under this name, ignoring case."""
        ...

    def senders(self) -> list[Person]:
        """Return everybody who has written as a member, once for each name used."""
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

        These are the messages that are waiting, have failed, were not returned by the list, or failed for a recipient
        at `refused_since` or later.
        """
        ...

    def outbox_numbered(self, number: int) -> OutboxMail | None:
        """Return the message with this number, or None. Numbers never change."""
        ...

    def outbox_named(self, part: str) -> list[OutboxMail]:
        """Return at most ten messages whose Message-ID contains `part`."""
        ...

    def failed_recipients(self, *, since: datetime, limit: int) -> list[FailedRecipient]:
        """Return at most `limit` recipients for whom a message failed at `since` or later, newest first."""
        ...

    def waiting_recipients(self, *, after: datetime, until: datetime) -> list[FailedRecipient]:
        """Return the recipients whom a message has not reached yet.

        Only messages written after `after`, up to `until`, count. Either no relay has accepted the message, or a report
        says that it is delayed.
        """
        ...

    def unsent(self, *, now: datetime, failed_since: datetime) -> list[UnsentMail]:
        """Return the mail about incidents that is waiting but not being sent now, or that failed permanently.

        Failed mail counts if it was written at `failed_since` or later and the operator has not dropped it.
        """
        ...

    def unreturned(self, address: str, *, after: datetime, until: datetime) -> list[OutboxMail]:
        """Return the messages to `address` that the list has not returned.

        Only messages that a relay accepted after `after`, up to `until`, count. Messages that bounced or are marked as
        missed are omitted.
        """
        ...

    def never_returned(self, addresses: Sequence[str], *, until: datetime | None = None) -> list[str]:
        """Return those of `addresses` that accepted mail from us (by `until`, if given) but never returned a copy."""
        ...

    def figures(self, *, now: datetime, failed_since: datetime, quarantined_since: datetime) -> Figures:
        """Return the ledger's figures (see `Figures`). The time needed does not grow with the size of the ledger.

        Refusals and missed messages are counted from `failed_since`, quarantined messages from `quarantined_since`.
        """
        ...

    def recipients_of(self, incident_id: str) -> frozenset[str]:
        """Return all addresses to which announcements of the incident are or were sent. Private mail does not count."""
        ...

    def due_incidents(self, *, now: datetime, early: bool) -> list[str]:
        """Return the ids of the incidents with a due notice, in the order of the notices.

        If `early` is true, incidents with any notice count.
        """
        ...
