"""Define the commands that people can ask for, and the two outcomes of a command that are not events.

A sender's mistake is a value, not an exception: `Refused` gives the reason and what to write instead. `Held` means that
somebody has to confirm the command first.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from .conduct.clock_commands import ClockCommand as ClockCommand
from .conduct.clock_commands import EndBreak as EndBreak
from .conduct.clock_commands import MarkNotified as MarkNotified
from .conduct.clock_commands import PlanHandover as PlanHandover
from .conduct.clock_commands import StateAware as StateAware
from .conduct.clock_commands import TakeBreak as TakeBreak
from .frozen import Frozen
from .model import Holders, Person, Status, TextField, TimeField
from .retro.retro_commands import RetroCommand as RetroCommand
from .teams.team_commands import TeamCommand
from .tracking.tracking_commands import AddItem as AddItem
from .tracking.tracking_commands import AskItem as AskItem
from .tracking.tracking_commands import AssignItem as AssignItem
from .tracking.tracking_commands import CallRoll as CallRoll
from .tracking.tracking_commands import FinishItem as FinishItem
from .tracking.tracking_commands import Join as Join
from .tracking.tracking_commands import JudgeItem as JudgeItem
from .tracking.tracking_commands import Leave as Leave
from .tracking.tracking_commands import ReleaseItem as ReleaseItem
from .tracking.tracking_commands import TrackingCommand


class Declare(Frozen, kw_only=True, forbid_unknown_fields=False):
    """Declare a new incident.

    Only the description is required. All other facts have defaults, which are marked as assumed.
    """

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
    """Names of facts written with a question mark. Their values are used, and marked as assumed."""
    drill: bool = False
    restricted: bool = False
    silent: bool = False
    """Whether to send nothing at all to the main list. Only for restricted incidents."""
    declared_in: str | None = None


class SetSeverity(Frozen, forbid_unknown_fields=False):
    severity: int


class SetPhase(Frozen, forbid_unknown_fields=False):
    phase: int


class SetStatus(Frozen, forbid_unknown_fields=False, omit_defaults=True):
    """Close, retract or reopen the incident. `reason` is announced if the command needs confirmation."""

    status: Status
    reason: str = ""


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
    """Make the sender commander from now on."""


class NameCommander(Frozen, forbid_unknown_fields=False):
    """Make somebody commander, as agreed in conversation."""

    person: Person


class OfferCommand(Frozen, forbid_unknown_fields=False):
    """Offer command to somebody. Command passes to them once they accept."""

    person: Person


class AssignRole(Frozen, forbid_unknown_fields=False):
    """Set the holders of a role.

    `set` replaces all holders, `add` and `remove` change the list, and `dismiss` means that the role is not needed.
    """

    role: str
    people: tuple[Person, ...] = ()
    how: Literal["set", "add", "remove", "dismiss"] = "set"


class AddNote(Frozen, forbid_unknown_fields=False):
    """Add a note to the timeline. If `rides` is true, the follow-up caused by the same message also shows the note."""

    text: str
    at: datetime | None = None
    rides: bool = False


class GiveUpdate(Frozen, forbid_unknown_fields=False):
    """Announce the current state to the list. Empty text means that nothing has changed."""

    text: str = ""


class Undo(Frozen, forbid_unknown_fields=False):
    """Undo the changes announced by follow-up `number`."""

    number: int


class Decline(Frozen, forbid_unknown_fields=False, omit_defaults=True):
    """Decline what others gave the sender: roles, and command that was offered or transferred.

    If `parts` is not empty, decline only the parts that it lists: the keys of roles, or `commander`.
    """

    parts: tuple[str, ...] = ()


class AcceptProposal(Frozen, forbid_unknown_fields=False):
    """Carry out the command that proposal `number` contains."""

    number: int


class RejectProposal(Frozen, forbid_unknown_fields=False):
    """End proposal `number` without carrying out its command."""

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
    | TrackingCommand
    | Undo
    | Decline
    | AcceptProposal
    | RejectProposal
    | TeamCommand
    | ClockCommand
    | RetroCommand
)


Write = Literal["a severity", "a phase", "a value", "a note", "a number", "a handover", "news"]
"""What to write instead if no single command would work. See core/decision/remedy.py for the sentences."""


class Refused(Frozen, kw_only=True):
    """A refusal and its reason.

    `instead` is a command that would work. If there is none, `write` says what to write. Mail and the terminal turn
    either into a phrase, in different ways. `remedy` is text that suits both: it is appended to that phrase or replaces
    it.
    """

    reason: str
    remedy: str = ""
    instead: Command | None = None
    write: Write | None = None


class Held(Frozen, kw_only=True):
    """A command that one of `confirmers` has to confirm. It becomes a proposal (core/decision/proposals.py).

    If `crosses` is true, the command's own author is asked, because they had not read the newest state
    (core/decision/crossing.py).
    """

    reason: str
    remedy: str
    confirmers: tuple[Person, ...] = ()
    crosses: bool = False


class Identity(Frozen, kw_only=True):
    """The identifiers of a new incident. The caller generates them, because the core has no clock or randomness."""

    id: str
    ref: str
    origin: str = ""
