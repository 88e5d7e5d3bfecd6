"""Parse the values of lines about tracked items, such as `Action: restart the queue @bo by 15:10`.

The owner, the time and the number of another item are at the end, in any order. The owner can also be at the beginning.
The rest of the value is the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast

from incidentmail.core.commands import AddItem, AssignItem, Command, FinishItem, JudgeItem
from incidentmail.core.frozen import JsonValue
from incidentmail.core.model import Person
from incidentmail.core.text import fold_case
from incidentmail.core.time_forms.written_times import NoTime, TooFar, read_time
from incidentmail.core.tracking.tracked_items import TO_DO, ItemKind
from incidentmail.reply.parsed import Context

from .person_names import is_name
from .tracking_words import leaves_open

OWNER_CHARS_MAX = 60
TIME_CHARS_MAX = 40
PARTS_MAX = 6
"""The maximum number of parts parsed from the end: owner, time and number, perhaps twice each. The rest is text."""
NOTHING = frozenset({"none", "n/a", "na", "nothing", "no", "-"})
"""Values that mean that there is nothing to add."""
_ME = frozenset({"me", "i", "myself"})
INTRODUCTION_CHARS_MAX = 12
ZONE_CHARS_MAX = 5
"""The maximum length of a time zone in brackets, such as `(CET)`, which could be taken for a person."""
_NUMBER = re.compile(r"(?:for|on|about|re|no\.?|number)?\s{0,2}#?(\d{1,6})", re.I | re.A)
_NUMBER_AND_MORE = re.compile(
    r"(?:no\.?|number)?\s{0,2}#?(?P<number>\d{1,6})(?P<mark>\s{0,3}(?:[,;:!?]+|\.(?!\d)|[–—]|\s-{1,2}\s|(?=\())"
    r"|\s{1,3}(?=(?:and|but|though|although|except|still|not|because|since|sorry)\b))\s{0,3}(?=\S|$)",
    re.I | re.A,
)
_FURTHER_NUMBERS = re.compile(
    r"(?:and\s{1,3})?#?\d{1,6}(?:[\s,]{1,3}(?:and\s{1,3})?#?\d{1,6}){0,20}[.!\s]{0,3}", re.I | re.A
)
"""More numbers behind the first one: `3, 4 and 5`."""
_BY = re.compile(r"(?:^|[\s,;])(?:by|until|before|due(?:\s{1,2}by)?)\s{1,3}(?=\S)", re.I | re.A)
_MENTION = re.compile(r"(?:^|(?<=\s))@(?P<who>[^\W\d_][^@<>()]{0,59}<[^<>\s]{3,254}>)[.!:,]?")
"""A mention with an address after the name: `@Bo Keller <bo@example.com>`."""
_GIVEN = re.compile(r"\s{0,2}(?:[,;:–—-]|\b(?:from|for|to|owner:?))\s{0,2}$", re.I)
"""Words and marks that link the text to its owner but belong to neither."""


@dataclass(frozen=True, slots=True)
class ItemValue:
    """The command of an item line, and its value as JSON."""

    command: Command
    value: JsonValue
    reason: str = ""
    """The text after a number, which is kept in the note."""


@dataclass(frozen=True, slots=True)
class BadItem:
    """The reason why a value is refused, and an example of a value that would be accepted."""

    reason: str
    remedy: str


def read_item(name: str, value: str, context: Context) -> ItemValue | BadItem | None:
    """Return the command in an item line, a problem with the line's value, or None if there is nothing to add."""
    bare = fold_case(value.rstrip(".! "))
    number = _NUMBER.fullmatch(bare)
    if name == "done":
        numbered = _with_reason(value, context.words.key(name))
        if isinstance(numbered, BadItem):
            return numbered
        text = number[1] if number else numbered[0] if numbered else value
        return ItemValue(FinishItem(text), text, numbered[1] if numbered else "")
    if name == "assign":
        return _assigned(value, context)
    if bare in NOTHING:
        return None
    if name == "ruled_out" and number:
        return ItemValue(JudgeItem("refuted", int(number[1])), int(number[1]))
    numbered = _with_reason(value, context.words.key(name)) if name == "ruled_out" else None
    if isinstance(numbered, BadItem):
        return numbered
    if numbered:
        return ItemValue(JudgeItem("refuted", int(numbered[0])), int(numbered[0]), numbered[1])
    kind = cast(ItemKind, name)
    if kind not in TO_DO:
        text, about = _about(value) if kind in ("evidence", "ruled_out") else (value, None)
        return ItemValue(AddItem(kind, text, about=about), text)
    return _to_do(kind, value, context)


