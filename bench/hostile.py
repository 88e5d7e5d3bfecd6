"""Measure the cost of hostile texts, compared with the time in which this machine counts the words in 200 kB of prose.

The time is that of this thread, the best of some rounds, so that other work on the machine matters little. A limit of
16 such counts is 50 ms on the machine of docs/benchmarks.md. tests/test_growth.py parses the same texts, but counts
steps in Python. What happens within one call into C, in particular a regular expression, is measured only here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Final

from .hostile_tasks import GROWING, TASKS, Task, after_many_mails
from .table import Row

ROUNDS: Final = 7
PROSE: Final = "The gateway failed on 2026-11-20 at 14:07, see ops@example.com and more of it there: twice.\n" * 2_200
EARLIER_MAILS: Final = (3, 300)
EARLIER_GOAL: Final = 3.0


def rows() -> Iterator[Row]:
    """Yield one row for each task, which shows the slowest text of that task."""
    for task in TASKS:
        yield slowest(task)
    for task in GROWING:
        yield _steepest(task)
    few, many = (seconds(after_many_mails(count)) * 1e6 for count in EARLIER_MAILS)
    yield _row(
        f"read a reply behind {EARLIER_MAILS[1]} mails", "us", (many, few), EARLIER_GOAL, f"{EARLIER_MAILS[0]} mails"
    )


def seconds(work: Callable[[], object], enough: float = 0.0) -> float:
    """Return the time that `work` takes in this thread: the best of some rounds, or the first one below `enough`."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.thread_time()
        work()
        best = min(best, time.thread_time() - start)
        if best <= enough:
            break
    return best


def count_words() -> dict[str, int]:
    """Do the work that serves as the floor: plain Python that looks at each word of a text."""
    counts: dict[str, int] = {}
    for line in PROSE.split("\n"):
        for word in line.split():
            counts[word] = counts.get(word, 0) + 1
    return counts


def slowest(task: Task) -> Row:
    """Return the row of the text for which the task takes longest."""
    found: list[tuple[float, float, float, str]] = []
    for name, text in task.texts.items():
        work, floor = task.work(text.at()), seconds(count_words)
        ours = seconds(work, enough=task.goal * floor / 4)
        found.append((ours / floor, ours, floor, name))
    _, ours, floor, name = max(found)
    how = f"the words of 200 kB counted; the slowest of {len(found)}: {name!r}"
    return _row(task.what, "ms", (ours * 1000, floor * 1000), task.goal, how)


def _steepest(task: Task) -> Row:
    found: list[tuple[float, float, float, str]] = []
    for name, text in task.texts.items():
        whole, part = text.at(), text.at(0.25 if len(text.at()) < 100_000 else 1 / 64)
        ours, floor = (seconds(task.work(one)) / len(one) * 1e9 for one in (whole, part))
        found.append((ours / floor, ours, floor, name))
    _, ours, floor, name = max(found)
    how = f"the same for a small part of the text; the steepest of {len(found)}: {name!r}"
    return _row(f"{task.what}, a character", "ns", (ours, floor), task.goal, how)


def _row(what: str, unit: str, sides: tuple[float, float], goal: float, how: str) -> Row:
    ours, floor = sides
    return Row(
        what=what, unit=unit, ours=ours, floor=floor, ratio=ours / floor, goal=goal, at="most", how=how, is_must=True
    )
