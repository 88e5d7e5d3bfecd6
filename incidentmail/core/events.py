"""Define the events. A released event never changes its shape: a new shape is a new version.

A field marked `SEALED` is free text or names a person. The ledger stores it separately, and keeps only a salted
commitment in its chain, so that the field can be redacted without breaking the chain (ledger/codec.py).
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, get_args

from .conduct.authority_events import AuthorityTaken as AuthorityTaken
from .conduct.clock_events import ClockEvent as ClockEvent
from .conduct.clock_events import CommandOfferEnded as CommandOfferEnded
from .conduct.clock_events import OnCallAsked as OnCallAsked
from .conduct.clock_events import RoleOffered as RoleOffered
from .conduct.clock_events import RoleOfferEnded as RoleOfferEnded
from .conduct.clock_events import UpdateKept as UpdateKept
from .conduct.clock_events import UpdateMissed as UpdateMissed
from .drills.drill_events import DrillEvent as DrillEvent
from .frozen import SEALED as SEALED
from .frozen import Frozen, JsonValue, default_of, field, settle
from .model import Holders, ItemKind, Person, Status, TextField, TimeField, Trust
from .names.person import Instant, Line, Text, clean_line, clean_text, whole_second
from .record.record_events import RecordEvent as RecordEvent
from .retro.retro_events import RetroEvent as RetroEvent
from .teams.team_events import TeamEvent
from .tracking.tracking_events import TrackingEvent


def _line(text: str | None) -> str | None:
    return None if text is None else clean_line(text)


def _second(at: datetime | None) -> datetime | None:
    return None if at is None else whole_second(at)


class Declared(Frozen, kw_only=True):
    """An incident was declared. `declared_in` is the Message-ID of the message declaring it to the list, or None."""

    kind: Literal["declared.v1"] = "declared.v1"
    id: str
    ref: str
    origin: str
    description: Annotated[Line, SEALED]
    details: Annotated[Text, SEALED] = ""
    severity: int
    phase: int
    commander: Annotated[Person, SEALED]
    assumed: tuple[str, ...] = ()
    venue: Annotated[Line | None, SEALED] = None
    backchannel: Annotated[Line | None, SEALED] = None
    impact: Annotated[Line | None, SEALED] = None
    not_affected: Annotated[Line | None, SEALED] = None
    customers_may_be_told: Annotated[Line | None, SEALED] = None
    roles: Annotated[dict[str, Holders], SEALED] = field(default_factory=dict)
    started_at: Instant | None = None
    detected_at: Instant | None = None
    next_update_at: Instant | None = None
    declared_at: Instant
    declared_in: str | None = None
    drill: bool = False
    restricted: bool = False
    silent: bool = False

    def __post_init__(self) -> None:
        settle(
            self,
            description=clean_line(self.description),
            details=clean_text(self.details),
            declared_at=whole_second(self.declared_at),
        )
        for line in ("venue", "backchannel", "impact", "not_affected", "customers_may_be_told"):
            settle(self, **{line: _line(getattr(self, line))})
        for time in ("started_at", "detected_at", "next_update_at"):
            settle(self, **{time: _second(getattr(self, time))})


class SeverityChanged(Frozen, kw_only=True):
    kind: Literal["severity_changed.v1"] = "severity_changed.v1"
    severity: int
    was: int


class PhaseChanged(Frozen, kw_only=True):
    kind: Literal["phase_changed.v1"] = "phase_changed.v1"
    phase: int
    was: int


class StatusChanged(Frozen, kw_only=True):
    kind: Literal["status_changed.v1"] = "status_changed.v1"
    status: Status
    was: Status


class CommandTransferred(Frozen, kw_only=True):
    """Transfer of command (ICS): from now on `commander` is the incident commander."""

    kind: Literal["command_transferred.v1"] = "command_transferred.v1"
    commander: Annotated[Person, SEALED]
    was: Annotated[Person, SEALED]


class CommandOffered(Frozen, kw_only=True):
    kind: Literal["command_offered.v1"] = "command_offered.v1"
    to: Annotated[Person, SEALED]


class CommandDeclined(Frozen, kw_only=True):
    """A person declined command. `told` is the person who had offered it or given it to them."""

    kind: Literal["command_declined.v1"] = "command_declined.v1"
    told: Annotated[Person, SEALED]


class VenueChanged(Frozen, kw_only=True):
    kind: Literal["venue_changed.v1"] = "venue_changed.v1"
    venue: Annotated[Line | None, SEALED]
    was: Annotated[Line | None, SEALED]

    def __post_init__(self) -> None:
        settle(self, venue=_line(self.venue), was=_line(self.was))


class DescriptionChanged(Frozen, kw_only=True):
    kind: Literal["description_changed.v1"] = "description_changed.v1"
    description: Annotated[Line, SEALED]
    was: Annotated[Line, SEALED]

    def __post_init__(self) -> None:
        settle(self, description=clean_line(self.description), was=clean_line(self.was))


class TextChanged(Frozen, kw_only=True):
    kind: Literal["text_changed.v1"] = "text_changed.v1"
    name: TextField
    text: Annotated[Line | None, SEALED]
    was: Annotated[Line | None, SEALED]

    def __post_init__(self) -> None:
        settle(self, text=_line(self.text), was=_line(self.was))


class TimeChanged(Frozen, kw_only=True):
    kind: Literal["time_changed.v1"] = "time_changed.v1"
    name: TimeField
    time: Instant | None
    was: Instant | None

    def __post_init__(self) -> None:
        settle(self, time=_second(self.time), was=_second(self.was))


class RoleChanged(Frozen, kw_only=True):
    kind: Literal["role_changed.v1"] = "role_changed.v1"
    role: str
    holders: Annotated[Holders, SEALED]
    was: Annotated[Holders, SEALED]


class NoteAdded(Frozen, kw_only=True):
    """A note was added. `time` is when the event described in it happened, if stated.

    If `rides` is true, the follow-up caused by the same message also shows the note.
    """

    kind: Literal["note_added.v1"] = "note_added.v1"
    text: Annotated[Text, SEALED]
    time: Instant | None = None
    rides: bool = False

    def __post_init__(self) -> None:
        text, time = clean_text(self.text), _second(self.time)
        if text != self.text or time is not self.time:  # most entries are notes, and stored ones are already clean
            settle(self, text=text, time=time)


class UpdateGiven(Frozen, kw_only=True):
    """Somebody gave an update to the list. Empty text means that nothing has changed."""

    kind: Literal["update_given.v1"] = "update_given.v1"
    text: Annotated[Text, SEALED]

    def __post_init__(self) -> None:
        settle(self, text=clean_text(self.text))


class ItemAdded(Frozen, kw_only=True):
    kind: Literal["item_added.v1"] = "item_added.v1"
    number: int
    item: ItemKind
    text: Annotated[Text, SEALED]
    owner: Annotated[Person | None, SEALED] = None

    def __post_init__(self) -> None:
        settle(self, text=clean_text(self.text))


class ItemFinished(Frozen, kw_only=True):
    kind: Literal["item_finished.v1"] = "item_finished.v1"
    number: int


class UpdateUndone(Frozen, kw_only=True):
    """Follow-up `number` was undone by the events directly before this one."""

    kind: Literal["update_undone.v1"] = "update_undone.v1"
    number: int


class ProposalMade(Frozen, kw_only=True):
    """A command waits for confirmation until `expires_at`. `trust` is its author's trust at that time."""

    kind: Literal["proposal_made.v1"] = "proposal_made.v1"
    number: int
    command: Annotated[JsonValue, SEALED]
    reason: Annotated[Line, SEALED]
    trust: Trust
    confirmers: Annotated[tuple[Person, ...], SEALED]
    expires_at: Instant

    def __post_init__(self) -> None:
        settle(self, reason=clean_line(self.reason), expires_at=whole_second(self.expires_at))


