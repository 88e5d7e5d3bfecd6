"""Search the text that people wrote: descriptions, details, notes, updates, decisions and names."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from incidentmail.core.events import Announced, Recorded
from incidentmail.core.frozen import Frozen, plain
from incidentmail.core.model import Incident, Person

EXCERPT_CHARS_MAX = 160
_NO_TEXT = frozenset({"kind", "address", "name", "ref", "id", "message_id", "incident"})
"""The keys of an event whose values were not written by people."""


class Query(Frozen, kw_only=True):
    """A search. All `words` have to occur, in any order, each at the start of a word in the text.

    `severity` is the incident's current severity. `by` is part of a name or address. `since` is the earliest time.
    """

    words: tuple[str, ...]
    severity: int | None = None
    by: str = ""
    since: datetime | None = None


class Hit(Frozen, kw_only=True):
    """An entry that contains the words: its author, its time, and the text around the first word."""

    incident: Incident
    at: datetime
    by: Person
    kind: str
    excerpt: str


def query_of(text: str) -> tuple[str, ...]:
    """Return the words of `text` for comparison: in lower case and without accents.

    >>> query_of("Café  DOWN")
    ('cafe', 'down')
    """
    return tuple(_folded(text).split())


def search(recorded: Iterable[Recorded], incidents: Mapping[str, Incident], query: Query) -> Iterator[Hit]:
    """Yield the hits in the order of `recorded`, at most one per entry."""
    by = _folded(query.by)
    for one in recorded:
        incident = incidents.get(one.incident)
        if incident is None or isinstance(one.event, Announced):
            continue
        if query.severity is not None and incident.severity != query.severity:
            continue
        if query.since is not None and one.at < query.since:
            continue
        if by and by not in _folded(f"{one.by.name} {one.by.address or ''}"):
            continue
        texts = list(_texts(plain(one.event)))
        if texts and all(any(_holds(text, word) for text in texts) for word in query.words):
            excerpt = next(
                (_excerpt(text, word) for word in query.words for text in texts if _holds(text, word)), texts[0]
            )
            yield Hit(incident=incident, at=one.at, by=one.by, kind=one.event.kind, excerpt=excerpt)


def _texts(value: object, key: str = "") -> Iterator[str]:
    """Yield the text written by people in an event: every string that is not a name or an identifier."""
    if isinstance(value, str):
        if key not in _NO_TEXT:
            yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _texts(part, name)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part, key)


def _holds(text: str, word: str) -> bool:
    return _position(_folded(text), word) >= 0


def _position(folded: str, word: str) -> int:
    """Return the position of the first word that starts with `word`, or -1."""
    at = folded.find(word)
    while at > 0 and folded[at - 1].isalnum():
        at = folded.find(word, at + 1)
    return at


def _excerpt(text: str, word: str) -> str:
    """Return the text around `word` on one line, with an ellipsis at each truncated end."""
    line = " ".join(text.split())
    at = max(0, _position(_folded(line), word))
    if len(line) <= EXCERPT_CHARS_MAX:
        return line
    start = max(0, min(at - EXCERPT_CHARS_MAX // 3, len(line) - EXCERPT_CHARS_MAX))
    part = line[start : start + EXCERPT_CHARS_MAX].strip()
    return f"{'...' if start else ''}{part}{'...' if start + EXCERPT_CHARS_MAX < len(line) else ''}"


def _folded(text: str) -> str:
    """Return `text` in lower case and without accents. For most text, letters keep their positions."""
    if text.isascii():
        return text.lower()
    return "".join(char for char in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(char))
