"""Define the time-dependent part of an incident's state: updates, offers, breaks and deadlines."""

from __future__ import annotations

from typing import Literal

from incidentmail.core.frozen import Frozen
from incidentmail.core.names.person import Instant, Person


class EndedOffer(Frozen, kw_only=True):
    """An offer of command by `by` that `to` did not answer, and when it ended."""

    to: Person
    by: Person
    at: Instant


class OnCall(Frozen, kw_only=True):
    """The output of the on-call command for a role. `fault` describes any error in it."""

    role: str
    people: tuple[Person, ...]
    fault: str | None
    at: Instant


class RoleOffer(Frozen, kw_only=True):
    """An offer of a role to a person. It is over once somebody holds the role, whatever `state` is."""

    role: str
    to: Person
    at: Instant
    state: Literal["open", "declined", "unanswered"] = "open"
    ended_at: Instant | None = None


class NextCommander(Frozen, kw_only=True):
    """The next commander, and when they take command."""

    to: Person
    at: Instant


class Break(Frozen, kw_only=True):
    """A person's last break: when it began, when it was meant to end, and when they came back."""

    person: Person
    at: Instant
    until: Instant
    ended_at: Instant | None = None


class ClockState(Frozen, kw_only=True):
    """The time-dependent part of an incident's state.

    `kept` and `missed` count the promised updates that were sent in time and those that were not. `missed_due_at` is
    when the last missed one was due. `quiet` is the number of updates in a row, up to the newest, that only said that
    nothing has changed.

    `ended_offer` is the last unanswered offer of command. `on_call` holds every result of the on-call command, and
    `role_offers` every offer of a role, both oldest first. `breaks` holds the last break of each person. `aware_at` is
    when the organisation became aware of the incident, and `met` names the deadlines that were met.
    """

    kept: int = 0
    missed: int = 0
    missed_due_at: Instant | None = None
    quiet: int = 0
    ended_offer: EndedOffer | None = None
    on_call: tuple[OnCall, ...] = ()
    role_offers: tuple[RoleOffer, ...] = ()
    next_commander: NextCommander | None = None
    breaks: tuple[Break, ...] = ()
    aware_at: Instant | None = None
    met: tuple[str, ...] = ()
