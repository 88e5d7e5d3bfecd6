"""Figures beside their floors: measured in turn, so that a busy machine slows both, and shown as one table."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

ROUNDS: Final = 5
COLUMNS: Final = f"{'figure':50} {'ours':>11} {'floor':>11} {'ratio':>7}  {'goal':>9}  met"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure.

    `goal` bounds its ratio to the floor, or the figure itself if there is none. `how` says what the floor is.

    If `is_must`, `make bench STRICT=1` fails while the goal is not met. The others are only shown, because they are
    known not to be met, or because a busy machine changes them.
    """

    what: str
    unit: str
    ours: float
    floor: float | None
    ratio: float | None
    goal: float
    at: Literal["least", "most"]
    how: str
    is_must: bool = False

    @property
    def is_met(self) -> bool:
        value = self.ours if self.ratio is None else self.ratio
        return value >= self.goal if self.at == "least" else value <= self.goal

    @property
    def is_broken(self) -> bool:
        """Whether the goal must be met and is not."""
        return self.is_must and not self.is_met

    def __str__(self) -> str:
        sign, unit = ">=" if self.at == "least" else "<=", "" if self.ratio is not None else f" {self.unit}"
        floor = "" if self.floor is None else _shown(self.floor, self.unit)
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        goal = f"{sign} {self.goal:g}{unit}"
        return (
            f"{self.what:50} {_shown(self.ours, self.unit):>11} {floor:>11} {ratio:>7}  {goal:>9}  "
            f"{'yes' if self.is_met else 'NO'}{' (must)' if self.is_must else ''}\n    floor: {self.how}"
        )


@dataclass(frozen=True, slots=True)
class Missing:
    """A figure that cannot be measured on this machine, and why."""

    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.what:50} not measured: {self.why}"


def seconds(work: Callable[[], object]) -> float:
    """Return how long `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def compare(
    what: str,
    unit: str,
    ours: Callable[[], float],
    floor: Callable[[], float],
    *,
    goal: float,
    at: Literal["least", "most"],
    how: str,
    rounds: int = ROUNDS,
) -> Row:
    """Measure both sides in turn. Return the medians of each side and of the rounds' ratios."""
    pairs = [(floor(), ours()) for _ in range(rounds)]
    return Row(
        what=what,
        unit=unit,
        ours=statistics.median(own for _, own in pairs),
        floor=statistics.median(base for base, _ in pairs),
        ratio=statistics.median(own / base for base, own in pairs),
        goal=goal,
        at=at,
        how=how,
    )


def _shown(value: float, unit: str) -> str:
    return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.1f} {unit}"
