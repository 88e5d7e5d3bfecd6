"""Define the events of the clock: what passing time, and people's answers to it, do to an incident.

Their fields follow the same rules as those in core/events.py. None of them is announced.
"""

from __future__ import annotations

from typing import Annotated, Literal

from incidentmail.core.frozen import SEALED, Frozen, settle
from incidentmail.core.names.person import Instant, Person, whole_second


class UpdateKept(Frozen, kw_only=True):
    """A follow-up went out before the update that was due at `due_at`, and near enough to it to count as that update.

    If `has_news` is false, it only said that nothing has changed.
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
    """The person `to` did not answer an offer of command in time. `told` is the person who offered it."""

    kind: Literal["command_offer_ended.v1"] = "command_offer_ended.v1"
    to: Annotated[Person, SEALED]
    told: Annotated[Person, SEALED]


ClockEvent = UpdateKept | UpdateMissed | CommandOfferEnded