class ProposalAccepted(Frozen, kw_only=True):
    """Proposal `number` was carried out by the events directly before this one.

    The newest `changes` changes and the newest `said` texts are attributed to the author of the proposal.
    """

    kind: Literal["proposal_accepted.v1"] = "proposal_accepted.v1"
    number: int
    changes: int = 0
    said: int = 0


class ProposalRejected(Frozen, kw_only=True):
    kind: Literal["proposal_rejected.v1"] = "proposal_rejected.v1"
    number: int


class ProposalExpired(Frozen, kw_only=True):
    kind: Literal["proposal_expired.v1"] = "proposal_expired.v1"
    number: int


class Announced(Frozen, kw_only=True):
    """Message `number` (0 is the declaration) was put into the outbox. It covers all entries before this one."""

    kind: Literal["announced.v1"] = "announced.v1"
    number: int
    message_id: str


Event = (
    Declared
    | SeverityChanged
    | PhaseChanged
    | StatusChanged
    | CommandTransferred
    | CommandOffered
    | VenueChanged
    | DescriptionChanged
    | TextChanged
    | TimeChanged
    | RoleChanged
    | NoteAdded
    | UpdateGiven
    | ItemAdded
    | ItemFinished
    | UpdateUndone
    | CommandDeclined
    | ProposalMade
    | ProposalAccepted
    | ProposalRejected
    | ProposalExpired
    | Announced
    | AuthorityTaken
    | ClockEvent
    | RetroEvent
    | TrackingEvent
    | TeamEvent
    | RecordEvent
    | DrillEvent
)

KINDS: dict[str, type[Event]] = {default_of(kind, "kind"): kind for kind in get_args(Event)}
"""Maps the stored name of each kind of event to its class."""


class Recorded(Frozen, kw_only=True):
    """An event with its incident, version, time (UTC, in whole seconds), and the person who caused it."""

    incident: str
    version: int
    at: datetime
    by: Person
    event: Event
