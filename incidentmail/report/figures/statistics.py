"""Combine all figures: overall, by severity, and by month."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, tzinfo

from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Status

from .distribution import Distribution, Share
from .durations import measured_durations
from .load import Load, load
from .measured import Measured
from .repeats import Repeats, repeats


class Group(Frozen, kw_only=True):
    """The figures of a group of incidents. `name` is a severity, a month such as `2026-11`, or empty for all."""

    name: str
    incidents: int
    open: int
    durations: dict[str, Distribution]
    retros: Share
    promises: Share


class LeftOut(Frozen, kw_only=True):
    """The number of incidents in the period that are not in the figures, by reason.

    Merged incidents are counted with the incident that they are a part of.
    """

    drills: int
    retracted: int
    merged: int


class Statistics(Frozen, kw_only=True):
    """All figures for incidents declared from `since` up to, but not including, `until`. None means no limit."""

    since: datetime | None
    until: datetime | None
    all: Group
    restricted: int
    left_out: LeftOut
    by_severity: tuple[Group, ...]
    by_month: tuple[Group, ...]
    load: Load
    repeats: Repeats


def statistics(
    measured: Iterable[Measured], *, since: datetime | None, until: datetime | None, zone_of: Callable[[str], tzinfo]
) -> Statistics:
    """Return all figures. `zone_of` maps a person's key to their time zone."""
    period = declared_in(measured, since=since, until=until)
    real = [one for one in period if not one.drill]
    counted = [one for one in period if is_counted(one)]
    return Statistics(
        since=since,
        until=until,
        all=_group("", counted),
        restricted=sum(one.restricted for one in counted),
        left_out=LeftOut(
            drills=len(period) - len(real),
            retracted=sum(one.status is Status.RETRACTED for one in real),
            merged=sum(one.status is Status.MERGED for one in real),
        ),
        by_severity=_groups(counted, lambda one: one.severity),
        by_month=_groups(counted, lambda one: month_of(one.declared_at)),
        load=load(counted, zone_of),
        repeats=repeats(counted),
    )


def declared_in(measured: Iterable[Measured], *, since: datetime | None, until: datetime | None) -> list[Measured]:
    """Return the incidents declared from `since` up to, but not including, `until`."""
    return [
        one
        for one in measured
        if (since is None or one.declared_at >= since) and (until is None or one.declared_at < until)
    ]


def is_counted(one: Measured) -> bool:
    """Return whether an incident is in the figures. Drills, retracted incidents and merged incidents are not."""
    return not one.drill and one.status not in (Status.RETRACTED, Status.MERGED)


def month_of(at: datetime) -> str:
    """Return the month of `at` in UTC, so that the result does not depend on the reader's time zone.

    >>> month_of(datetime(2026, 11, 30, 23, 30, tzinfo=UTC))
    '2026-11'
    """
    return at.astimezone(UTC).strftime("%Y-%m")


def _groups(incidents: Sequence[Measured], of: Callable[[Measured], int | str]) -> tuple[Group, ...]:
    names = sorted({of(one) for one in incidents}, key=lambda name: (isinstance(name, str), name))
    return tuple(_group(str(name), [one for one in incidents if of(one) == name]) for name in names)


def _group(name: str, incidents: Sequence[Measured]) -> Group:
    closed = [one for one in incidents if one.is_closed]
    kept, missed = sum(one.kept for one in incidents), sum(one.missed for one in incidents)
    return Group(
        name=name,
        incidents=len(incidents),
        open=sum(one.status is Status.OPEN for one in incidents),
        durations=measured_durations(incidents),
        retros=Share(part=sum(one.retro_at is not None for one in closed), n=len(closed)),
        promises=Share(part=kept, n=kept + missed),
    )
