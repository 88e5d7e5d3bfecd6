"""What somebody asks for (imperative), and the two answers that are not events.

A sender's mistake is a value: `Refused` says why and what to write instead; `Held` waits for somebody's word.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from .model import Holders, ItemKind, Person, Status, TextField, TimeField


@dataclass(frozen=True, slots=True, kw_only=True)
class Declare:
    """Announce a new incident. Only the description is required; what is None is assumed and marked so."""

    description: str
    details: str = ""
    severity: int | None = None
    phase: int | None = None
    commander: Person | None = None
    venue: str | None = None
    texts: tuple[tuple[TextField, str], ...] = ()
    roles: tuple[tuple[str, Holders], ...] = ()
    times: tuple[tuple[TimeField, datetime], ...] = ()
    unsure: tuple[str, ...] = ()
    """Facts given with a question mark: taken, and marked as assumed."""
    drill: bool = False
    restricted: bool = False
    silent: bool = False
    """Of a restricted one: the main list is told nothing at all."""
    declared_in: str | None = None


@dataclass(frozen=True, slots=True)
class SetSeverity:
    severity: int


@dataclass(frozen=True, slots=True)
class SetPhase:
    phase: int


@dataclass(frozen=True, slots=True)
class SetStatus:
    status: Status


@dataclass(frozen=True, slots=True)
class SetDescription:
    description: str


@dataclass(frozen=True, slots=True)
class SetVenue:
    venue: str


@dataclass(frozen=True, slots=True)
class SetText:
    name: TextField
    text: str | None


@dataclass(frozen=True, slots=True)
class SetTime:
    name: TimeField
    at: datetime


@dataclass(frozen=True, slots=True)
class TakeCommand:
    """The writer is commander from now on."""


@dataclass(frozen=True, slots=True)
class NameCommander:
    """Somebody is commander: an assertion of what was agreed by voice."""

    person: Person


@dataclass(frozen=True, slots=True)
class OfferCommand:
    """Ask somebody to take command; it passes when they say so."""

    person: Person


@dataclass(frozen=True, slots=True)
class AssignRole:
    """Who holds a role: `set` replaces all holders, `add` and `remove` change them, `dismiss`: nobody needs to."""

    role: str
    people: tuple[Person, ...] = ()
    how: Literal["set", "add", "remove", "dismiss"] = "set"


@dataclass(frozen=True, slots=True)
class AddNote:
    """Something for the timeline; `rides` along with the follow-up that the same mail causes."""

    text: str
    at: datetime | None = None
    rides: bool = False


@dataclass(frozen=True, slots=True)
class GiveUpdate:
    """Tell the list where we are; without text: no change."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class AddItem:
    kind: ItemKind
    text: str
    owner: Person | None = None


@dataclass(frozen=True, slots=True)
class FinishItem:
    """Done: the number of an action or need, or words of it."""

    text: str


@dataclass(frozen=True, slots=True)
class Undo:
    """Put back what follow-up `number` announced."""

    number: int


@dataclass(frozen=True, slots=True)
class Decline:
    """The writer will not do what somebody else gave him: command, offered or passed on, and every role."""


@dataclass(frozen=True, slots=True)
class AcceptProposal:
    """Do what proposal `number` asks for."""

    number: int


@dataclass(frozen=True, slots=True)
class RejectProposal:
    """Proposal `number` comes to nothing."""

    number: int


Command = (
    Declare
    | SetSeverity
    | SetPhase
    | SetStatus
    | SetDescription
    | SetVenue
    | SetText
    | SetTime
    | TakeCommand
    | NameCommander
    | OfferCommand
    | AssignRole
    | AddNote
    | GiveUpdate
    | AddItem
    | FinishItem
    | Undo
    | Decline
    | AcceptProposal
    | RejectProposal
)


Write = Literal["a value", "a note", "a number", "a handover"]
"""What somebody has to write for lack of a single command: core/remedy.py has the words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """No, and why.

    `instead` is the command that would do it, or `write` says what to write if no single command would; mail and
    terminal each word them. `remedy` is what follows behind them, or all that there is to say: it is true wherever
    somebody reads it.
    """

    reason: str
    remedy: str = ""
    instead: Command | None = None
    write: Write | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Not yet: one of `confirmers` must say so first. It becomes a proposal of the incident (core/proposals.py)."""

    reason: str
    remedy: str
    confirmers: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The names a new incident gets: made by the caller, because the core knows neither clock nor chance."""

    id: str
    ref: str
    origin: str = field(default="")
