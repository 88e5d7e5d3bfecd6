"""Define the events caused by the passing of time, and those about deadlines, breaks and handovers.

Their fields follow the same rules as those in core/events.py. None of these events is announced.
"""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from incidentmail.core.frozen import SEALED, Frozen, settle
from incidentmail.core.names.person import Instant, Person, whole_second


class UpdateKept(Frozen, kw_only=True):
    """A promised update was sent: a follow-up went out shortly before `due_at`, or soon enough after it.

    If `has_news` is false, the follow-up only said that nothing has changed.
    """

    kind: Literal["update_kept.v1"] = "update_kept.v1"
    due_at: Instant
    has_news: bool = True

    def __post_init__(self) -> None:
        settle(self, due_at=whole_second(self.due_at))


class UpdateMissed(Frozen, kw_only=True):
    """The update that was due at `due_at` was not sent in time."""

    kind: Literal["update_missed.v1"] = "update_missed.v1"
    due_at: Instant

    def __post_init__(self) -> None:
        settle(self, due_at=whole_second(self.due_at))


class CommandOfferEnded(Frozen, kw_only=True):
    """`to` did not answer an offer of command in time. `told` is the person who made the offer."""

    kind: Literal["command_offer_ended.v1"] = "command_offer_ended.v1"
    to: Annotated[Person, SEALED]
    told: Annotated[Person, SEALED]


class OnCallAsked(Frozen, kw_only=True):
    """The configured on-call command was run for a role, and returned `people`.

    If its output could not be used, `fault` is a sentence that says why. `role` may be `commander`.
    """

    kind: Literal["on_call_asked.v1"] = "on_call_asked.v1"
    role: str
    people: Annotated[tuple[Person, ...], SEALED] = ()
    fault: str | None = None


class RoleOffered(Frozen, kw_only=True):
    """A vacant role was offered to somebody on call. `role` may be `commander`."""

    kind: Literal["role_offered.v1"] = "role_offered.v1"
    role: str
    to: Annotated[Person, SEALED]


class RoleOfferEnded(Frozen, kw_only=True):
    """`to` declined a role that was offered to them, or did not answer in time."""

    kind: Literal["role_offer_ended.v1"] = "role_offer_ended.v1"
    role: str
    to: Annotated[Person, SEALED]
    declined: bool = False


class HandoverPlanned(Frozen, kw_only=True):
    """A handover of command was planned for `at`. If the plan was dropped, both fields are None."""

    kind: Literal["handover_planned.v1"] = "handover_planned.v1"
    to: Annotated[Person | None, SEALED] = None
    at: Instant | None = None

    def __post_init__(self) -> None:
        settle(self, at=None if self.at is None else whole_second(self.at))


class BreakBegun(Frozen, kw_only=True):
    """The author is away until `until`."""

    kind: Literal["break_begun.v1"] = "break_begun.v1"
    until: Instant

    def __post_init__(self) -> None:
        settle(self, until=whole_second(self.until))


class BreakEnded(Frozen, kw_only=True):
    """The author is back."""

    kind: Literal["break_ended.v1"] = "break_ended.v1"


class AwareStated(Frozen, kw_only=True):
    """Somebody stated that the organisation became aware of the incident at `at`."""

    kind: Literal["aware_stated.v1"] = "aware_stated.v1"
    at: Instant

    def __post_init__(self) -> None:
        settle(self, at=whole_second(self.at))


class DeadlineMet(Frozen, kw_only=True):
    """People outside the organisation were notified, as the deadline `name` requires."""

    kind: Literal["deadline_met.v1"] = "deadline_met.v1"
    name: Annotated[str, SEALED]


Hours = HandoverPlanned | BreakBegun | BreakEnded | AwareStated | DeadlineMet
"""The events about handovers, breaks and deadlines that are caused by people."""
ClockEvent = UpdateKept | UpdateMissed | CommandOfferEnded | OnCallAsked | RoleOffered | RoleOfferEnded | Hours
CLOCK_EVENTS = get_args(ClockEvent)
