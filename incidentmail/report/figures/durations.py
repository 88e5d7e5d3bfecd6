"""Define the measured durations as a table: their start, their end, and the incidents they apply to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from incidentmail.core.frozen import Frozen

from .distribution import Distribution, distribution
from .measured import Measured


def _any(one: Measured) -> bool:
    return True


def _closed(one: Measured) -> bool:
    return one.is_closed


class Duration(Frozen, kw_only=True):
    """A duration that is measured in each incident for which `applies` is true."""

    key: str
    title: str
    short: str
    """The heading of its column in a table."""
    label: str
    """The label of its bar in a chart."""
    begin: Callable[[Measured], datetime | None]
    end: Callable[[Measured], datetime | None]
    applies: Callable[[Measured], bool] = _any

    def of(self, one: Measured) -> timedelta | None:
        """Return the duration in one incident, or None if it is unknown or negative."""
        begin, end = self.begin(one), self.end(one)
        return end - begin if begin and end and end >= begin else None


def _declared(one: Measured) -> datetime:
    return one.declared_at


DURATIONS: tuple[Duration, ...] = (
    Duration(
        key="declare", title="From detected to declared", short="Declare", label="To declare",
        begin=lambda one: one.detected_at, end=_declared,
    ),
    Duration(
        key="commander", title="From declared to a commander", short="Commander", label="To a commander",
        begin=_declared, end=lambda one: one.commander_at,
    ),
    Duration(
        key="customers", title="From declared to the first words for customers", short="Customers",
        label="To words for customers", begin=_declared, end=lambda one: one.customers_at,
    ),
    Duration(
        key="stop", title="From declared to the end of the damage", short="Stop", label="To the end of the damage",
        begin=_declared, end=lambda one: one.stopped_at,
    ),
    Duration(
        key="resolve", title="From declared to closed", short="Resolve", label="To closed",
        begin=_declared, end=lambda one: one.closed_at,
    ),
    Duration(
        key="retro", title="From closed to the retrospective", short="Retro", label="To the retrospective",
        begin=lambda one: one.closed_at, end=lambda one: one.retro_at, applies=_closed,
    ),
)  # fmt: skip
"""All durations, in the order in which they occur in an incident."""


def measured_durations(incidents: Iterable[Measured]) -> dict[str, Distribution]:
    """Return a mapping from the key of each duration to its distribution."""
    every = list(incidents)
    return {kind.key: distribution(kind.of(one) for one in every if kind.applies(one)) for kind in DURATIONS}
