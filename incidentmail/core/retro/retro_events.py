"""Define the events about the retrospective of an incident.

Their fields follow the same rules as those in core/events.py. None of these events is announced to the list.
"""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from incidentmail.core.frozen import SEALED, Frozen, settle
from incidentmail.core.names.person import Instant, Line, Person, clean_line, whole_second

Coming = Literal["accepted", "declined", "tentative"]
"""The answers that a calendar can give to an invitation (RFC 5545 section 3.2.12)."""


class RetroOwnerNamed(Frozen, kw_only=True):
    """Somebody made `owner` responsible for the retrospective."""

    kind: Literal["retro_owner_named.v1"] = "retro_owner_named.v1"
    owner: Annotated[Person, SEALED]


class RetroPlanned(Frozen, kw_only=True):
    """The retrospective is planned from `at` to `until`, and `invited` are invited to it.

    `number` is the SEQUENCE of the invitation (RFC 5545 section 3.8.7.4), which starts at 0 for each incident and
    increases by one with each later invitation or cancellation.
    """

    kind: Literal["retro_planned.v1"] = "retro_planned.v1"
    at: Instant
    until: Instant
    place: Annotated[Line | None, SEALED] = None
    invited: Annotated[tuple[Person, ...], SEALED]
    number: int

    def __post_init__(self) -> None:
        place = None if self.place is None else clean_line(self.place)
        settle(self, at=whole_second(self.at), until=whole_second(self.until), place=place)


class RetroCalledOff(Frozen, kw_only=True):
    """The planned retrospective was called off. `number` is the SEQUENCE of the cancellation."""

    kind: Literal["retro_called_off.v1"] = "retro_called_off.v1"
    number: int


class RetroAnswered(Frozen, kw_only=True):
    """The calendar of `person` answered the invitation with SEQUENCE `number`."""

    kind: Literal["retro_answered.v1"] = "retro_answered.v1"
    person: Annotated[Person, SEALED]
    answer: Coming
    number: int


class RetroHeld(Frozen, kw_only=True):
    """Somebody said that the retrospective was held at `held_at`."""

    kind: Literal["retro_held.v1"] = "retro_held.v1"
    held_at: Instant

    def __post_init__(self) -> None:
        settle(self, held_at=whole_second(self.held_at))


class RetroWaived(Frozen, kw_only=True):
    """Somebody said that no retrospective is needed."""

    kind: Literal["retro_waived.v1"] = "retro_waived.v1"


class RetroStillDue(Frozen, kw_only=True):
    """Somebody took back the statement that the retrospective was held, or that none is needed."""

    kind: Literal["retro_still_due.v1"] = "retro_still_due.v1"


RetroEvent = RetroOwnerNamed | RetroPlanned | RetroCalledOff | RetroAnswered | RetroHeld | RetroWaived | RetroStillDue
RETRO_EVENTS = get_args(RetroEvent)
