"""Compute how much work incidents caused, and how unevenly it was distributed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta, tzinfo

from incidentmail.core.frozen import Frozen

from .distribution import Share
from .measured import Measured

NIGHT_ENDS, NIGHT_BEGINS = 6, 22
"""Hours of local time. The hours before six in the morning belong to the previous day's night."""
SATURDAY = 5
BUSIEST = 3


class PersonLoad(Frozen, kw_only=True):
    """The work of one person in incidents. `person` is the person's key."""

    person: str
    incidents: int
    commanded: timedelta
    nights: int
    weekend_days: int


class Load(Frozen, kw_only=True):
    """The total work of everybody, and the work of each person, busiest first.

    `busiest` is the busiest three people's share of all participations; each person counts once per incident.
    `commanding` is the three longest-serving commanders' share of the total time of command, in seconds.
    """

    responders: int
    busiest: Share
    commanding: Share
    nights: int
    weekend_days: int
    people: tuple[PersonLoad, ...]


def load(incidents: Iterable[Measured], zone_of: Callable[[str], tzinfo]) -> Load:
    """Return the load on all people. `zone_of` maps a person's key to their time zone."""
    took_part: Counter[str] = Counter()
    commanded: dict[str, timedelta] = {}
    nights: set[tuple[str, date]] = set()
    weekends: set[tuple[str, date]] = set()
    for one in incidents:
        took_part.update(one.at_work)
        for person, spent in one.commanded.items():
            commanded[person] = commanded.get(person, timedelta()) + spent
        for act in one.acts:
            local = act.at.astimezone(zone_of(act.person))
            if (night := night_of(local)) is not None:
                nights.add((act.person, night))
            if local.weekday() >= SATURDAY:
                weekends.add((act.person, local.date()))
    by_night, by_weekend = (Counter(person for person, _ in found) for found in (nights, weekends))
    people = [
        PersonLoad(
            person=person, incidents=number, commanded=commanded.get(person, timedelta()), nights=by_night[person],
            weekend_days=by_weekend[person],
        )
        for person, number in took_part.items()
    ]  # fmt: skip
    seconds = [int(spent.total_seconds()) for spent in commanded.values()]
    return Load(
        responders=len(took_part), busiest=_top(took_part.values()), commanding=_top(seconds),
        nights=len(nights), weekend_days=len(weekends),
        people=tuple(sorted(people, key=lambda one: (-one.incidents, -one.commanded, one.person))),
    )  # fmt: skip


def night_of(local: datetime) -> date | None:
    """Return the day on which the night of `local` began, or None in daytime.

    >>> night_of(datetime(2026, 11, 21, 2, 30)), night_of(datetime(2026, 11, 20, 23)), night_of(datetime(2026, 1, 1, 6))
    (datetime.date(2026, 11, 20), datetime.date(2026, 11, 20), None)
    """
    if local.hour >= NIGHT_BEGINS:
        return local.date()
    return local.date() - timedelta(days=1) if local.hour < NIGHT_ENDS else None


def _top(amounts: Iterable[int]) -> Share:
    ordered = sorted(amounts, reverse=True)
    return Share(part=sum(ordered[:BUSIEST]), n=sum(ordered))
