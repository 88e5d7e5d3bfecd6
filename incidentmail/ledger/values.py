"""Define the values that are written to a ledger and read from it.

Times are aware datetimes in UTC with whole seconds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Literal

from incidentmail.core.events import Recorded
from incidentmail.core.frozen import Frozen, JsonValue
from incidentmail.core.notices import NoticeKind

OutcomeName = Literal["applied", "note", "refused", "held", "automatic", "duplicate", "quarantined", "filed"]
RETURNED, ASKED_US = "own-mail-returned", "asked-us"
"""Rules of outcomes: the message is a copy of one of ours, or asks for help or for the open incidents."""
ALERT, ALERT_ANSWER = "alert", "alert-answer"
"""The disposition of mail from a listed monitoring system, and the rule of an answer to the question about it."""
MailState = Literal["queued", "sent", "failed"]
Reported = Literal["failed", "delayed", "arrived"]
"""The result for a recipient according to a delivery report."""

SENDERS_MAX = 4000
"""The maximum number of sender names stored. Each name in later mail is compared with all of them."""
NAMES_MAX = 5
"""The maximum number of names stored per mailbox, which leaves room for others."""


class Head(Frozen, kw_only=True):
    """The newest entry or accepted message of a chain. `hash` is in hex. `size` is 0 if the chain is empty."""

    origin: str
    size: int
    hash: str


class CausedBy(Frozen, kw_only=True):
    """The accepted message that caused an entry: its number and the SHA-256 digest of its bytes, in hex."""

    seq: int
    sha256: str


class Entry(Frozen, kw_only=True):
    """One entry of the ledger. `hash` is in hex."""

    seq: int
    recorded: Recorded
    trust: str
    caused_by: CausedBy | None
    hash: str


class Accepted(Frozen, kw_only=True):
    """A message as accepted, before it is parsed. `sha256` is in hex.

    `deferrals` is the number of times that another system was asked and did not answer. `attempts` is the number of
    attempts to parse the message that were begun but not finished. `raw` is empty if the message was redacted or pruned
    (`is_removed`).
    """

    seq: int
    received_at: datetime
    envelope: Mapping[str, JsonValue]
    raw: bytes
    sha256: str
    deferrals: int = 0
    attempts: int = 0
    is_removed: bool = False


class Deferred(Frozen, kw_only=True):
    """A message that is waiting for an answer from another system. It is processed again at `until`."""

    seq: int
    until: datetime
    times: int
    reason: str


class Outcome(Frozen, kw_only=True):
    """The outcome of an accepted message. `copy_key` identifies further copies of the message.

    `trust_rule` names the rule that determined how far its author is trusted.
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
    copy_key: str | None = None
    trust_rule: str | None = None


class DueNotice(Frozen, kw_only=True):
    incident: str
    kind: NoticeKind
    cause: int | None
    recipient: str | None
    number: int | None = None


class Recipient(Frozen, kw_only=True):
    """The state of a message for one address. `reply` is the relay's reply, or the status in a later delivery report.

    `said` is the text of that report, which anybody could have written, or None if there was none. `sent_at` is when a
    relay accepted the message, even if it later bounced and therefore failed. `delayed_at` is when a report said that
    the message is delayed.
    """

    address: str
    state: MailState
    reply: str | None = None
    sent_at: datetime | None = None
    failed_at: datetime | None = None
    delayed_at: datetime | None = None
    said: str | None = None


