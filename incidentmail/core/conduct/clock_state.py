"""Define what an incident remembers of its clock: promised updates that were kept or missed."""

from __future__ import annotations

from typing import Literal

from incidentmail.core.frozen import Frozen
from incidentmail.core.names.person import Instant, Person


class EndedOffer(Frozen, kw_only=True):
    """An offer of command that the person `to` did not answer, who made it, and when it ended."""

    to: Person
    by: Person
    at: Instant


class OnCall(Frozen, kw_only=True):
    """Who is on call for a role, as the organisation's command said at a time, or what was wrong with its answer."""

    role: str
    people: tuple[Person, ...]
    fault: str | None
    at: Instant


class RoleOffer(Frozen, kw_only=True):
    """An offer of a role to a person. It is over if somebody holds the role, whatever its `state`."""

    role: str
    to: Person
    at: Instant
    state: Literal["open", "declined", "unanswered"] = "open"
    ended_at: Instant | None = None


class NextCommander(Frozen, kw_only=True):
    """Who is to command next, and from when."""

    to: Person
    at: Instant


class Break(Frozen, kw_only=True):
    """The last break of a person: when it began, until when it was meant to last, and when they were back."""

    person: Person
    at: Instant
    until: Instant
    ended_at: Instant | None = None


class ClockState(Frozen, kw_only=True):
    """What the clock has recorded about an incident.

    `kept` and `missed` count promised updates, and `missed_due_at` is the time of the newest one that was missed.
    `quiet` counts the newest kept ones that only said that nothing has changed. `ended_offer` is the newest offer of
    command that nobody answered. `on_call` and `role_offers` are all answers of the command for on-call people, and all
    offers to these people, the oldest first. `breaks` has the last break of each person. `aware_at` is when we became
    aware of what happened, and `met` names the deadlines that were met.
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
