"""Regular expressions that are compiled when they are first used.

A command that ends soon uses one in six of those that its modules have, and compiling all took a quarter of its time.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast

_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "split", "sub", "subn")


class _LazyPattern:
    """Stands for a compiled pattern, and has the same attributes. Functions of `re` do not take it for one."""

    def __init__(self, text: str | bytes, flags: int) -> None:
        self.pattern, self._flags = text, flags

    def __getattr__(self, name: str) -> Any:
        """Compile the pattern and take over its methods, so that this is called no more for them."""
        compiled = re.compile(self.pattern, self._flags)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def lazy_pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return the pattern `text`. If it is none, its first use raises re.error.

    >>> lazy_pattern(r"sev(?:erity)? (\\d)", re.I).findall("Sev 1, severity 2")
    ['1', '2']
    """
    return cast("re.Pattern[AnyStr]", _LazyPattern(text, flags))
