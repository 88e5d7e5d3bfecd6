"""Work counted instead of timed: the same on every machine, however slow or busy it is."""

from __future__ import annotations

import asyncio
import gc
import selectors
import sys
from collections.abc import Callable, Coroutine
from types import FrameType
from typing import Any


def steps(work: Callable[[], object]) -> int:
    """Return how many steps Python takes for `work`: each line run, and each turn of a loop within one.

    What happens within one call into C is one step, however long it takes: a regular expression, a search in a text.
    That is timed by `make bench`.
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
    """Return how many steps the event loop takes at most before it looks at all clients again."""
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
