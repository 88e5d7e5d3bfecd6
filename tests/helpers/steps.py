"""Measure work by counting steps instead of time, so that the result is the same on every machine."""

from __future__ import annotations

import asyncio
import gc
import selectors
import sys
from collections.abc import Callable, Coroutine
from types import FrameType
from typing import Any


def steps(work: Callable[[], object]) -> int:
    """Return how many steps Python takes for `work`: each line run, and each turn of a loop within a line.

    A call into C, such as a search with a regular expression, counts as one step, however long it takes. `make bench`
    measures the time of such calls.
    """
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += 1
        return trace

    before, collects = sys.gettrace(), gc.isenabled()
    gc.disable()  # what is done at a collection, which comes when it likes, is not ours
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
        if collects:
            gc.enable()
    return count


def longest_turn(scene: Callable[[], Coroutine[Any, Any, None]]) -> int:
    """Return the largest number of steps that the event loop takes before it attends to all clients again."""
    count = longest = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += 1
        return trace

    class Selector(selectors.DefaultSelector):
        def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
            nonlocal count, longest
            longest, count = max(longest, count), 0
            return super().select(timeout)

    before = sys.gettrace()
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(Selector())) as runner:
        sys.settrace(trace)
        try:
            runner.run(scene())
        finally:
            sys.settrace(before)
    return longest
