"""Write paragraphs that say who changed or said what since the last message. Pure.

All lines of a person's words except the first are indented, so that nothing they wrote looks like a sentence of ours.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from incidentmail.core.facts import APPROVAL, ROLE_PREFIX
from incidentmail.core.frozen import read
from incidentmail.core.model import Change, Holders, Incident, Person, Status
from incidentmail.core.names.name_lists import join_names, shown_address
from incidentmail.core.times import show_time
from incidentmail.core.words import NO_CHANGE, Words

_NOUNS = {
    "not_affected": "list of what is not affected",
    "customers_may_be_told": "words approved for customers",
    "started_at": "time when it started",
    "detected_at": "time when it was detected",
    "next_update_at": "time of the next update",
}
"""What a fact is called in a sentence, if not by its key."""
_STATUS_DEEDS = {
    Status.OPEN: "reopened the incident",
    Status.CLOSED: "closed the incident",
    Status.RETRACTED: "retracted the incident as a false alarm",
    Status.MERGED: "merged the incident into another",
}


STATED_ELSEWHERE = (APPROVAL, "merged_into")
"""Facts that have no words of their own: a line of the mail states each, and another fact says what was done."""


@dataclass(slots=True)
class _Turn:
    """What one person did within one minute: when it began, what they said, and what they changed."""

    by: Person
    at: datetime
    texts: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    confirmed_by: list[Person] = field(default_factory=list)


def paragraphs(
    incident: Incident, words: Words, zones: Sequence[str], on: date, *, with_address: Collection[str] = ()
) -> list[str]:
    """Return a paragraph for each person and minute: what they changed, when, and what they said; the oldest first.

    If a person wrote a second text in the same minute, it has a separate paragraph. If the address of a person who
    confirmed something is in `with_address`, it is shown.
    """
    found: list[str] = []
    for turn in sorted(_turns(incident), key=lambda turn: turn.at):
        when = show_time(turn.at, zones, on)
        confirmers = (f"{person.name}{shown_address(person, with_address)}" for person in turn.confirmed_by)
        confirmed = "".join(f", confirmed by {who}" for who in confirmers)
        deeds = deeds_of(words, turn.changes)
        did = f"{turn.by.name} {deeds}{confirmed}, {when}" if deeds else f"{turn.by.name}, {when}"
        if not turn.texts:
            found.append(f"{did}.")
            continue
        first, *others = turn.texts
        found.append(f"{did}: {_indented(first)}")
        found += [f"{turn.by.name}, {when}: {_indented(text)}" for text in others]
    return found


def deeds_of(words: Words, changes: Sequence[Change]) -> str:
    """Return what one person did, without the name: `raised the severity from 2 to 1 and set the venue`."""
    deeds = list(dict.fromkeys(_deed(words, change) for change in changes))
    return ", ".join(deeds[:-1]) + (" and " if deeds[:-1] else "") + deeds[-1] if deeds else ""


def _deed(words: Words, change: Change) -> str:
    """Return what was done to one fact, in the past tense.

    A text or time is not repeated, because the mail shows it below.
    """
    if change.fact == "restricted":
        return "restricted the incident to this list"
    if change.fact == "merged_from":
        return _merged(change)
    key = words.key(change.fact)
    name = _NOUNS.get(change.fact) or (f"{key[:1].lower()}{key[1:]}" if key[1:2].islower() else key)
    is_set, was_set = change.now not in (None, ""), change.was not in (None, "")
    verb = ("changed" if was_set else "set") if is_set else "removed"
    match change.fact:
        case "severity" | "phase":
            return _moved(change, name)
        case "commander":
            return _command_passed(words, change)
        case "status":
            return _STATUS_DEEDS[Status(str(change.now))]
        case "description":
            return "corrected the description"
        case fact if fact.startswith(ROLE_PREFIX):
            return _assigned(name, read(Holders, change.now))
        case _:
            return f"{verb} the {name}"


def _moved(change: Change, name: str) -> str:
    if change.was == change.now:
        return f"confirmed {name} {change.now}"
    worse = int(str(change.now)) < int(str(change.was))
    verb = "changed" if change.fact == "phase" else "raised" if worse else "lowered"
    return f"{verb} the {name} from {change.was} to {change.now}"


def _command_passed(words: Words, change: Change) -> str:
    before, now = read(Person, change.was), read(Person, change.now)
    if before.same_as(now):
        return f"confirmed {now.name} as {words.title}" if not now.same_as(change.by) else "confirmed having command"
    if now.same_as(change.by):
        return f"took command from {before.name}"
    if before.same_as(change.by):
        return f"handed command to {now.name}"
    return f"named {now.name} {words.title}, after {before.name}"


def _merged(change: Change) -> str:
    now, was = ([str(one) for one in value] if isinstance(value, list) else [] for value in (change.now, change.was))
    new, gone = [one for one in now if one not in was], [one for one in was if one not in now]
    return f"merged {', '.join(new)} into this incident" if new else f"took {', '.join(gone)} out of this incident"


def _assigned(name: str, holders: Holders) -> str:
    if holders.dismissed:
        return f"marked the {name} as not needed"
    if holders.people:
        return f"named {join_names(holders.people)} as {name}"
    return f"removed the {name}"


def _turns(incident: Incident) -> list[_Turn]:
    turns: dict[tuple[str, datetime], _Turn] = {}

    def turn(by: Person, at: datetime) -> _Turn:
        return turns.setdefault((by.address or by.name, at.replace(second=0)), _Turn(by, at))

    for said in incident.said:
        turn(said.by, said.at).texts.append(said.text or NO_CHANGE)
    for change in incident.unannounced:
        if change.fact in STATED_ELSEWHERE:
            continue
        found = turn(change.by, change.at)
        found.changes.append(change)
        if change.confirmed_by and change.confirmed_by not in found.confirmed_by:
            found.confirmed_by.append(change.confirmed_by)
    return list(turns.values())


def _indented(text: str) -> str:
    r"""Return `text` with all lines except the first indented.

    >>> _indented("One.\n\nTwo.")
    'One.\n\n  Two.'
    """
    first, *others = text.split("\n")
    return "\n".join([first, *(f"  {line}" if line else "" for line in others)])
