"""What somebody asks for (imperative), and the two answers that are not events.

A sender's mistake is a value: `Refused` says why and what to write instead; `Held` waits for somebody's word.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from .frozen import Frozen
from .model import Holders, ItemKind, Person, Status, TextField, TimeField


class Declare(Frozen, kw_only=True, forbid_unknown_fields=False):
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


class SetSeverity(Frozen, forbid_unknown_fields=False):
    severity: int


class SetPhase(Frozen, forbid_unknown_fields=False):
    phase: int


class SetStatus(Frozen, forbid_unknown_fields=False):
    status: Status


class SetDescription(Frozen, forbid_unknown_fields=False):
    description: str


class SetVenue(Frozen, forbid_unknown_fields=False):
    venue: str


class SetText(Frozen, forbid_unknown_fields=False):
    name: TextField
    text: str | None


class SetTime(Frozen, forbid_unknown_fields=False):
    name: TimeField
    at: datetime


class TakeCommand(Frozen, forbid_unknown_fields=False):
    """The writer is commander from now on."""


class NameCommander(Frozen, forbid_unknown_fields=False):
    """Somebody is commander: an assertion of what was agreed by voice."""

    person: Person


class OfferCommand(Frozen, forbid_unknown_fields=False):
    """Ask somebody to take command; it passes when they say so."""

    person: Person


class AssignRole(Frozen, forbid_unknown_fields=False):
    """Who holds a role: `set` replaces all holders, `add` and `remove` change them, `dismiss`: nobody needs to."""

    role: str
    people: tuple[Person, ...] = ()
    how: Literal["set", "add", "remove", "dismiss"] = "set"


class AddNote(Frozen, forbid_unknown_fields=False):
    """Something for the timeline; `rides` along with the follow-up that the same mail causes."""

    text: str
    at: datetime | None = None
    rides: bool = False


class GiveUpdate(Frozen, forbid_unknown_fields=False):
    """Tell the list where we are; without text: no change."""

    text: str = ""


class AddItem(Frozen, forbid_unknown_fields=False):
    kind: ItemKind
    text: str
    owner: Person | None = None


class FinishItem(Frozen, forbid_unknown_fields=False):
    """Done: the number of an action or need, or words of it."""

    text: str


class Undo(Frozen, forbid_unknown_fields=False):
    """Put back what follow-up `number` announced."""

    number: int


class Decline(Frozen, forbid_unknown_fields=False):
    """The writer will not do what somebody else gave him: command, offered or passed on, and every role."""


class AcceptProposal(Frozen, forbid_unknown_fields=False):
    """Do what proposal `number` asks for."""

    number: int


class RejectProposal(Frozen, forbid_unknown_fields=False):
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


Write = Literal["a severity", "a phase", "a value", "a note", "a number", "a handover"]
"""What somebody has to write for lack of a single command: core/remedy.py has the words."""


class Refused(Frozen, kw_only=True):
    """No, and why.

    `instead` is the command that would do it, or `write` says what to write if no single command would; mail and
    terminal each word them. `remedy` is what follows behind them, or all that there is to say: it is true wherever
    somebody reads it.
    """

    reason: str
    remedy: str = ""
    instead: Command | None = None
    write: Write | None = None


class Held(Frozen, kw_only=True):
    """Not yet: one of `confirmers` must say so first. It becomes a proposal of the incident (core/proposals.py)."""

    reason: str
    remedy: str
    confirmers: tuple[Person, ...] = ()


class Identity(Frozen, kw_only=True):
    """The names a new incident gets: made by the caller, because the core knows neither clock nor chance."""

    id: str
    ref: str
    origin: str = ""