class OutboxMail(Frozen, kw_only=True):
    """A message of ours to be sent, or already sent. `id` is 0 until the message is in the outbox.

    `returned_at` is when the list's copy came back to us, and `missed_at` is when we reported that it had not.
    `queued_at` is when the message was written, or requeued. If `leased_until` is set, a process is sending the
    message, at most until then.
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

    @property
    def is_dropped(self) -> bool:
        """Whether the operator dropped the message while it was waiting, as opposed to a relay refusing it."""
        return self.state == "failed" and all(recipient.state != "failed" for recipient in self.recipients)

    def is_kept_from(self, addresses: Collection[str]) -> bool:
        """Return whether some of `addresses` are recipients, but none of them has received the message."""
        states = [recipient.state for recipient in self.recipients if recipient.address in addresses]
        return bool(states) and "sent" not in states

    def is_only_for(self, addresses: Collection[str | None]) -> bool:
        return all(recipient.address in addresses for recipient in self.recipients)


class FailedRecipient(Frozen, kw_only=True):
    """An address that the message with the number `mail` did not reach, and the reason.

    `state` is `failed` if the message failed permanently, `queued` if it is waiting for a relay, or `delayed` if a
    relay accepted it but it has not arrived. `at` is when the message failed, was written, or was accepted.
    """

    mail: int
    address: str
    reply: str | None
    at: datetime
    state: Literal["failed", "queued", "delayed"]


class UnsentMail(Frozen, kw_only=True):
    """An unsent mail about an incident: waiting, or failed permanently. `at` is when it was written."""

    mail: int
    incident: str
    subject: str
    state: Literal["queued", "failed"]
    why: str | None
    at: datetime


class Folder(Frozen, kw_only=True):
    """The progress of fetching an IMAP folder: every message up to `uid`, except those in `withheld`.

    `opened_at` is when the folder was first opened. `to_mark` holds the UIDs of accepted messages not yet marked or
    moved on the server. `withheld` maps UIDs to the number of times that the server failed to deliver the message.
    """

    name: str
    opened_at: datetime
    uidvalidity: int
    uid: int
    to_mark: tuple[int, ...]
    withheld: Mapping[int, int]


class PrivateMail(Frozen, kw_only=True):
    """A private message to one person. `content` is its content as JSON, or None if it was already written.

    Answers with the same content have the same `digest`. `filed` is the number of the accepted message that a reply to
    this one would declare, and `ref` is the REF that links the reply to it. `cause` is the mailbox of the person whose
    mail made the message due, unless that is the reader's own mailbox.
    """

    kind: str
    address: str
    incident: str | None
    at: datetime
    digest: str | None = None
    content: str | None = None
    ref: str | None = None
    filed: int | None = None
    cause: str | None = None


class AskedQuestion(Frozen, kw_only=True):
    """A question to the sender of accepted message `mail`: the topic, and when it was asked.

    `address` and `incident` are the sender's address and the incident of that message, or None if unknown.
    """

    mail: int
    about: str
    at: datetime
    address: str | None
    incident: str | None


class DoneByMail(Frozen, kw_only=True):
    """An entry caused by an accepted message: the entry's kind, and the message's number, sender and time."""

    kind: str
    mail: int
    address: str | None
    at: datetime


class DuePrivateMail(Frozen, kw_only=True):
    """A private message that has yet to be written.

    `serial` is its serial number, which is unique in this ledger.
    """

    serial: int
    kind: str
    address: str
    incident: str | None
    content: str
    ref: str | None


class Figures(Frozen, kw_only=True):
    """A ledger's size in bytes, counts of its messages, and the times of the oldest and newest ones.

    `waiting` counts accepted messages that can be processed but have not been, and `deferred` those waiting until
    another system is asked again. `queued` counts messages waiting to be sent, and `tried` those of them that we have
    already tried to send. `refused` counts recipients for whom a message failed permanently, because it was refused or
    bounced, and `missed` counts messages that the list did not return. `quarantined` counts messages that were set
    aside, apart from those counted by `strangers`, which are certainly not from a member. Answers to strangers are
    neither `tried` nor `refused`.
    """

    accepted: int
    accepted_at: datetime | None
    applied_at: datetime | None
    waiting: int
    waits_since: datetime | None
    deferred: int
    quarantined: int
    strangers: int
    queued: int
    queued_since: datetime | None
    tried: int
    tried_since: datetime | None
    untried_since: datetime | None
    refused: int
    missed: int
    looked_at: datetime | None
    bytes: int


class Verdict(Frozen, kw_only=True):
    """The result of `verify`.

    `first_bad` is the number of the first wrong entry or accepted message, and `reason` says what is wrong with it.
    `size` is the number of the newest entry, and `head` its hash in hex.
    """

    ok: bool
    size: int
    head: str
    first_bad: int | None = None
    reason: str | None = None