def _with_reason(value: str, key: str) -> tuple[str, str] | BadItem | None:
    """Return the number at the beginning of a value, and the reason after it: `3, restarted it twice`.

    Return a problem if the reason says or asks that something is left (`3, but not tested`), and None if no number and
    mark begin the value, as in `3 nodes restarted`.
    """
    found = _NUMBER_AND_MORE.match(value)
    if found is None:
        return None
    number, more = found["number"], value[found.end() :]
    if _FURTHER_NUMBERS.fullmatch(more):
        each = [number, *re.findall(r"\d+", more)]
        return BadItem("each number has a line of its own", f" or {key}: ".join(each))
    if found["mark"].strip().startswith("?") or leaves_open(more):
        left = "it asks, or says that something is left"
        return BadItem(left, number)
    return number, more


def _to_do(kind: ItemKind, value: str, context: Context) -> ItemValue | BadItem:
    """Return the command that adds an action or need, with its text, owner and time."""
    text, owner, due_at = value, cast(Person | None, None), None
    for _ in range(PARTS_MAX):
        if owner is None and (found := _owner_behind(text, context)):
            text, owner = found
            continue
        by = _last_by(text) if due_at is None else None
        if by is not None:
            at = read_time(text[by[1] :].rstrip(" .!"), written_at=context.written_at, nearest="next")
            if isinstance(at, TooFar):
                return BadItem(str(at), f"{text[: by[1]]}{at.instead}{value[len(text) :]}")
            if not isinstance(at, NoTime):
                text, due_at = text[: by[0]], at
                continue
        if owner is None and (found := _owner_ahead(text, context)):
            text, owner = found
            continue
        break
    if not text.strip(" ,;:.-"):
        return BadItem("it has no text", f"TEXT {value}")
    if owner is None and (unread := _unread_time(text, context)):
        return unread
    return ItemValue(AddItem(kind, text.strip(" ,;"), owner, due_at), text.strip(" ,;"))


def _unread_time(text: str, context: Context) -> BadItem | None:
    """Return a problem if an unreadable time follows the owner in a text, otherwise None.

    Without this check, the owner would become part of the text and would not be notified.
    """
    by = _last_by(text)
    if by is None:
        return None
    before = text[: by[0]].rstrip(" ,;")
    if _owner_behind(before, context) is None:
        return None
    return BadItem(f"'{text[by[1] :].strip()}' is no time that can be read", f"{before} by 15:10")


def _last_by(text: str) -> tuple[int, int] | None:
    """Return the index of the last `by`, and that of the text after it, or None if the text is too long for a time."""
    tail = max(0, len(text) - TIME_CHARS_MAX)
    found = list(_BY.finditer(text, tail))
    return (found[-1].start(), found[-1].end()) if found else None


def _owner_behind(text: str, context: Context) -> tuple[str, Person] | None:
    """Return the text and the owner at its end (`@bo`, or a name in brackets), or None if there is no owner."""
    text = text.rstrip(" ,;")
    stripped = text.rstrip(".!") if text.endswith((").", ")!", ">.")) or _last_word(text).startswith("@") else text
    if stripped.endswith(")"):
        opened = stripped.rfind("(", -OWNER_CHARS_MAX - 2)
        inside = stripped[opened + 1 : -1].strip() if opened > 0 else ""
        person = _in_brackets(inside, context) if len(inside) > 1 and ")" not in inside else None
        return (_without_word(stripped[:opened]), person) if person else None
    if stripped.endswith(">") and (mention := _MENTION.match(stripped, stripped.rfind("@", 0, stripped.rfind("<")))):
        person = _in_brackets(mention["who"], context)
        return (_without_word(stripped[: mention.start()]), person) if person else None
    word = _last_word(stripped)
    if word.startswith("@") and len(word) < len(stripped):
        person = _by_handle(word, context)
        return (_without_word(stripped[: -len(word)]), person) if person else None
    return None


