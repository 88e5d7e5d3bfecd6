"""Summarise durations, or a share, in a few numbers, and mark those that come from too few incidents."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import timedelta

from incidentmail.core.frozen import Frozen

FEW = 5
"""Figures from fewer incidents are marked, because a single incident can dominate them."""
PERCENTILE = 90


class Distribution(Frozen, kw_only=True):
    """The median and the 90th percentile of `n` durations. `missing` counts incidents with an unknown duration."""

    n: int
    missing: int
    median: timedelta | None
    p90: timedelta | None

    @property
    def is_few(self) -> bool:
        return self.n < FEW


class Share(Frozen, kw_only=True):
    """A share: the number `part` out of a total of `n`."""

    part: int
    n: int

    @property
    def is_few(self) -> bool:
        return self.n < FEW

    @property
    def ratio(self) -> float | None:
        """The share as a number from 0 to 1, rounded to three digits, or None if `n` is 0."""
        return round(self.part / self.n, 3) if self.n else None


def distribution(durations: Iterable[timedelta | None]) -> Distribution:
    """Return the distribution of `durations`, in which None stands for an unknown duration.

    The median of an even number of durations is the mean of the middle two, rounded down to seconds. The 90th
    percentile is the shortest duration that is at least as long as nine tenths of the durations.

    >>> distribution([timedelta(minutes=m) for m in (1, 2, 3, 10)] + [None])
    Distribution(n=4, missing=1, median=datetime.timedelta(seconds=150), p90=datetime.timedelta(seconds=600))
    """
    every = list(durations)
    known = sorted(one for one in every if one is not None)
    n, missing = len(known), len(every) - len(known)
    if not known:
        return Distribution(n=0, missing=missing, median=None, p90=None)
    middle = known[(n - 1) // 2] + known[n // 2]
    return Distribution(
        n=n, missing=missing, median=timedelta(seconds=middle // timedelta(seconds=2)),
        p90=known[math.ceil(n * PERCENTILE / 100) - 1],
    )  # fmt: skip
