"""Define the state of an incident, and the values in it: people, roles, changes, proposals."""

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
    """How sure we are that a person is the one whom the message names, from least to most."""

    STRANGER = "stranger"
    MEMBER = "member"
    VERIFIED = "verified"
    OPERATOR = "operator"

    @property
    def rank(self) -> int:
        return list(Trust).index(self)


class Actor(Frozen, kw_only=True):
    """The person who asks for a change, and how sure we are about their identity."""

    person: Person
    trust: Trust
    has_proven_part: bool = True
    """Whether their part in the incident, if they have one, was given by somebody else or taken in verified mail."""
    self_named: tuple[Person, ...] = ()
    """The deputies of the incident whom nobody named who led it. Anybody can name themselves, so they do not lead."""


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
    """One fact that changed: its name (core/facts.py), its old and new value as JSON, and who changed it when.

    `confirmed_by` is the person who accepted the change, if it was a proposal that somebody else had to confirm.
    """

    fact: str
    was: JsonValue
    now: JsonValue
    by: Person
    at: Instant
    confirmed_by: Person | None = None


class Said(Frozen, kw_only=True):
    """A text that the next follow-up will contain, with its author and its time."""

    by: Person
    at: Instant
    text: Text


class TakenBack(Frozen, kw_only=True):
    """Somebody undid the update `number`. The changes that put the old values back have the same time."""

    number: int
    by: Person
    at: Instant


class Update(Frozen, kw_only=True):
    """A follow-up that was sent: its number, its time, what it changed or undid, and whose messages it held.

    `undo` and the check for crossing replies need it.
    """

    number: int
    changes: tuple[Change, ...]
    at: Instant
    taken_back: tuple[TakenBack, ...] = ()
    said_by: tuple[Person, ...] = ()


class Naming(Frozen, kw_only=True):
    """Another person (`by`) named the present commander, and `was` had command before. The commander can decline."""

    by: Person
    was: Person


ProposalState = Literal["open", "accepted", "rejected", "expired"]


class Proposal(Frozen, kw_only=True):
    """A command that waits for confirmation by one of `confirmers` or by the operator.

    `command` is its JSON (core/command_json.py). `by` and `trust` are the person who asked for it, and their trust.
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
    """Who approved words for customers last. See `approved_words`."""
    roles: dict[str, Holders] = field(default_factory=dict)
    merged_into: str | None = None
    """The id of the incident of which this one is a part now."""
    merged_from: tuple[str, ...] = ()
    """The ids of the incidents that are parts of this one."""
    merges: tuple[Merged, ...] = ()
    drill: bool = False
    restricted: bool = False
    silent: bool = False
    """If `restricted`, the main list gets only severity, phase, status and commander.

    If also `silent`, it gets nothing.
    """
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
    """The people who joined. The commander and people with a role are at work too, and need not have joined."""
    unannounced: tuple[Change, ...] = ()
    said: tuple[Said, ...] = ()
    taken_back: tuple[TakenBack, ...] = ()
    """The updates that were undone since the last announcement."""
    announced: tuple[Update, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    is_announced: bool = False
    clock: ClockState = ClockState()
    retro: RetroState = RetroState()
    thread: tuple[str, ...] = ()
    """Message-IDs of the thread: its first message, and our newest ones."""
    leader: str | None = None
    """The ledger that leads since a promotion, "" if two claim to, or None if `origin` leads."""
    epoch: int = 0
    """How many promotions there were."""
    skips_numbers: bool = False
    """Whether numbers of updates have to be left out: another ledger, or a lost one, may have used them."""

    def is_led_by(self, origin: str) -> bool:
        """Return whether the ledger `origin` has authority over this incident."""
        return (self.origin if self.leader is None else self.leader) == origin

    @property
    def approved_words(self) -> Approval | None:
        """Who approved what customers may be told now, or None if that is not known."""
        return self.approval if self.approval and self.approval.words == self.customers_may_be_told else None

    @property
    def is_open(self) -> bool:
        return self.status is Status.OPEN