def _owner_ahead(text: str, context: Context) -> tuple[str, Person] | None:
    """Return the text and the owner at its beginning: `@bo restart the queue`, `@bo: restart the queue`.

    `Bo: restart the queue` is enough if a known person has this name. `DB: restart it` has no owner.
    """
    if (mention := _MENTION.match(text.lstrip())) and (rest := text.lstrip()[mention.end() :].strip()):
        person = _in_brackets(mention["who"], context)
        return (rest, person) if person else None
    word, _, rest = text.lstrip().partition(" ")
    if not rest.strip():
        return None
    if word.endswith(":") and word[0].isalpha():
        known = _by_handle(f"@{word[:-1]}", context)
        return (rest.strip(), known) if known and known.address else None
    if not word.startswith("@"):
        return None
    person = _by_handle(word.rstrip(":,"), context)
    return (rest.strip(), person) if person else None


def _last_word(text: str) -> str:
    return text[max(text.rfind(" "), text.rfind("\n")) + 1 :]


def _without_word(text: str) -> str:
    """Return a text without the word that links it to its owner: `a DBA from @ingrid`."""
    text = text.rstrip()
    return text[:-INTRODUCTION_CHARS_MAX] + _GIVEN.sub("", text[-INTRODUCTION_CHARS_MAX:])


def _by_handle(word: str, context: Context) -> Person | None:
    """Return the person with the handle `@bo` or `@bo@example.com`. An unknown person has no address."""
    handle = word[1:].rstrip(".,;:!")
    if not handle or len(handle) > OWNER_CHARS_MAX or not handle[0].isalnum():
        return None
    if fold_case(handle) in _ME:
        return context.writer
    try:
        return context.find(handle if "@" in handle else f"@{handle}")
    except ValueError:
        return None if "@" in handle else Person(name=handle)


def _in_brackets(text: str, context: Context) -> Person | None:
    """Return the person named in brackets, or None if the brackets contain something else, such as `(see above)`."""
    if fold_case(text) in _ME:
        return context.writer
    if text.startswith("@"):
        return _by_handle(text, context)
    if (text[0].islower() and "@" not in text) or (text.isupper() and len(text) <= ZONE_CHARS_MAX):
        return None
    try:
        person = context.find(text)
    except ValueError:
        return None
    return person if person.address is not None or is_name(person.name) else None


def _about(value: str) -> tuple[str, int | None]:
    """Return a text without the item number in brackets at its end (`the log is empty (for 2)`), and that number."""
    text = value.rstrip(" .!")
    opened = text.rfind("(", -12) if text.endswith(")") else -1
    number = _NUMBER.fullmatch(fold_case(text[opened + 1 : -1].strip())) if opened > 0 else None
    return (text[:opened].rstrip(" ,;"), int(number[1])) if number else (value, None)


def _assigned(value: str, context: Context) -> ItemValue | BadItem:
    """Return the command in a line such as `Assign: 3 @bo` or `Assign: 3 Bo K. <bo@example.com>`."""
    found = re.match(r"#?(\d{1,6})[\s,:;]{1,3}(?:to\s{1,3})?", value, re.I | re.A)
    who = value[found.end() :].strip() if found else ""
    person = (_by_handle(who, context) if who.startswith("@") else _in_brackets(who, context)) if who else None
    if found is None or person is None:
        return BadItem("it needs a number and a name", "NUMBER NAME <ADDRESS>")
    return ItemValue(AssignItem(int(found[1]), person), value)
