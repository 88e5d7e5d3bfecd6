"""List the values in effect and the source of each: the file, the environment, other keys, or a default."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import Literal

from msgspec import structs

from incidentmail.core.frozen import Frozen, JsonValue
from incidentmail.core.model import Person
from incidentmail.errors import ConfigError

from .description import Section
from .hook_section import place_of_url
from .lines import Keys, line_of
from .load import Config

Source = Literal["file", "environment", "derived", "default"]
SECRETS = {
    "mail": ("password_command", "INCIDENTMAIL_PASSWORD"),
    "imap": ("password_command", "INCIDENTMAIL_IMAP_PASSWORD"),
    "ledger": ("password_command", "INCIDENTMAIL_LEDGER_PASSWORD"),
}
"""A mapping from sections to the key of their password, and the environment variable that overrides it."""
OF_POLICY = frozenset({"permissions", "severity", "phase", "roles"})
"""Tables to which the policy adds values. For these, the policy's values are shown."""


class Value(Frozen, kw_only=True):
    """A value in effect. `keys` is its place, such as `("mail", "relay")`, and `line` its line in the file, if any.

    `value` is None if nothing is set. `variable` names the environment variable from which the value comes.
    """

    keys: Keys
    value: JsonValue
    source: Source
    line: int | None = None
    variable: str | None = None


def effective(config: Config, lines: Mapping[Keys, int]) -> Iterator[Value]:
    """Yield the value of each key. `lines` contains the line numbers in the file. Passwords are not included."""
    derived = dict(_derived(config))
    for keys, value in _all(config):
        if (line := _line(keys, lines)) is not None:
            yield Value(keys=keys, value=_shown(keys, value), source="file", line=line)
        elif keys in derived:
            yield derived[keys]
        else:
            yield Value(keys=keys, value=_shown(keys, value), source="default")
        section = str(keys[0])
        if keys[1:] == SECRETS.get(section, ("",))[:1] and (variable := SECRETS[section][1]) in os.environ:
            yield Value(keys=(section, "password"), value="***", source="environment", variable=variable)


def _line(keys: Keys, lines: Mapping[Keys, int]) -> int | None:
    """Return the line on which the file sets this key or, for severities and phases, replaces the defaults, or None."""
    if keys[0] in ("severity", "phase"):
        return lines.get(keys[:1])  # the steps are sorted, so their order may differ from the file's
    return line_of(keys, lines) if keys[0] == "people" else lines.get(keys)


def _all(config: Config) -> Iterator[tuple[Keys, object]]:
    settings, policy = config.settings, config.policy
    tables: list[tuple[Keys, object]] = []
    for name, value in _fields(settings):
        if name in OF_POLICY:
            continue
        if not isinstance(value, Section | dict) and not _has_sections(value):
            yield (name,), value  # TOML requires these before any table
        else:
            tables += _below((name,), value)
    yield from tables
    for name, trust in policy.permissions.items():
        # If `venue` is not set, people with a part in the incident need a lower trust level than others to change it.
        yield ("permissions", name), trust if name != "venue" or name in settings.permissions else None
    for section, steps in (("severity", policy.severities), ("phase", policy.phases)):
        for number, step in enumerate(steps):
            yield from (((section, number, key), part) for key, part in structs.asdict(step).items())
    yield ("roles", "commander", "title"), policy.commander_title
    for role in policy.roles:
        yield ("roles", role.key, "title"), role.title
        yield ("roles", role.key, "takes"), role.takes or None


def _has_sections(value: object) -> bool:
    return isinstance(value, tuple) and any(isinstance(part, Section) for part in value)


def _below(keys: Keys, value: object) -> Iterator[tuple[Keys, object]]:
    """Yield the values in a table or an array of tables, and those in nested tables."""
    if isinstance(value, Section):
        parts: Iterable[tuple[str | int, object]] = _fields(value)
    elif isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, tuple) and _has_sections(value):
        parts = enumerate(value)
    else:
        yield keys, value
        return
    for key, part in parts:
        yield from _below((*keys, key), part)


def _fields(section: Section) -> Iterator[tuple[str | int, object]]:
    names = zip(section.__struct_encode_fields__, section.__struct_fields__, strict=True)
    return ((key, getattr(section, name)) for key, name in names)


def _derived(config: Config) -> Iterator[tuple[Keys, Value]]:
    """Yield the values that follow from other keys or from the environment if the file does not set them."""
    has_ledger = config.settings.home.address is None
    found: dict[Keys, object] = {
        ("mail", "from"): config.bot,
        ("mail", "helo"): config.helo,
        ("mail", "key_file"): config.key_path if has_ledger else None,
        ("ledger", "url"): f"sqlite:///{config.ledger_path}" if has_ledger else None,
        ("trust", "members"): config.members,
        ("list", "returns_within"): config.settings.list.returns_within,
    }
    for keys, value in found.items():
        yield keys, Value(keys=keys, value=_shown(keys, value), source="derived")
    try:
        me: JsonValue = str(config.me())
    except ConfigError:
        me = None  # `declare` reports this, and says what to do
    is_named = bool(os.environ.get("EMAIL"))
    keys = ("me", "address")
    yield (
        keys,
        Value(
            keys=keys, value=me, source="environment" if is_named else "derived", variable="EMAIL" if is_named else None
        ),
    )


def _shown(keys: Keys, value: object) -> JsonValue:
    """Return the value as written in a file, but only the first word of a command, because others may be secret.

    >>> _shown(("mail", "password_command"), "pass show mail/incident-bot"), _shown(("x",), timedelta(minutes=90))
    ('pass ...', '90m')
    """
    match value:
        case str() if keys[0] == "hook" and keys[-1] == "url":
            return place_of_url(value)
        case str() if str(keys[-1]).endswith("_command") or (keys[0], keys[-1]) == ("hook", "command"):
            first, _, rest = value.partition(" ")
            return f"{first} ..." if rest else first
        case timedelta():
            return "never" if keys[-1] == "returns_within" and not value else _duration(value)
        case Person():
            return str(value)
        case Path():
            return str(value)
        case Enum():
            return str(value.value)
        case int() if keys[-1] == "socket_mode":
            return f"{value:04o}"
        case list() | tuple():
            return [_shown(keys, part) for part in value]
        case str() | bool() | int() | None:
            return value
    raise ValueError(f"no form is known for {type(value).__name__}")


def _duration(value: timedelta) -> str:
    seconds = int(value.total_seconds())
    return next(
        f"{seconds // size}{unit}"
        for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1))
        if not seconds % size
    )
