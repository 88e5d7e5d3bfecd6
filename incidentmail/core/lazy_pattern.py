"""Provide regular expressions that are compiled on first use.

A short command uses only one in six of the expressions in its modules. Compiling all of them took a quarter of its run
time.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast

_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "split", "sub", "subn")


class _LazyPattern:
    """Stands in for a compiled pattern, with the same attributes. The functions of `re` do not accept it."""

    def __init__(self, text: str | bytes, flags: int) -> None:
        self.pattern, self._flags = text, flags

    def __getattr__(self, name: str) -> Any:
        """Compile the pattern and copy its methods to the instance, so that later look-ups bypass this method."""
        compiled = re.compile(self.pattern, self._flags)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def lazy_pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return a lazy pattern for `text`. If `text` is not a valid pattern, its first use raises re.error.

    >>> lazy_pattern(r"sev(?:erity)? (\\d)", re.I).findall("Sev 1, severity 2")
    ['1', '2']
    """
    return cast("re.Pattern[AnyStr]", _LazyPattern(text, flags))
