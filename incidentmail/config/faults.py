"""A fault in the configuration file, told in the file's own words: section, key, what was written, what to write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from incidentmail.errors import ConfigError

from .sections import Settings

SEE_EXAMPLE = "see config.example.toml for every key with its form"
# Pydantic's kinds of error, in words for whoever edits the file.
_WORDS: Mapping[str, str] = {
    "tuple_type": "write a list in square brackets, even for one",
    "string_type": "write text, in quotes",
    "int_type": "write a whole number, without quotes",
    "bool_type": "write true or false, without quotes",
    "path_type": "write a path, in quotes",
    "dict_type": "write a section of its own, with its keys below it",
    "model_type": "write a section of its own, with its keys below it",
    "model_attributes_type": "write a section of its own, with its keys below it",
    "string_pattern_mismatch": "write a bare address, such as 'incidents@example.com'",
    "string_too_short": "it is empty",
    "too_short": "it is empty",
    "missing": "it is missing",
}
_PATTERNS: Mapping[str, str] = {
    "roles": "a role is called by small letters, digits and _, such as 'customer_liaison'",
    "listen": "write a host name, such as 'incidents.example.com'",
    "people": 'write the address first: "jayla@example.com" = "Jayla M."',
}


def explain(error: ValidationError, path: object) -> ConfigError:
    """The first fault that `error` found in the file `path`; an unknown key before any other."""
    faults = sorted(error.errors(), key=lambda fault: fault["type"] != "extra_forbidden")
    fault = faults[0]
    keys = [key for key in fault["loc"] if key != "[key]"]
    if fault["type"] == "extra_forbidden":
        return ConfigError(f"{path}: {where(keys)} is not known", hint=_instead(keys))
    words = _WORDS.get(fault["type"]) or str(fault["msg"]).removeprefix("Value error, ")
    words = re.sub(
        r"^Input should be (?:greater than or equal to (\d+)$)?",
        lambda m: f"write {m[1]} or more" if m[1] else "write ",
        words,
    )
    if fault["type"] == "tuple_type" and keys in (["severity"], ["phase"]):
        words = f"write [[{keys[0]}]], in double brackets, above each one"
    if fault["type"] == "string_pattern_mismatch" and keys[0] in _PATTERNS:
        words = _PATTERNS[str(keys[0])]
    shown = fault["input"] if isinstance(fault["input"], str | bool | int | float) else None
    given = "" if shown is None else f" = {without_password(str(shown))!r}"
    return ConfigError(f"{path}: {where(keys)}{given}: {words[:1].lower() + words[1:]}", hint=SEE_EXAMPLE)


def where(keys: Sequence[str | int]) -> str:
    """The place of a key, as the file shows it.

    >>> where(["mail", "relay", 1]), where(["severity", 0, "name"]), where(["roles", "scribe", "title"])
    ('[mail] relay, no. 2', '[[severity]] no. 1, name', '[roles.scribe] title')
    >>> where(["timezones", 0]), where(["lists"])
    ('timezones, no. 1', 'lists')
    """
    section, rest = str(keys[0]), list(keys[1:])
    if section in ("severity", "phase") and rest:
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
    """A URL without the password that should not be in it.

    >>> without_password("smtps://bot:hunter2@mx.example.com"), without_password("smtps://bot@mx.example.com")
    ('smtps://***@mx.example.com', 'smtps://bot@mx.example.com')
    """
    return re.sub(r"(?<=:)(//)?[^@]*:.*@", r"\1***@", text, flags=re.DOTALL)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` most likely means, as a question; None where none is near.

    >>> nearest("adress", ["address", "always_to"])
    'did you mean address?'
    """
    import difflib

    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"did you mean {near[0]}?" if near else None


def _instead(keys: Sequence[str | int]) -> str:
    """What to write instead of an unknown key: its section where it stands in the wrong one, else the nearest one."""
    import difflib

    word, known = str(keys[-1]), _known(keys[:-1])
    if close := difflib.get_close_matches(word, known, n=1, cutoff=0.75):
        return f"did you mean {close[0]}?"
    homes = [name for name in _known([]) if len(keys) < 3 and word in _known([name])]
    if homes:
        shown = [f"[[{home}]]" if home in ("severity", "phase") else f"[{home}]" for home in homes]
        return f"it belongs to {' or '.join(shown)}"
    return nearest(word, known) or f"known here are {', '.join(sorted(known))}"


def _known(keys: Sequence[str | int]) -> list[str]:
    """The keys that may stand in the section that `keys` lead to."""
    model: Any = Settings
    for key in keys:
        if model is not None and isinstance(key, str) and (field := _fields(model).get(key)) is not None:
            model = _section_of(field)
    return list(_fields(model)) if model is not None else []


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _section_of(annotation: Any) -> type[BaseModel] | None:
    """The model in an annotation such as `tuple[SeveritySection, ...]` or `dict[str, RoleSection]`, if there is one."""
    for inner in (annotation, *getattr(annotation, "__args__", ())):
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            return inner
    return None
