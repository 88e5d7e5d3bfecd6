"""`Key: value` lines: what each key takes, and what to say where the value is none of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast, get_args

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
from incidentmail.core.decision.roles import PEOPLE_MAX
from incidentmail.core.facts import TEXT_FACTS, TIME_FACTS, json_person, json_time
from incidentmail.core.frozen import JsonValue
from incidentmail.core.model import ItemKind, Person
from incidentmail.core.text import fold_case, one_line
from incidentmail.core.times import NoTime, read_time
from incidentmail.core.words import NOT_NEEDED, NOTHING_YET, STATUS_WORDS, WANTED, split_names
from incidentmail.reply.grammar.numbers import (
    NUMBERED,
    PRIORITY,
    Fact,
    either,
    line_for,
    numbers,
    read_number,
    steps,
    which_is_meant,
)
from incidentmail.reply.parsed import Context

KEY_LINE = re.compile(r"\s{0,3}[*_]{0,2}(?P<key>[^\s:*_][^:*_]{0,40}?)[*_]{0,2}\s*[:：][*_]{0,2}\s*(?P<value>\S.*|)")
_TRAILING_BRACKETS = re.compile(r"\s*\([^()]*\)\s*\.?\s*$")
ME = frozenset({"me", "i", "myself", "i am", "me, please", "i do"})
# Words that stand where a name would, and words that no name holds.
_NOBODY = frozenset({
    "maybe", "perhaps", "probably", "possibly", "not", "no", "nobody", "none", "tbd", "tbc", "unknown", "unassigned",
    "n/a", "someone", "somebody", "anyone", "anybody", "everyone", "everybody", "who", "whoever", "wanted", "nothing",
})  # fmt: skip
_ALTERNATIVE = re.compile(r"\b(?:or|if|until|unless|when)\b", re.I | re.A)
NAME_WORDS_MAX = 6
ITEM_KINDS = frozenset(get_args(ItemKind))
# What stands for a value that only its writer knows. No example: a copied one would change the incident to it.
_PLACES = {
    "commander": "NAME <ADDRESS>",
    "venue": "PLACE",
    "backchannel": "PHONE OR PLACE",
    "started_at": "TIME",
    "detected_at": "TIME",
    "next_update_at": "TIME",
    "done": "NUMBER",
    "duplicate_of": "INCIDENT",
}
_STATUSES = "open, closed or retracted"
_OVER = re.compile(r"(?:(?:all|is|it is|it['’]s)\s+)?(?:done|over|finished|ended|fixed|solved)[.!]*", re.I)


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
    found = KEY_LINE.fullmatch(text.rstrip()) if ":" in text or "：" in text else None
    if not found:
        return None
    name = context.words.keys.get(fold_case(one_line(found["key"])))
    return (name, one_line(found["value"])) if name else None


def read_value(name: str, value: str, context: Context) -> Value | Bad | None:
    """What `value` means for the fact `name`; None where it asks for nothing (`Customer liaison: wanted`)."""
    key = context.words.key(name) if name != "duplicate_of" else "Duplicate of"
    if not value:
        return Bad(f"nothing stands after '{key}:'", f"{key}: {_place(name, context)}")
    if name in NUMBERED:
        return _number(NUMBERED[name], key, value, context)
    if name == "status":
        status = STATUS_WORDS.get(fold_case(value.rstrip(".!")))
        if status is None:
            remedy = "close" if _OVER.fullmatch(value) else f"{key}: {_STATUSES}"
            return Bad(f"'{value}' is no status: it is {_STATUSES}", remedy)
        return Value(SetStatus(status), status.value)
    if name == "commander":
        return _commander(key, value, context)
    if name.startswith("roles."):
        return _role(name.removeprefix("roles."), key, value, context)
    if name in TIME_FACTS:
        at = read_time(value, written_at=context.written_at, nearest="next" if name == "next_update_at" else "last")
        if isinstance(at, NoTime):
            return Bad(f"'{value}' {at}", f"{key}: {_PLACES[name]}")
        return Value(SetTime(name, at), json_time(at))
    if name in TEXT_FACTS:
        text = None if fold_case(value.rstrip(".")) in (NOTHING_YET, "nothing") else value
        return Value(SetText(name, text), text)
    return _simple(name, key, value, context)


def _simple(name: str, key: str, value: str, context: Context) -> Value | Bad:
    if name == "description":
        return Value(SetDescription(value), value)
    if name == "venue":
        return Value(SetVenue(value), value)
    if name == "note":
        return Value(AddNote(value), value)
    if name == "done":
        return Value(FinishItem(value), value)
    if name in ITEM_KINDS:
        text, owner = _owner(value, context) if name in ("action", "need") else (value, None)
        return Value(AddItem(cast(ItemKind, name), text, owner), text)
    return Bad(f"'{key}' cannot be set by mail yet", f"Note: {key.lower()} {value}")


def _place(name: str, context: Context) -> str:
    """What stands for the value in a line to copy."""
    if name in NUMBERED:
        return either(numbers(NUMBERED[name], context.words.policy))
    if name == "status":
        return _STATUSES
    return _PLACES["commander"] if name.startswith("roles.") else _PLACES.get(name, "TEXT")


def _owner(value: str, context: Context) -> tuple[str, Person | None]:
    """`call the bank (Bo K.)`: the action, and its owner where a name stands in brackets at its end."""
    found = re.fullmatch(r"(?P<text>.*\S)\s*\((?P<owner>[^()]{2,60})\)", value)
    if not found or (found["owner"][0].islower() and "@" not in found["owner"] and fold_case(found["owner"]) not in ME):
        return value, None
    person = _person(found["owner"], context)
    return (found["text"], person) if person else (value, None)


def _number(fact: Fact, key: str, value: str, context: Context) -> Value | Bad:
    policy = context.words.policy
    found = read_number(fact, value, policy)
    if found is None and (priority := PRIORITY.match(value)):
        return Bad(*which_is_meant(priority[0], policy))
    if found is None or (found[1] and not context.declaring):
        scale = ", ".join(f"{number} {name}".rstrip() for number, name in steps(fact, policy))
        return Bad(f"'{value}' is no {fact} ({scale})", line_for(fact, key, value, policy))
    number, unsure = found
    return Value(SetSeverity(number) if fact == "severity" else SetPhase(number), number, unsure)


def _commander(key: str, value: str, context: Context) -> Value | Bad:
    unsure = context.declaring and value.endswith("?")
    value = _TRAILING_BRACKETS.sub("", value.rstrip("? "))
    if fold_case(value.rstrip(".")) in ME:
        return Value(TakeCommand(), json_person(context.writer), unsure)
    one_address = value.endswith(">") and value.count("<") == 1
    names = [value] if one_address else split_names(value)
    if len(names) != 1:
        named = " or ".join(names) if names and all(_person(name, context) for name in names) else _PLACES["commander"]
        return Bad("there is exactly one commander", f"{key}: {named}")
    person = _person(names[0], context)
    if person is None:
        return Bad(f"'{value}' is no name", f"{key}: {_PLACES['commander']}")
    return Value(NameCommander(person), json_person(person), unsure)


def _role(role: str, key: str, value: str, context: Context) -> Value | Bad | None:
    value = _TRAILING_BRACKETS.sub("", value)
    if fold_case(value.rstrip(".")) in (NOT_NEEDED, "none needed", "nobody", "none"):
        return Value(AssignRole(role, how="dismiss"), NOT_NEEDED)
    if fold_case(value.rstrip(".")) == WANTED:
        return None
    how = {"+": "add", "-": "remove"}.get(value[:1], "set")
    names, people = split_names(value), []
    if not names:
        return Bad(f"'{value}' is no name", f"{key}: {_PLACES['commander']}")
    if len(names) > PEOPLE_MAX:
        return Bad(f"{len(names)} people are more than {PEOPLE_MAX}", f"{key}: the few whom others should ask")
    signs = {name[0] if name[0] in "+-" else "" for name in names}
    if len(signs) > 1:
        sign = next(sign for sign in ("+", "-") if sign in signs)
        signed = ", ".join(f"{sign}{name.lstrip('+- ')}" for name in names if name[0] == sign or name[0] not in signs)
        return Bad("a line adds names with +, takes them out with -, or has neither", f"{key}: {signed or names[0]}")
    for name in names:
        person = _person(name.lstrip("+- "), context)
        if person is None:
            return Bad(f"'{name}' is no name", f"{key}: {_PLACES['commander']}")
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
    words = fold_case(text).split()
    if not words or len(words) > NAME_WORDS_MAX or "?" in text or words[0].strip(".,") in _NOBODY:
        return None
    if "<" not in text and _ALTERNATIVE.search(text):
        return None
    try:
        return context.find(text)
    except ValueError:
        return None
