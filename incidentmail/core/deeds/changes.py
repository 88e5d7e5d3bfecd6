"""Describe in the past tense how a fact was changed, as in `raised the severity from 2 to 1`.

Mails and the terminal use the same descriptions. The terminal adds the new value of a text or time, which mails show on
a separate line.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import assert_never

from incidentmail.core.events import (
    CommandTransferred,
    DescriptionChanged,
    PhaseChanged,
    RoleChanged,
    SeverityChanged,
    StatusChanged,
    TextChanged,
    TimeChanged,
    VenueChanged,
)
from incidentmail.core.facts import ROLE_PREFIX, TIME_FACTS, json_holders, json_person, json_time
from incidentmail.core.frozen import Frozen, JsonValue, read
from incidentmail.core.model import Holders, Person, Status
from incidentmail.core.names.name_lists import join_names
from incidentmail.core.times import show_time
from incidentmail.core.words import Words, in_brackets

ChangeEvent = (
    SeverityChanged
    | PhaseChanged
    | StatusChanged
    | CommandTransferred
    | VenueChanged
    | DescriptionChanged
    | TextChanged
    | TimeChanged
    | RoleChanged
)
"""The events that change a fact."""
_NOUNS = {
    "not_affected": "list of what is not affected",
    "customers_may_be_told": "words approved for customers",
    "started_at": "time when it started",
    "detected_at": "time when it was detected",
    "next_update_at": "time of the next update",
}
"""The nouns for facts whose keys do not work in a sentence."""
_STATUS_DEEDS = {
    Status.OPEN: "reopened the incident",
    Status.CLOSED: "closed the incident",
    Status.RETRACTED: "retracted the incident as a false alarm",
    Status.MERGED: "merged the incident into another",
}


class FactChange(Frozen, kw_only=True):
    """A fact, its old and new values as JSON (core/facts.py), and the person who changed it, if known."""

    fact: str
    was: JsonValue
    now: JsonValue
    by: Person | None


def change_in(event: ChangeEvent, by: Person | None) -> FactChange:
    """Return the fact that an event changes, with its old and new values.

    >>> change_in(SeverityChanged(severity=1, was=2), None)
    FactChange(fact='severity', was=2, now=1, by=None)
    """
    match event:
        case SeverityChanged(severity=now, was=was):
            return FactChange(fact="severity", was=was, now=now, by=by)
        case PhaseChanged(phase=now, was=was):
            return FactChange(fact="phase", was=was, now=now, by=by)
        case StatusChanged(status=status, was=before):
            return FactChange(fact="status", was=before.value, now=status.value, by=by)
        case CommandTransferred(commander=commander, was=leader):
            return FactChange(fact="commander", was=json_person(leader), now=json_person(commander), by=by)
        case VenueChanged(venue=venue, was=old):
            return FactChange(fact="venue", was=old, now=venue, by=by)
        case DescriptionChanged(description=description, was=old):
            return FactChange(fact="description", was=old, now=description, by=by)
        case TextChanged(name=name, text=text, was=old):
            return FactChange(fact=name, was=old, now=text, by=by)
        case TimeChanged(name=name, time=time, was=then):
            return FactChange(fact=name, was=json_time(then), now=json_time(time), by=by)
        case RoleChanged(role=role, holders=holders, was=held):
            return FactChange(fact=ROLE_PREFIX + role, was=json_holders(held), now=json_holders(holders), by=by)
        case _:
            assert_never(event)


def deed(words: Words, change: FactChange) -> str:
    """Return a phrase for a change, without its author, and without the value of a text or time.

    >>> from incidentmail.core.policy import Policy
    >>> deed(Words(Policy()), FactChange(fact="phase", was=1, now=2, by=None))
    'changed the phase from 1 to 2'
    """
    match change.fact:
        case "severity" | "phase":
            return _moved(change)
        case "commander":
            return _command_passed(words, change)
        case "status":
            return _STATUS_DEEDS[Status(str(change.now))]
        case "description":
            return "changed the description"
        case "restricted":
            return "restricted the incident to this list"
        case "merged_from":
            return _merged(change)
        case fact if fact.startswith(ROLE_PREFIX):
            return _assigned(words, fact.removeprefix(ROLE_PREFIX), change)
        case fact:
            is_set, was_set = change.now not in (None, ""), change.was not in (None, "")
            verb = ("changed" if was_set else "set") if is_set else "removed"
            return f"{verb} the {_NOUNS.get(fact) or _within_a_sentence(words.key(fact))}"


def deed_in_full(words: Words, change: FactChange, zones: Sequence[str], on: date) -> str:
    """Return a phrase for a change, with the new value. Times on the day `on` are shown without a date.

    >>> from incidentmail.core.policy import Policy
    >>> deed_in_full(Words(Policy()), FactChange(fact="venue", was=None, now="#x", by=None), (), date(2026, 11, 20))
    'set the venue to: #x'
    """
    done, now = deed(words, change), change.now
    match change.fact:
        case "severity":
            return f"{done}{in_brackets(words.severity_name(int(str(now))))}"
        case "phase":
            return f"{done}{in_brackets(words.phase_name(int(str(now))))}"
        case "commander" | "status":
            return done
        case fact if fact.startswith(ROLE_PREFIX) or now in (None, ""):
            return done
        case fact if fact in TIME_FACTS:
            return f"{done} to {show_time(datetime.fromisoformat(str(now)), zones, on)}"
        case _:
            return f"{done} to: {now}"


def _merged(change: FactChange) -> str:
    now, was = ([str(one) for one in value] if isinstance(value, list) else [] for value in (change.now, change.was))
    new, gone = [one for one in now if one not in was], [one for one in was if one not in now]
    return f"merged {', '.join(new)} into this incident" if new else f"took {', '.join(gone)} out of this incident"


def _moved(change: FactChange) -> str:
    if change.was == change.now:
        return f"confirmed {change.fact} {change.now}"
    worse = int(str(change.now)) < int(str(change.was))
    verb = "changed" if change.fact == "phase" else "raised" if worse else "lowered"
    return f"{verb} the {change.fact} from {change.was} to {change.now}"


def _command_passed(words: Words, change: FactChange) -> str:
    before, now, by = read(Person, change.was), read(Person, change.now), change.by
    is_own = by is not None and now.same_as(by)
    if before.same_as(now):
        return "confirmed having command" if is_own else f"confirmed {now.name} as {words.title}"
    if is_own:
        return f"took command from {before.name}"
    if by is not None and before.same_as(by):
        return f"handed command to {now.name}"
    return f"named {now.name} {words.title}, after {before.name}"


def _assigned(words: Words, role: str, change: FactChange) -> str:
    was, now = read(Holders, change.was or {}), read(Holders, change.now)
    title = _within_a_sentence(words.key(f"{ROLE_PREFIX}{role}"))
    if now.dismissed:
        return f"marked the {title} as not needed"
    new = [one for one in now.people if not any(one.same_as(old) for old in was.people)]
    gone = [one for one in was.people if not any(one.same_as(kept) for kept in now.people)]
    if change.by is not None and [one for one in (*new, *gone) if not one.same_as(change.by)] == [] and new != gone:
        return f"became {_title(words, role, 1)}" if new else f"is no longer {_title(words, role, 1)}"
    if not now.people:
        return f"removed {_as(words, role, gone)}" if gone else f"removed the {title}"
    if not new:
        return f"removed {_as(words, role, gone)}" if gone else f"named {_as(words, role, now.people)}"
    instead = f" instead of {join_names(gone)}" if gone else ""
    return f"named {_as(words, role, new)}{instead}"


def _as(words: Words, role: str, people: Sequence[Person]) -> str:
    """Return a phrase such as `Ann B. as customer liaison`, with a singular title for one person."""
    return f"{join_names(people)} as {_title(words, role, len(people))}"


def _title(words: Words, role: str, people: int) -> str:
    """Return the title of a role as written within a sentence, in the singular for one person."""
    kind = words.policy.role(role)
    return _within_a_sentence(kind.one if kind and kind.one and people == 1 else words.key(f"{ROLE_PREFIX}{role}"))


def _within_a_sentence(title: str) -> str:
    return f"{title[:1].lower()}{title[1:]}" if title[1:2].islower() else title
