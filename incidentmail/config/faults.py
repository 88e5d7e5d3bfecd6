"""Describe errors in the configuration file in its own terms: section, key, value, and what to write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from incidentmail.core.frozen import Frozen
from incidentmail.errors import ConfigError

from .description import Section, types_of
from .sections import Settings

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

SEE_EXAMPLE = "'incidentmail config example' shows every key with its form"
REPEATED = ("severity", "phase", "inject", "expected")
"""Sections that may be repeated, and are therefore written in double brackets."""
# Messages for pydantic's types of error, for people who edit the file. A `Form` has its own messages.
_WORDS: Mapping[str, str] = {
    "tuple_type": "write a list in square brackets, even for one",
    "dict_type": "write a section of its own, with its keys below it",
    "missing": "it is missing",
}


S = TypeVar("S", bound=Section)


class Fault(Frozen, kw_only=True):
    """A fault in the file: its place, such as `("mail", "relay", 1)`, what is wrong, and what to write instead."""

    keys: tuple[str | int, ...]
    what: str
    cure: str | None


def checked(raw: Mapping[str, object], path: object) -> Settings:
    """Return the settings in `raw`, parsed by pydantic. Raise ConfigError with the first fault, unknown keys first."""
    found = settings_or_faults(raw)
    if isinstance(found, Settings):
        return found
    raise ConfigError(f"{path}: {found[0].what}", hint=found[0].cure)


def settings_or_faults(raw: Mapping[str, object]) -> Settings | tuple[Fault, ...]:
    """Return the settings in `raw`, or all faults found by the description of the settings, unknown keys first."""
    return section_or_faults(Settings, raw, see=SEE_EXAMPLE)


def section_or_faults(section: type[S], raw: Mapping[str, object], *, see: str) -> S | tuple[Fault, ...]:
    """Return the tables in `raw`, a complete file described by `section`, or all faults in it, unknown keys first.

    `see` names a document that shows the correct form of each key.
    """
    try:
        return TypeAdapter(section).validate_python(raw)
    except ValidationError as error:  # its own text quotes the file, which may contain a password by mistake
        found = sorted(error.errors(), key=lambda fault: fault["type"] != "extra_forbidden")
    return tuple(_explained(section, fault, see) for fault in found)


def _explained(root: type[Section], fault: ErrorDetails, see: str) -> Fault:
    keys = tuple(key for key in fault["loc"] if key != "[key]")
    if fault["type"] == "extra_forbidden":
        return Fault(keys=keys, what=f"{key_place(keys)} is not known", cure=_instead(root, keys))
    words = _WORDS.get(fault["type"]) or str(fault["msg"]).removeprefix("Value error, ")
    words = words.replace("Input should be", "write", 1)  # followed by the words that are allowed
    if fault["type"] == "tuple_type" and keys in tuple((name,) for name in REPEATED):
        words = f"write [[{keys[0]}]], in double brackets, above each one"
    shown = fault["input"] if isinstance(fault["input"], str | bool | int | float) else None
    given = "" if shown is None else f" = {without_password(str(shown))!r}"
    return Fault(keys=keys, what=f"{key_place(keys)}{given}: {words[:1].lower() + words[1:]}", cure=see)


def key_place(keys: Sequence[str | int]) -> str:
    """Return the place of a key in the notation of the file.

    >>> key_place(["mail", "relay", 1]), key_place(["severity", 0, "name"]), key_place(["roles", "scribe", "title"])
    ('[mail] relay, no. 2', '[[severity]] no. 1, name', '[roles.scribe] title')
    >>> key_place(["timezones", 0]), key_place(["lists"])
    ('timezones, no. 1', 'lists')
    """
    section, rest = str(keys[0]), list(keys[1:])
    if section in REPEATED and rest:
        number = rest.pop(0)
        parts = [f"[[{section}]] no. {number + 1}" if isinstance(number, int) else f"[[{section}]] {number}"]
    elif section == "roles" and rest:
        parts = [f"[roles.{rest.pop(0)}]{f' {rest.pop(0)}' if rest else ''}"]
    elif rest and isinstance(rest[0], str):
        parts = [f"[{section}] {rest.pop(0)}"]
    else:
        parts = [section]
    return ", ".join([*parts, *(f"no. {key + 1}" if isinstance(key, int) else key for key in rest)])


def without_password(text: str) -> str:
    """Return a URL without its password, in case the file contains one although it should not.

    >>> without_password("smtps://bot:hunter2@mx.example.com"), without_password("smtps://bot@mx.example.com")
    ('smtps://***@mx.example.com', 'smtps://bot@mx.example.com')
    """
    return re.sub(r"(?<=:)(//)?[^@]*:.*@", r"\1***@", text, flags=re.DOTALL)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return a question with the known word that `word` most likely means, or None if none is similar.

    >>> nearest("adress", ["address", "always_to"])
    'did you mean address?'
    """
    import difflib

    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"did you mean {near[0]}?" if near else None


def _instead(root: type[Section], keys: Sequence[str | int]) -> str:
    """Return what to write for an unknown key: a similar key, the section to which it belongs, or the known keys."""
    import difflib

    word, known = str(keys[-1]), _known(root, keys[:-1])
    if close := difflib.get_close_matches(word, known, n=1, cutoff=0.75):
        return f"did you mean {close[0]}?"
    sections = [name for name in _known(root, []) if len(keys) < 3 and word in _known(root, [name])]
    if sections:
        shown = [f"[[{name}]]" if name in REPEATED else f"[{name}]" for name in sections]
        return f"it belongs to {' or '.join(shown)}"
    return nearest(word, known) or f"known here are {', '.join(sorted(known))}"


def _known(root: type[Section], keys: Sequence[str | int]) -> list[str]:
    """Return the keys that are known in the section at `keys`."""
    section: type[Section] | None = root
    for key in keys:
        if section is not None and isinstance(key, str) and key in (types := types_of(section)):
            section = _section_in(types[key])
    return list(types_of(section)) if section is not None else []


def _section_in(kind: Any) -> type[Section] | None:
    """Return the section in a type such as `tuple[SeveritySection, ...]` or `dict[RoleKey, RoleSection]`, or None."""
    for inner in (kind, *getattr(kind, "__args__", ())):
        if isinstance(inner, type) and issubclass(inner, Section):
            return inner
    return None
