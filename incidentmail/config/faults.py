"""Describe errors in the configuration file in its own terms: section, key, what was written, what to write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from incidentmail.errors import ConfigError

from .sections import Settings

SEE_EXAMPLE = "see config.example.toml for every key with its form"
# Pydantic's types of error, in words for people who edit the file.
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
    """Return the first fault that `error` found in the file `path`, unknown keys before all others."""
    faults = sorted(error.errors(), key=lambda fault: fault["type"] != "extra_forbidden")
    fault = faults[0]
    keys = [key for key in fault["loc"] if key != "[key]"]
    if fault["type"] == "extra_forbidden":
        return ConfigError(f"{path}: {key_place(keys)} is not known", hint=_instead(keys))
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
    return ConfigError(f"{path}: {key_place(keys)}{given}: {words[:1].lower() + words[1:]}", hint=SEE_EXAMPLE)


def key_place(keys: Sequence[str | int]) -> str:
    """Return the place of a key, as the file shows it.

    >>> key_place(["mail", "relay", 1]), key_place(["severity", 0, "name"]), key_place(["roles", "scribe", "title"])
    ('[mail] relay, no. 2', '[[severity]] no. 1, name', '[roles.scribe] title')
    >>> key_place(["timezones", 0]), key_place(["lists"])
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
    """Return a URL without its password, which should not be there.

    >>> without_password("smtps://bot:hunter2@mx.example.com"), without_password("smtps://bot@mx.example.com")
    ('smtps://***@mx.example.com', 'smtps://bot@mx.example.com')
    """
    return re.sub(r"(?<=:)(//)?[^@]*:.*@", r"\1***@", text, flags=re.DOTALL)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return a question for the known word that `word` most likely means, or None if none is similar.

    >>> nearest("adress", ["address", "always_to"])
    'did you mean address?'
    """
    import difflib

    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"did you mean {near[0]}?" if near else None


def _instead(keys: Sequence[str | int]) -> str:
    """Return what to write for an unknown key: a similar key, the section that it belongs to, or the known keys."""
    import difflib

    word, known = str(keys[-1]), _known(keys[:-1])
    if close := difflib.get_close_matches(word, known, n=1, cutoff=0.75):
        return f"did you mean {close[0]}?"
    sections = [name for name in _known([]) if len(keys) < 3 and word in _known([name])]
    if sections:
        shown = [f"[[{name}]]" if name in ("severity", "phase") else f"[{name}]" for name in sections]
        return f"it belongs to {' or '.join(shown)}"
    return nearest(word, known) or f"known here are {', '.join(sorted(known))}"


def _known(keys: Sequence[str | int]) -> list[str]:
    """Return the keys that are known in the section at `keys`."""
    model: Any = Settings
    for key in keys:
        if model is not None and isinstance(key, str) and (field := _fields(model).get(key)) is not None:
            model = _section_of(field)
    return list(_fields(model)) if model is not None else []


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _section_of(annotation: Any) -> type[BaseModel] | None:
    """Return the model in an annotation such as `tuple[SeveritySection, ...]` or `dict[str, RoleSection]`, or None."""
    for inner in (annotation, *getattr(annotation, "__args__", ())):
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            return inner
    return None
