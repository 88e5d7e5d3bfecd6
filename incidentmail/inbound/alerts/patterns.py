"""Match the patterns that an organisation writes for its alerts: words, with `*` for any text.

A pattern matches anywhere in a line, ignoring case. It starts and ends at word boundaries, unless there is a `*`.
`{key}` also matches any text, and marks the part that distinguishes alerts. The pieces between the stars are searched
in turn, so the time is linear in the length of the line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

KEY: Final = "{key}"
ANY: Final = "*"
REMOVED_MAX: Final = 10
"""The maximum number of matches of a pattern removed from one line. A subject has few tags."""
_HOLES: Final = re.compile(r"(\*+|\{key\})")


@dataclass(frozen=True, slots=True)
class Found:
    """The span of a match in a line, and the text matched by `{key}`, or None if the pattern has no `{key}`."""

    start: int
    end: int
    key: str | None = None


def find(pattern: str, line: str) -> Found | None:
    """Return the first match of `pattern` in `line`, or None.

    >>> find("critical", "Disk is CRITICAL!"), find("crit", "Disk is CRITICAL!")
    (Found(start=8, end=16, key=None), None)
    >>> find("host {key} *", "Problem on host db1 of shop").key
    'db1'
    """
    text, tokens = _lowered(line), _tokens(pattern)
    at, start, key, hole = 0, None, None, ""
    for number, token in enumerate(tokens, 1):
        if token in (KEY, ANY):
            start, hole = 0 if start is None else start, token
            continue
        place = _place(token, text, at, before=not hole, after=number == len(tokens))
        if place < 0:
            return None
        key = line[at:place].strip() if hole == KEY else key
        start, at, hole = place if start is None else start, place + len(token), ""
    key = line[at:].strip() if hole == KEY else key
    return Found(start or 0, len(line) if hole else at, key)


def matches(patterns: tuple[str, ...], line: str) -> bool:
    """Return whether any of `patterns` matches `line`."""
    return any(find(pattern, line) is not None for pattern in patterns)


def without(patterns: tuple[str, ...], line: str) -> str:
    """Return `line` with all matches of the patterns removed.

    >>> without(("[prod]", "(runbook *)"), "[prod] Disk full (runbook 12)")
    'Disk full '
    """
    for pattern in patterns:
        for _ in range(REMOVED_MAX):
            found = find(pattern, line)
            if found is None or found.end <= found.start:
                break
            line = f"{line[: found.start].rstrip()} {line[found.end :].lstrip()}".lstrip()
    return line


def fault_of(pattern: str) -> str | None:
    """Return the reason why a pattern is invalid, or None.

    >>> fault_of("**"), fault_of("disk {key} on {key}"), fault_of("disk *")
    ('it has no words', 'it has {key} twice', None)
    """
    if pattern.count(KEY) > 1:
        return "it has {key} twice"
    return None if pattern.replace(KEY, "").strip("* ") else "it has no words"


def _lowered(line: str) -> str:
    """Return `line` in lower case without changing its length, so that positions stay valid."""
    lowered = line.lower()
    return lowered if len(lowered) == len(line) else "".join(c.lower() if len(c.lower()) == 1 else c for c in line)


@lru_cache(maxsize=512)
def _tokens(pattern: str) -> tuple[str, ...]:
    """Return the pieces of a pattern, separated by `*` or `{key}`."""
    found: list[str] = []
    for part in filter(None, _HOLES.split(_lowered(pattern))):
        token = ANY if part.startswith(ANY) else part
        if token in (KEY, ANY) and found and found[-1] in (KEY, ANY):
            found[-1] = KEY if KEY in (token, found[-1]) else ANY
        else:
            found.append(token)
    return tuple(found)


def _place(piece: str, text: str, at: int, *, before: bool, after: bool) -> int:
    """Return the first position of `piece` in `text` at or after `at`, at the required word boundaries, or -1."""
    while (found := text.find(piece, at)) >= 0:
        end = found + len(piece)
        begins = not before or found == 0 or not (text[found - 1].isalnum() and piece[0].isalnum())
        ends = not after or end == len(text) or not (text[end].isalnum() and piece[-1].isalnum())
        if begins and ends:
            return found
        at = found + 1
    return -1
