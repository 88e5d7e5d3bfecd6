"""`Key: value` lines: what each key takes, and what to say where the value is none of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast, get_args

from pydantic import JsonValue

from incidentmail.core.commands import (
    AddItem,
    AddNote,
    AssignRole,
    Command,
    FinishItem,
    NameCommander,
    SetDescription,
    SetPhase,
    SetSeverity,
    SetStatus,
    SetText,
    SetTime,
    SetVenue,
    TakeCommand,
)
from incidentmail.core.facts import TEXT_FACTS, TIME_FACTS, json_person, json_time
from incidentmail.core.model import ItemKind, Person
from incidentmail.core.text import fold_case, one_line
from incidentmail.core.times import read_time
from incidentmail.core.words import NOT_NEEDED, NOTHING_YET, STATUS_WORDS, WANTED, split_names

from .reading import Context

KEY_LINE = re.compile(r"\s{0,3}[*_]{0,2}(?P<key>[^\s:*_][^:*_]{0,40}?)[*_]{0,2}\s*[:：][*_]{0,2}\s*(?P<value>\S.*|)")
_TRAILING_BRACKETS = re.compile(r"\s*\([^()]*\)\s*\.?\s*$")
_NUMBER = re.compile(r"(?P<number>\d{1,3})(?P<unsure>\s*\?)?\s*(?:\([^()]*\))?(?P<unsure2>\s*\?)?\s*[.!]?")
ME = frozenset({"me", "i", "myself", "i am", "me, please", "i do"})
NAME_WORDS_MAX = 6
ITEM_KINDS = frozenset(get_args(ItemKind))


@dataclass(frozen=True, slots=True)
class Value:
    """A value that was understood: the command, and its value as JSON; `unsure` where a question mark follows."""

    command: Command
    value: JsonValue
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Bad:
    """A value that was not: why, and the line that would be understood."""

    reason: str
    remedy: str


def split_key(text: str, context: Context) -> tuple[str, str] | None:
    """Fact name and value of a `Key: value` line with a known key; None for any other line."""
    found = KEY_LINE.fullmatch(text.rstrip())
    if not found:
        return None
    name = context.words.keys.get(fold_case(" ".join(found["key"].split())))
    return (name, one_line(found["value"])) if name else None


def read_value(name: str, value: str, context: Context) -> Value | Bad | None:
    """What `value` means for the fact `name`; None where it asks for nothing (`Customer liaison: wanted`)."""
    key = context.words.key(name) if name != "duplicate_of" else "Duplicate of"
    if not value:
        return Bad(f"nothing stands after '{key}:'", f"{key}: and the value in the same line")
    if name in ("severity", "phase"):
        return _number(name, key, value, context)
    if name == "status":
        status = STATUS_WORDS.get(fold_case(value.rstrip(".!")))
        if status is None:
            return Bad(f"'{value}' is no status", "Status: open, Status: closed or Status: retracted")
        return Value(SetStatus(status), status.value)
    if name == "commander":
        return _commander(key, value, context)
    if name.startswith("roles."):
        return _role(name.removeprefix("roles."), key, value, context)
    if name in TIME_FACTS:
        at = read_time(value, written_at=context.written_at, nearest="next" if name == "next_update_at" else "last")
        if isinstance(at, str):
            return Bad(f"'{value}' {at}", f"{key}: 15:00 UTC")
        return Value(SetTime(name, at), json_time(at))
    if name in TEXT_FACTS:
        text = None if fold_case(value.rstrip(".")) in (NOTHING_YET, "nothing") else value
        return Value(SetText(name, text), text)
    return _simple(name, key, value)


def _simple(name: str, key: str, value: str) -> Value | Bad:
    if name == "description":
        return Value(SetDescription(value), value)
    if name == "venue":
        return Value(SetVenue(value), value)
    if name == "note":
        return Value(AddNote(value), value)
    if name == "done":
        return Value(FinishItem(value), value)
    if name in ITEM_KINDS:
        owner = re.search(r"\s*\((?P<owner>[^()]{2,60})\)\s*$", value) if name in ("action", "need") else None
        text = value[: owner.start()] if owner else value
        person = Person.parse(owner["owner"]) if owner else None
        return Value(AddItem(cast(ItemKind, name), text, person), text)
    return Bad(f"'{key}' cannot be set by mail yet", f"Note: {key.lower()} {value}")


def _number(name: str, key: str, value: str, context: Context) -> Value | Bad:
    found = _NUMBER.fullmatch(value)
    policy = context.words.policy
    names = {fold_case(s.name): s.level for s in policy.severities} if name == "severity" else {
        fold_case(p.name): p.number for p in policy.phases
    }  # fmt: skip
    number = int(found["number"]) if found else names.get(fold_case(value.rstrip(".!")))
    unsure = bool(found and (found["unsure"] or found["unsure2"]))
    if number is None or (unsure and not context.declaring):
        example = min(names.values())
        return Bad(f"'{value}' is no {name}", f"{key}: {number if number is not None else example}")
    return Value(SetSeverity(number) if name == "severity" else SetPhase(number), number, unsure)


def _commander(key: str, value: str, context: Context) -> Value | Bad:
    unsure = context.declaring and value.endswith("?")
    value = _TRAILING_BRACKETS.sub("", value.rstrip("? "))
    if fold_case(value.rstrip(".")) in ME:
        return Value(TakeCommand(), json_person(context.writer), unsure)
    names = split_names(value)
    if len(names) != 1:
        return Bad("there is exactly one commander", f"{key}: one name")
    person = _person(names[0], context)
    if person is None:
        return Bad(f"'{value}' is no name", f"{key}: Alícia S. <alicia@example.com>")
    return Value(NameCommander(person), json_person(person), unsure)


def _role(role: str, key: str, value: str, context: Context) -> Value | Bad | None:
    value = _TRAILING_BRACKETS.sub("", value)
    if fold_case(value.rstrip(".")) in (NOT_NEEDED, "none needed", "nobody", "none"):
        return Value(AssignRole(role, how="dismiss"), NOT_NEEDED)
    if fold_case(value.rstrip(".")) == WANTED:
        return None
    how = {"+": "add", "-": "remove"}.get(value[:1], "set")
    people = []
    for name in split_names(value):
        signed = name[:1] in "+-"
        if signed != (how != "set") or (signed and name[:1] != value[:1]):
            return Bad("some names have a sign and others have not", f"{key}: +name to add, {key}: -name to remove")
        person = _person(name.lstrip("+- "), context)
        if person is None:
            return Bad(f"'{name}' is no name", f"{key}: Bo K., Yusuf A.")
        people.append(person)
    if how == "set":
        return Value(AssignRole(role, tuple(people)), [json_person(p) for p in people])
    found = AssignRole(role, tuple(people), "add" if how == "add" else "remove")
    return Value(found, {how: [json_person(p) for p in people]})


def _person(text: str, context: Context) -> Person | None:
    """The person behind a name in a line; None where it reads like anything but a name."""
    text = one_line(text)
    if fold_case(text.rstrip(".")) in ME:
        return context.writer
    if not text or len(text.split()) > NAME_WORDS_MAX or "?" in text:
        return None
    try:
        return context.find(text)
    except ValueError:
        return None
