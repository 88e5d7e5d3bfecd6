"""Who changed or said what since the last message, in paragraphs. Pure.

All lines of a speaker except the first are indented, so that nothing they wrote looks like a sentence of ours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from incidentmail.core.decision.crossing import show_fact
from incidentmail.core.model import Change, Incident, Person
from incidentmail.core.times import show_time
from incidentmail.core.words import NO_CHANGE, Words


@dataclass(slots=True)
class _Turn:
    """What one person did within one minute: the first moment, what they said, and what they changed."""

    by: Person
    at: datetime
    texts: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    confirmed_by: list[str] = field(default_factory=list)


def paragraphs(incident: Incident, words: Words, zones: Sequence[str], on: date) -> list[str]:
    """Return a paragraph for each text, and for each person and minute with changes, the oldest first.

    If a message covers several people or moments, each text also names what its writer changed. A fact that was changed
    at several of these moments is named with its value.
    """
    turns = _turns(incident)
    many = sum(bool(turn.changes) for turn in turns) > 1
    times = Counter(fact for turn in turns for fact in {change.fact for change in turn.changes})
    often = {fact for fact, count in times.items() if count > 1}
    found: list[str] = []
    for turn in sorted(turns, key=lambda turn: turn.at):
        when = show_time(turn.at, zones, on)
        confirmed = "".join(f", confirmed by {name}" for name in turn.confirmed_by)
        what = ", ".join(dict.fromkeys(_names(words, turn.changes, often)))
        if not turn.texts:
            found.append(f"Changed by {turn.by.name}{confirmed}, {when}: {what}.")
            continue
        changed = f", changed {what}{confirmed}" if what and (many or confirmed) else ""
        first, *others = turn.texts
        found.append(f"{turn.by.name}, {when}{changed}: {_indented(first)}")
        found += [f"{turn.by.name}, {when}: {_indented(text)}" for text in others]
    return found


def _turns(incident: Incident) -> list[_Turn]:
    turns: dict[tuple[str, datetime], _Turn] = {}

    def turn(by: Person, at: datetime) -> _Turn:
        return turns.setdefault((by.address or by.name, at.replace(second=0)), _Turn(by, at))

    for said in incident.said:
        turn(said.by, said.at).texts.append(said.text or NO_CHANGE)
    for change in incident.unannounced:
        found = turn(change.by, change.at)
        found.changes.append(change)
        name = change.confirmed_by.name if change.confirmed_by else None
        if name and name not in found.confirmed_by:
            found.confirmed_by.append(name)
    return list(turns.values())


def _names(words: Words, changes: Sequence[Change], often: set[str]) -> Iterator[str]:
    for change in changes:
        key = words.key(change.fact).lower()
        yield f"{key} {show_fact(change.fact, change.now)}" if change.fact in often else key


def _indented(text: str) -> str:
    r"""Return `text` with all lines except the first indented.

    >>> _indented("One.\n\nTwo.")
    'One.\n\n  Two.'
    """
    first, *others = text.split("\n")
    return "\n".join([first, *(f"  {line}" if line else "" for line in others)])
