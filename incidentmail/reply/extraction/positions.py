"""Find the indexes of set flags quickly, without a loop in Python code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import compress, count


def positions(flags: Iterable[bool]) -> Iterator[int]:
    """Yield the index of each flag that is set.

    >>> list(positions([True, False, True]))
    [0, 2]
    """
    return compress(count(), flags)
