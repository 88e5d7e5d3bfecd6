"""Render the paragraphs that say who changed or said what since the last message. Pure.

Except for the first line, text written by people is indented, so that it cannot look like a sentence of ours.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from incidentmail.core.deeds.changes import FactChange, deed, deed_in_full
from incidentmail.core.facts import APPROVAL, TIME_FACTS
from incidentmail.core.model import Change, Incident, Person, Status, TakenBack
from incidentmail.core.names.name_lists import shown_address
from incidentmail.core.times import show_time
from incidentmail.core.words import NO_CHANGE, Words

STATED_ELSEWHERE = (APPROVAL, "merged_into")
"""Facts that are omitted here because the mail states each of them in a line of its own."""


@dataclass(slots=True)
class _Turn:
    """The changes and texts of one person within one minute, and the start of that minute.

    `confirmed_by` is the person who confirmed these changes, if they needed confirmation.
    """

    by: Person
    at: datetime
    confirmed_by: Person | None = None
    texts: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    taken_back: tuple[TakenBack, ...] = ()


def paragraphs(
    incident: Incident, words: Words, zones: Sequence[str], on: date, *, with_address: Collection[str] = ()
) -> list[str]:
    """Return a paragraph for each person and minute, oldest first: what they changed, when, and what they said.

    If a person wrote a second text in the same minute, it has a separate paragraph. The address of a person who
    confirmed something is shown if it is in `with_address`.
    """
    found: list[str] = []
    for turn in sorted(_turns(incident), key=lambda turn: turn.at):
        when = show_time(turn.at, zones, on)
        who = turn.confirmed_by
        confirmed = f", confirmed by {who.name}{shown_address(who, with_address)}" if who else ""
        deeds = "" if _only_promises(turn) else deeds_of(words, turn.changes, zones, on, turn.taken_back)
        did = f"{turn.by.name} {deeds}{confirmed}, {when}" if deeds else f"{turn.by.name}, {when}"
        if deeds and any(one.fact in TIME_FACTS and one.now for one in turn.changes):  # each time needs its verb
            did = f"{turn.by.name}, {when}, {deeds}{confirmed}"
        if not turn.texts:
            found.append(f"{did}.")
            continue
        first, *others = turn.texts
        found.append(f"{did}: {indented(first)}")
        found += [f"{turn.by.name}, {when}: {indented(text)}" for text in others]
    return found


def deeds_of(
    words: Words, changes: Sequence[Change], zones: Sequence[str], on: date, taken_back: Sequence[TakenBack] = ()
) -> str:
    """Return the changes of one person, without their name: `raised the severity from 2 to 1 and set the venue`.

    A changed time is shown with its new value, so that it is not confused with the time of the change. If an update was
    undone, it is named before the values that this restored: `undid update 5 and so raised ...`.
    """
    undone = {one.at: one.number for one in taken_back}
    by_update: dict[int | None, list[Change]] = {}
    for change in changes:
        by_update.setdefault(undone.get(change.at), []).append(change)
    parts = ((number, _deeds(words, some, zones, on)) for number, some in by_update.items())
    return "; ".join(f"undid update {number} and so {deeds}" if number else deeds for number, deeds in parts if deeds)


def _deeds(words: Words, changes: Sequence[Change], zones: Sequence[str], on: date) -> str:
    """Return the changes as phrases. If the incident ends, omit the obvious fact that no more updates are promised."""
    ends = any(one.fact == "status" and one.now != Status.OPEN for one in changes)
    told = [one for one in changes if not (ends and one.fact == "next_update_at" and one.now is None)]
    done = (FactChange(fact=one.fact, was=one.was, now=one.now, by=one.by) for one in told)
    deeds = list(
        dict.fromkeys(
            deed_in_full(words, one, zones, on) if one.fact in TIME_FACTS else deed(words, one) for one in done
        )
    )
    return ", ".join(deeds[:-1]) + (" and " if deeds[:-1] else "") + deeds[-1] if deeds else ""


def _turns(incident: Incident) -> list[_Turn]:
    turns: dict[tuple[str, datetime, Person | None], _Turn] = {}

    def turn(by: Person, at: datetime, confirmed_by: Person | None = None) -> _Turn:
        """Return the turn to which a change or text belongs. Changes that somebody confirmed have a separate turn."""
        key = (by.address or by.name, at.replace(second=0), confirmed_by)
        return turns.setdefault(key, _Turn(by, at, confirmed_by))

    for said in incident.said:
        turn(said.by, said.at).texts.append(said.text or NO_CHANGE)
    for change in incident.unannounced:
        if change.fact not in STATED_ELSEWHERE:
            found = turn(change.by, change.at, change.confirmed_by)
            found.changes.append(change)
            found.taken_back = incident.taken_back
    return _with_reasons(list(turns.values()))


def _with_reasons(turns: list[_Turn]) -> list[_Turn]:
    """Add a person's text to the turn with their changes in the same minute, if there is exactly one such turn."""
    for said in [turn for turn in turns if turn.texts and not turn.changes]:
        same = [turn for turn in turns if turn.changes and (turn.by, turn.at) == (said.by, said.at)]
        if len(same) == 1:
            same[0].texts[:0] = said.texts
            turns.remove(said)
    return turns


def _only_promises(turn: _Turn) -> bool:
    """Return whether a person said something but changed only the time of the next update.

    The mail states that time on a separate line, and the text does not give a reason for it.
    """
    times = all(change.fact == "next_update_at" and change.now for change in turn.changes)
    return bool(turn.texts) and times and not turn.confirmed_by


def indented(text: str) -> str:
    r"""Return `text` with all lines except the first indented.

    >>> indented("One.\n\nTwo.")
    'One.\n\n  Two.'
    """
    first, *others = text.split("\n")
    return "\n".join([first, *(f"  {line}" if line else "" for line in others)])
