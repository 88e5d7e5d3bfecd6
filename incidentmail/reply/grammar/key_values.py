"""Parse `Key: value` lines. Define which values each key accepts, and suggest a correct line for any other value."""

from __future__ import annotations

import re
from typing import get_args

from incidentmail.core.commands import (
    AddNote,
    AssignRole,
    GiveUpdate,
    NameCommander,
    OfferCommand,
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
from incidentmail.core.model import ItemKind, Person
from incidentmail.core.names.name_lists import split_names
from incidentmail.core.teams.team_commands import MergeInto, Restrict
from incidentmail.core.text import fold_case, one_line
from incidentmail.core.time_forms.written_times import NoTime, TooFar, read_time
from incidentmail.core.words import EARLIER_NEEDED, NEEDED, NOT_NEEDED, NOTHING_YET, RESTRICTED_LINE, STATUS_WORDS
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
from incidentmail.reply.grammar.person_names import is_name, without_reason
from incidentmail.reply.parsed import BadValue as BadValue
from incidentmail.reply.parsed import Context
from incidentmail.reply.parsed import Value as Value
from incidentmail.reply.retro_line import RETRO, retro_value

from .courtesy import without_thanks
from .hours import HOURS, hours_value
from .item_values import BadItem, read_item
from .taking_back import takes_back
from .venues import is_no_place

KEY_LINE = re.compile(
    r"\s{0,3}(?:[-*•·–—]\s{1,3})?[*_]{0,2}(?P<key>[^\s:：*_][^:：*_]{0,40})[*_]{0,2}\s{0,40}[:：][*_]{0,2}\s*(?P<value>\S.*|)"
)
_TRAILING_BRACKETS = re.compile(r"\s*\([^()]*\)\s*\.?\s*$")
ME = frozenset({"me", "i", "myself", "i am", "me, please", "i do"})
# Words that people write instead of a name, and words that are in no name.
_NOT_NAMES = frozenset({
    "maybe", "perhaps", "probably", "possibly", "not", "no", "nobody", "none", "tbd", "tbc", "unknown", "unassigned",
    "n/a", "someone", "somebody", "anyone", "anybody", "everyone", "everybody", "who", "whoever", "wanted", "nothing",
})  # fmt: skip
_ALTERNATIVE = re.compile(r"\b(?:or|if|until|unless|when)\b", re.I | re.A)
NAME_WORDS_MAX = 6
_REASON = re.compile(r"\s*[,;:.]\s+|\s+[-–—]{1,2}\s+")
ITEM_LINES = frozenset({*get_args(ItemKind), "done", "assign"})
FREE_TEXT = frozenset({"description", "news", "note", "roll_call", "notified", *TEXT_FACTS, *get_args(ItemKind)})
# Placeholders for values that only the writer knows. Somebody might copy an example and so change the incident.
_PLACEHOLDERS = {
    "commander": "NAME <ADDRESS>",
    "venue": "PLACE",
    "backchannel": "PHONE OR PLACE",
    "started_at": "TIME",
    "detected_at": "TIME",
    "next_update_at": "TIME",
    "done": "NUMBER",
    "assign": "NUMBER NAME <ADDRESS>",
    "duplicate_of": "INCIDENT",
    "retro": "Monday 14:00",
    "retro_owner": "NAME <ADDRESS>",
    "restricted": "yes",
    "offer": "NAME <ADDRESS>",
}
_NO_PLACE = frozenset({"n/a", "coming", "coming soon"})
_YES = frozenset({"yes", "true", "on", "please", "yes please"})
_STATUSES = "open, closed or retracted"
_OVER = re.compile(r"(?:(?:all|is|it is|it['’]s)\s+)?(?:done|over|finished|ended|fixed|solved)[.!]*", re.I)


def has_colon(text: str) -> bool:
    """Return whether a text has a colon of normal or full width, as every `Key: value` line does."""
    return ":" in text or "：" in text


def split_key(text: str, context: Context) -> tuple[str, str] | None:
    """Return the fact name and the value of a `Key: value` line with a known key, or None for other lines."""
    found = KEY_LINE.fullmatch(text.rstrip()) if has_colon(text) else None
    if not found:
        return None
    name = context.words.keys.get(fold_case(one_line(found["key"])).replace("liason", "liaison"))
    return (name, one_line(found["value"])) if name else None


def read_value(name: str, value: str, context: Context) -> Value | BadValue | None:
    """Return the meaning of `value` for the fact `name`, or None if it changes nothing (`Customer liaison: wanted`)."""
    key = context.words.key(name)
    value = value if name in FREE_TEXT else without_thanks(value)
    if not value:
        return BadValue(f"nothing stands after '{key}:'", f"{key}: {_placeholder(name, context)}")
    if name in NUMBERED:
        return _number(NUMBERED[name], key, value, context)
    if name == "status":
        status = STATUS_WORDS.get(fold_case(value.rstrip(".!")))
        if status is None:
            remedy = "close" if _OVER.fullmatch(value) else f"{key}: {_STATUSES}"
            return BadValue(f"'{value}' is no status: it is {_STATUSES}", remedy)
        return Value(SetStatus(status), status.value)
    if name in ("commander", "offer"):
        return _commander(name, key, value, context)
    if name.startswith("roles."):
        return _role(name.removeprefix("roles."), key, value, context)
    if name in TIME_FACTS:
        at = read_time(value, written_at=context.written_at, nearest="next" if name == "next_update_at" else "last")
        if isinstance(at, NoTime):
            dated = at.instead if isinstance(at, TooFar) else _PLACEHOLDERS[name]
            return BadValue(f"'{value}' {at}", f"{key}: {dated}")
        return Value(SetTime(name, at), json_time(at))
    if name in HOURS:
        return hours_value(name, key, value, context, lambda text: _person(text, context))
    if name in RETRO:
        return retro_value(
            name, key, value, context, lambda text: [_person(one, context) for one in _names(text, context)]
        )
    if name in TEXT_FACTS:
        text = None if fold_case(value.rstrip(".")) in (NOTHING_YET, "nothing") else value
        return Value(SetText(name, text), text)
    return _simple(name, key, value, context)


def _simple(name: str, key: str, value: str, context: Context) -> Value | BadValue | None:
    if name == "description":
        return Value(SetDescription(value), value)
    if name == "venue":
        if fold_case(value.rstrip(".")) in _NO_PLACE or is_no_place(value) or value.endswith("?"):
            return BadValue(f"'{value}' is no place", f"{key}: {_PLACEHOLDERS['venue']}")
        return Value(SetVenue(value), value)
    if name == "restricted":
        return _restricted(key, value)
    if name == "duplicate_of":
        return Value(MergeInto(value.rstrip(".")), value.rstrip("."))
    if name == "news":
        return Value(GiveUpdate(value), value)
    if name in ("note", "roll_call"):
        return Value(AddNote(value), value)
    if name in ITEM_LINES:
        item = read_item(name, value, context)
        if isinstance(item, BadItem):
            return BadValue(f"'{value}': {item.reason}", f"{key}: {item.remedy}")
        return Value(item.command, item.value, reason=item.reason) if item else None
    return BadValue(f"'{key}' cannot be set by mail yet", f"Note: {key.lower()} {value}")


def _restricted(key: str, value: str) -> Value | BadValue | None:
    """Return the command that restricts the incident, a problem, or None for the line from our own mail."""
    said = fold_case(value.rstrip(".!"))
    if said in _YES:
        return Value(Restrict(), True)
    if said == fold_case(RESTRICTED_LINE.value.rstrip(".")):
        return None
    return BadValue(f"'{value}' does not restrict it, and nothing lifts a restriction", f"{key}: yes")


def _placeholder(name: str, context: Context) -> str:
    """Return the placeholder for the value in a line that is shown to the sender as an example."""
    if name in NUMBERED:
        return either(numbers(NUMBERED[name], context.words.policy))
    if name == "status":
        return _STATUSES
    return _PLACEHOLDERS["commander"] if name.startswith("roles.") else _PLACEHOLDERS.get(name, "TEXT")


def _number(fact: Fact, key: str, value: str, context: Context) -> Value | BadValue:
    policy = context.words.policy
    found, reason = read_number(fact, value, policy), ""
    behind = _REASON.search(value) if found is None else None
    if behind and not takes_back(value, behind.end(), written_at=context.written_at):
        found, reason = read_number(fact, value[: behind.start()], policy), value[behind.end() :]
    if found is None and (priority := PRIORITY.match(value)):
        return BadValue(*which_is_meant(priority[0], policy))
    if found is None or (found[1] and not context.declaring):
        scale = ", ".join(f"{number} {name}".rstrip() for number, name in steps(fact, policy))
        return BadValue(f"'{value}' is no {fact} ({scale})", line_for(fact, key, value, policy))
    number, unsure = found
    command = SetSeverity(number) if fact == "severity" else SetPhase(number)
    return Value(command, number, unsure, reason)


def _commander(name: str, key: str, value: str, context: Context) -> Value | BadValue:
    """Return the command in a line about the commander or, if `name` is `offer`, about an offer of command."""
    unsure = context.declaring and value.endswith("?")
    value = _TRAILING_BRACKETS.sub("", value.rstrip("? "))
    if fold_case(value.rstrip(".")) in ME and name == "commander":
        return Value(TakeCommand(), json_person(context.writer), unsure)
    one_address = value.endswith(">") and value.count("<") == 1
    names = [value] if one_address else _names(value, context)
    if len(names) != 1:
        named = (
            " or ".join(names)
            if 0 < len(names) <= PEOPLE_MAX and all(_person(name, context) for name in names)
            else _PLACEHOLDERS["commander"]
        )
        return BadValue("there is exactly one commander", f"{key}: {named}")
    person = _person(names[0], context)
    if person is None:
        return BadValue(f"'{value}' is no name", f"{key}: {_PLACEHOLDERS['commander']}")
    command = NameCommander(person) if name == "commander" else OfferCommand(person)
    return Value(command, json_person(person), unsure)


def _role(role: str, key: str, value: str, context: Context) -> Value | BadValue | None:
    value = _TRAILING_BRACKETS.sub("", value)
    if fold_case(value.rstrip(".")) in (NOT_NEEDED, "none needed", "nobody", "none"):
        return Value(AssignRole(role, how="dismiss"), NOT_NEEDED)
    if fold_case(value.rstrip(".")) in (NEEDED, EARLIER_NEEDED):
        return None
    value, reason = without_reason(value, context.written_at)
    how = {"+": "add", "-": "remove"}.get(value[:1], "set")
    names, people = _names(value, context), []
    if not names:
        return BadValue(f"'{value}' is no name", f"{key}: {_PLACEHOLDERS['commander']}")
    if len(names) > PEOPLE_MAX:
        return BadValue(f"{len(names)} people are more than {PEOPLE_MAX}", f"{key}: the few whom others should ask")
    signs = {name[0] if name[0] in "+-" else "" for name in names}
    if len(signs) > 1:
        sign = next(sign for sign in ("+", "-") if sign in signs)
        signed = ", ".join(f"{sign}{name.lstrip('+- ')}" for name in names if name[0] == sign or name[0] not in signs)
        return BadValue(
            "a line adds names with +, takes them out with -, or has neither", f"{key}: {signed or names[0]}"
        )
    for name in names:
        person = _person(name.lstrip("+- "), context)
        if person is None:
            return BadValue(f"'{name}' is no name", f"{key}: {_PLACEHOLDERS['commander']}")
        people.append(person)
    if how == "set":
        return Value(AssignRole(role, tuple(people)), [json_person(p) for p in people], reason=reason)
    found = AssignRole(role, tuple(people), "add" if how == "add" else "remove")
    return Value(found, {how: [json_person(p) for p in people]}, reason=reason)


def _names(value: str, context: Context) -> list[str]:
    """Return the names in a line. `Last, First` is one name if a person is known by that name or as `First Last`."""
    names = split_names(value)
    if "," not in value or ";" in value or len(names) > 2 * PEOPLE_MAX:
        return names
    joined: list[str] = []
    for name in names:
        sign, last = (joined[-1][:1], joined[-1].lstrip("+- ")) if joined else ("", "")
        is_part = name[:1] not in "+-" and "@" not in last + name  # an address begins another person
        if joined and is_part and context.knows(f"{last}, {name}"):
            joined[-1] = f"{sign if sign in '+-' else ''}{last}, {name}"
        elif joined and is_part and context.knows(f"{name} {last}"):
            joined[-1] = f"{sign if sign in '+-' else ''}{name} {last}"
        else:
            joined.append(name)
    return joined


def _person(text: str, context: Context) -> Person | None:
    """Return the person with this name, or None if the text does not look like a name."""
    text = one_line(text)
    text = text[1:] if text.startswith("@") and text.endswith(">") else text  # a mention with its address
    if fold_case(text.rstrip(".")) in ME:
        return context.writer
    words = fold_case(text).split()
    if not words or len(words) > NAME_WORDS_MAX or "?" in text or words[0].strip(".,") in _NOT_NAMES:
        return None
    if "<" not in text and _ALTERNATIVE.search(text):
        return None
    try:
        person = context.find(text)
    except ValueError:
        return None
    return person if person.address is not None or is_name(person.name) else None
