"""Parse the state of an alert from a subject of unknown format: from the subject's tags, first words and last words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from .alert import AlertKind
from .forms import STATES

_WORDS: Final = "|".join(sorted(map(re.escape, STATES), key=len, reverse=True))
_MORE: Final = r"closed|cleared|alert|triggered|failed|failing|failure|fatal|back to normal|back online|green"
_STATE: Final = rf"(?:{_WORDS}|{_MORE})"
_TAG: Final = re.compile(rf"[\[(<{{]\s*\W{{0,3}}(?P<state>{_STATE})(?::\d{{1,6}})?\s*[\])>}}]\W{{0,3}}", re.I)
_FIRST: Final = re.compile(rf"\W{{0,3}}(?P<state>{_STATE})\s*(?:[:|]|\s-\s|\s–\s)\s*", re.I)
_LAST: Final = re.compile(
    rf"(?:\s+(?:is|are|has|have|was|went|came|been|now|state)\b){{0,3}}\s+[-:|–]?\s*(?P<state>{_STATE}|back up|"
    r"unavailable|offline)\s*\W{0,3}\Z",
    re.I,
)
_OVER: Final = frozenset({"closed", "cleared", "back to normal", "back online", "back up", "green"})


@dataclass(frozen=True, slots=True)
class Stated:
    """The state given by a subject (firing if none), the subject's title without tags, and the alert's name."""

    kind: AlertKind
    title: str
    name: str


def state_of(subject: str) -> Stated:
    """Return the state, title and name given by a subject.

    >>> state_of("[RESOLVED] Disk on db1")
    Stated(kind='recovered', title='Disk on db1', name='Disk on db1')
    >>> state_of("Disk on db1 is back to normal")
    Stated(kind='recovered', title='Disk on db1 is back to normal', name='Disk on db1')
    """
    kinds: list[AlertKind] = []
    rest = subject
    while found := _TAG.match(rest):
        kinds.append(_kind(found["state"]))
        rest = rest[found.end() :].lstrip()
    if found := _FIRST.match(rest):
        kinds.append(_kind(found["state"]))
        rest = rest[found.end() :]
    title = rest.strip() or subject
    tail = max(0, len(rest) - TAIL_CHARS)
    if found := _LAST.search(rest, tail):
        kinds.append(_kind(found["state"]))
        rest = rest[: found.start()]
    # A subject with both kinds of states is about an alert that is still firing.
    kind: AlertKind = "firing" if not kinds or "firing" in kinds else kinds[0]
    return Stated(kind, title, rest.strip() or title)


TAIL_CHARS = 60
"""The number of characters at the end of a subject in which to search for a state."""


def _kind(state: str) -> AlertKind:
    word = " ".join(state.lower().split())
    return "recovered" if word in _OVER else STATES.get(word, "firing")
