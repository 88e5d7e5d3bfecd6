"""Map times to positions on a line. The mapping is proportional, except that long silences are shortened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

SILENCE = timedelta(hours=3)
"""A longer period in which nothing happened is a silence, and can be shortened."""
SILENCE_SHARE = 0.12
"""The drawn length of a silence, as a share of the time in which something happened."""
_STEPS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440))


class TimeScale:
    """A mapping from times between `begin` and `end` to positions between `left` and `right`, in pixels.

    If silences take more than half of the time, all of them are shortened. Without this rule, a two-hour incident whose
    lessons were written down a week later would be a thin line at the edge.
    """

    def __init__(self, begin: datetime, end: datetime, moments: Sequence[datetime], left: float, right: float) -> None:
        self.begin, self.end = begin, max(end, begin + timedelta(minutes=1))
        self.left, self.right = left, right
        inside = sorted({at for at in moments if begin <= at <= self.end} | {begin, self.end})
        gaps = list(pairwise(inside))
        silent = [gap for gap in gaps if _length(gap) > SILENCE]
        busy = sum((_length(gap) for gap in gaps if _length(gap) <= SILENCE), timedelta())
        is_cut = timedelta(0) < busy < sum(map(_length, silent), timedelta())
        self.silences: tuple[tuple[datetime, datetime], ...] = tuple(silent) if is_cut else ()
        """The shortened silences, as (start, end) pairs."""
        self._silence_drawn = busy * SILENCE_SHARE
        self._drawn = self._after(self.end)

    def x(self, at: datetime) -> float:
        """Return the position of `at`, or of the nearer end if `at` is outside the range."""
        at = min(max(at, self.begin), self.end)
        return self.left + (self.right - self.left) * (self._after(at) / self._drawn)

    def ticks(self, count_max: int) -> Iterator[datetime]:
        """Yield round times for labels below the line, at most about `count_max`, none of them in a silence."""
        wanted = self._drawn / max(count_max, 1)
        step = next((step for step in _STEPS if step >= wanted), None)
        step = step or timedelta(days=-(-wanted // timedelta(days=1)))
        at = _rounded_up(self.begin, step)
        while at <= self.end:
            silence = next((one for one in self.silences if one[0] < at < one[1]), None)
            if silence is None:
                yield at
            at = at + step if silence is None else _rounded_up(silence[1], step)

    def _after(self, at: datetime) -> timedelta:
        """Return how much time passes between the start and `at`, with shortened silences counted as drawn."""
        passed = at - self.begin
        for begin, end in self.silences:
            if at > begin:
                inside = min(at, end) - begin
                passed += self._silence_drawn * (inside / (end - begin)) - inside
        return passed


def _length(gap: tuple[datetime, datetime]) -> timedelta:
    return gap[1] - gap[0]


def _rounded_up(at: datetime, step: timedelta) -> datetime:
    """Return the first multiple of `step` since midnight (UTC) that is not before `at`."""
    midnight = datetime(at.year, at.month, at.day, tzinfo=UTC)
    return midnight + step * -((midnight - at) // step)
