"""Compute the score of a run from its entries: durations, and which expected outcomes were met.

The times are defined in docs/metrics.md, except that a drill counts as detected when it begins.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from incidentmail.core.drills.run import Run
from incidentmail.core.drills.scenario import Expected, Happening
from incidentmail.core.events import (
    Declared,
    DescriptionChanged,
    ItemAdded,
    NoteAdded,
    Recorded,
    TextChanged,
    UpdateGiven,
)
from incidentmail.core.fold import evolve
from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Incident, Status
from incidentmail.core.text import fold_case
from incidentmail.core.tracking.tracking_events import ItemTracked
from incidentmail.report.figures.measured import Measured, measure


class Outcome(Frozen, kw_only=True):
    """An expected outcome with its time limit and the time at which it was met, in seconds since the start, or None."""

    what: str
    within_s: int | None
    met_s: int | None

    @property
    def is_met(self) -> bool:
        """Whether the outcome was met in time."""
        return self.met_s is not None and (self.within_s is None or self.met_s <= self.within_s)


class Score(Frozen, kw_only=True):
    """The score of a run. Durations are in seconds, or None if they did not end.

    `declare_s` counts from the start of the run to the first declaration. `commander_s` and `customers_s` count from
    the declaration to the first commander and to the first words for customers. `kept` and `missed` count promised
    updates.
    """

    run: str
    title: str
    state: str
    """`running`, `stopped` or `over`."""
    faster: int
    started_at: datetime
    ended_at: datetime | None
    incidents: tuple[str, ...]
    declare_s: int | None
    commander_s: int | None
    customers_s: int | None
    kept: int
    missed: int
    expected: tuple[Outcome, ...]

    @property
    def met(self) -> int:
        return sum(outcome.is_met for outcome in self.expected)


def score(run: Run, recorded: Sequence[Recorded], *, now: datetime, nobody: Collection[str] = ()) -> Score:
    """Return the score of `run`. `recorded` are the entries of its incidents up to its end, in order.

    `nobody` holds the keys (`measured.key_of`) of our own addresses, which do not count as people.
    """
    every = list(measure(recorded, now=now, nobody=nobody))
    declared_at = min((one.declared_at for one in every), default=None)
    states = list(_states(recorded))
    expected = tuple(_outcome(run, one, states, every) for one in run.scenario.expected)
    return Score(
        run=run.id, title=run.scenario.title, faster=run.faster, started_at=run.started_at, ended_at=run.ended_at,
        state="stopped" if run.was_stopped else "over" if run.is_over else "running", incidents=run.incidents,
        declare_s=_seconds(run.started_at, declared_at),
        commander_s=_seconds(declared_at, _first(one.commander_at for one in every)),
        customers_s=_seconds(declared_at, _first(one.customers_at for one in every)),
        kept=sum(one.kept for one in every), missed=sum(one.missed for one in every), expected=expected,
    )  # fmt: skip


def _states(recorded: Iterable[Recorded]) -> Iterator[tuple[Recorded, Incident]]:
    """Yield each entry with the state of its incident after that entry."""
    known: dict[str, Incident] = {}
    for one in recorded:
        known[one.incident] = evolve(known.get(one.incident), one)
        yield one, known[one.incident]


def _outcome(
    run: Run, expected: Expected, states: Sequence[tuple[Recorded, Incident]], every: Sequence[Measured]
) -> Outcome:
    if expected.happens == "commander":  # somebody who was only assumed counts once they act
        met_at = _first(one.commander_at for one in every)
    else:
        met_at = next((one.at for one, state in states if _is_met(expected, one, state)), None)
    within = None if expected.within_s is None else int(run.lasting(expected.within_s).total_seconds())
    return Outcome(what=expected.what, within_s=within, met_s=_seconds(run.started_at, met_at))


def _is_met(expected: Expected, recorded: Recorded, state: Incident) -> bool:
    if expected.happens is not None:
        return _happened(expected.happens, state)
    if expected.severity is not None:
        return state.severity <= expected.severity and "severity" not in state.assumed
    if expected.phase is not None:
        return state.phase >= expected.phase
    if expected.role is not None:
        held = state.roles.get(expected.role)
        return held is not None and bool(held.people)
    if expected.item is not None:
        return any(item.kind == expected.item for item in state.items)
    text = fold_case(_text_in(recorded))
    return any(fold_case(words) in text for words in expected.says)


def _happened(what: Happening, state: Incident) -> bool:
    match what:
        case "declared":
            return True
        case "commander":
            return "commander" not in state.assumed
        case "customer_words":
            return state.customers_may_be_told is not None
        case "approved_words":
            return state.approved_words is not None and state.approved_words.has_two_people
        case "restricted":
            return state.restricted
        case "closed":
            return state.status is Status.CLOSED


def _text_in(recorded: Recorded) -> str:
    """Return the text of an entry, in which the words of expected outcomes are sought."""
    match recorded.event:
        case Declared(description=description, details=details):
            return f"{description}\n{details}"
        case NoteAdded(text=text) | UpdateGiven(text=text) | ItemAdded(text=text) | ItemTracked(text=text):
            return text
        case TextChanged(text=text):
            return text or ""
        case DescriptionChanged(description=description):
            return description
        case _:
            return ""


def _first(times: Iterable[datetime | None]) -> datetime | None:
    return min((at for at in times if at is not None), default=None)


def _seconds(since: datetime | None, until: datetime | None) -> int | None:
    """Return the seconds between two times, at least 0, or None if either is unknown."""
    if since is None or until is None:
        return None
    return int(max(until - since, timedelta()).total_seconds())
