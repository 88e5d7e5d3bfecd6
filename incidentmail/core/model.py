"""Define the state of an incident and the values in it: holders, changes, updates, proposals."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from .conduct.clock_state import ClockState
from .frozen import Frozen, JsonValue, field
from .names.person import Instant, Line, Text
from .names.person import Person as Person
from .retro.retro_state import RetroState
from .teams.approval import Approval
from .teams.merged import Merged
from .tracking.engaged import Engaged
from .tracking.roll_call import RollCall
from .tracking.tracked_items import Item as Item
from .tracking.tracked_items import ItemKind as ItemKind


class Trust(StrEnum):
    """The levels of trust that a message comes from its claimed author, from lowest to highest."""

    STRANGER = "stranger"
    MEMBER = "member"
    VERIFIED = "verified"
    OPERATOR = "operator"

    @property
    def rank(self) -> int:
        return list(Trust).index(self)


class Actor(Frozen, kw_only=True):
    """The person who asks for a change, and how far we trust their identity."""

    person: Person
    trust: Trust
    has_proven_part: bool = True
    """False if they have a part in the incident that they took themselves in an unverified message."""
    self_named: tuple[Person, ...] = ()
    """The deputies who were not named by a leader. Anybody can name themselves, so these do not lead."""


class Status(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    RETRACTED = "retracted"
    MERGED = "merged"


TextField = Literal["backchannel", "impact", "not_affected", "customers_may_be_told"]
TimeField = Literal["started_at", "detected_at", "next_update_at"]


class Holders(Frozen, kw_only=True):
    """The people who hold a role. If `dismissed` is true, the role is not needed."""

    people: tuple[Person, ...] = ()
    dismissed: bool = False


class Change(Frozen, kw_only=True):
    """A changed fact: its name (core/facts.py), its old and new values as JSON, who changed it and when.

    `confirmed_by` is the other person who confirmed the change, if confirmation was needed.
    """

    fact: str
    was: JsonValue
    now: JsonValue
    by: Person
    at: Instant
    confirmed_by: Person | None = None


class Said(Frozen, kw_only=True):
    """A text to include in the next follow-up, with its author and time."""

    by: Person
    at: Instant
    text: Text


class TakenBack(Frozen, kw_only=True):
    """The undoing of update `number`. The changes that restored the old values have the same timestamp."""

    number: int
    by: Person
    at: Instant


class Update(Frozen, kw_only=True):
    """A follow-up that was sent: what it changed and undid, and the authors of its texts.

    Used by `undo` and by the check for replies that crossed a change.
    """

    number: int
    changes: tuple[Change, ...]
    at: Instant
    taken_back: tuple[TakenBack, ...] = ()
    said_by: tuple[Person, ...] = ()


class Naming(Frozen, kw_only=True):
    """The naming of the current commander, who can decline it. `by` named the commander, and `was` led before."""

    by: Person
    was: Person


ProposalState = Literal["open", "accepted", "rejected", "expired"]


class Proposal(Frozen, kw_only=True):
    """A command that waits for confirmation by one of `confirmers` or the operator.

    `command` is the command as JSON (core/command_json.py). `by` asked for it, and `trust` was their trust at that
    time.
    """

    number: int
    command: JsonValue
    reason: Line
    by: Person
    trust: Trust
    confirmers: tuple[Person, ...]
    made_at: Instant
    expires_at: Instant
    state: ProposalState = "open"
    settled_by: Person | None = None


class Incident(Frozen, kw_only=True):
    """The state of one incident, computed from its events. It contains no configuration."""

    id: str
    ref: str
    origin: str
    description: Line
    subject: Line
    details: Text = ""
    status: Status = Status.OPEN
    severity: int
    phase: int
    assumed: tuple[str, ...] = ()
    commander: Person
    offered: Person | None = None
    offered_by: Person | None = None
    named: Naming | None = None
    venue: Line | None = None
    backchannel: Line | None = None
    impact: Line | None = None
    not_affected: Line | None = None
    customers_may_be_told: Line | None = None
    approval: Approval | None = None
    """The latest approval of words for customers. See `approved_words`."""
    roles: dict[str, Holders] = field(default_factory=dict)
    merged_into: str | None = None
    """The id of the incident that this one was merged into."""
    merged_from: tuple[str, ...] = ()
    """The ids of the incidents that were merged into this one."""
    merges: tuple[Merged, ...] = ()
    drill: bool = False
    restricted: bool = False
    silent: bool = False
    """For restricted incidents: whether the main list gets nothing, not even severity, phase, status and commander."""
    declared_at: Instant
    declared_by: Person
    started_at: Instant | None = None
    detected_at: Instant | None = None
    next_update_at: Instant | None = None
    updated_at: Instant
    version: int
    updates: int = 0
    items: tuple[Item, ...] = ()
    roll_call: RollCall | None = None
    engaged: tuple[Engaged, ...] = ()
    """The people who joined. The commander and role holders are at work even if they did not join."""
    unannounced: tuple[Change, ...] = ()
    said: tuple[Said, ...] = ()
    taken_back: tuple[TakenBack, ...] = ()
    """The updates undone since the last announcement."""
    announced: tuple[Update, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    is_announced: bool = False
    clock: ClockState = ClockState()
    retro: RetroState = RetroState()
    thread: tuple[str, ...] = ()
    """Message-IDs of the thread: the first one and our newest ones."""
    leader: str | None = None
    """The ledger that was promoted to lead, "" if two claim to lead, or None if it is still `origin`."""
    epoch: int = 0
    """The number of promotions so far."""
    skips_numbers: bool = False
    """Whether to skip update numbers that another ledger, or a lost one, may have used."""

    def is_led_by(self, origin: str) -> bool:
        """Return whether this incident is led by the ledger `origin`."""
        return (self.origin if self.leader is None else self.leader) == origin

    @property
    def approved_words(self) -> Approval | None:
        """The approval of the current words for customers, or None if there is none."""
        return self.approval if self.approval and self.approval.words == self.customers_may_be_told else None

    @property
    def is_open(self) -> bool:
        return self.status is Status.OPEN
