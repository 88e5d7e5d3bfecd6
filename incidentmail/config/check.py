"""Check a configuration file completely, and report all its faults with their line numbers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from incidentmail.core.frozen import Frozen
from incidentmail.errors import ConfigError

from .description import read
from .file import find_config, parsed, read_text
from .lines import Keys, line_of, lines_of
from .load import Config, resolve
from .organisation import lost_levels
from .sections import Settings

if TYPE_CHECKING:
    from .faults import Fault


class LocatedFault(Frozen, kw_only=True):
    """A fault: its line, counted from 1 (or None), what is wrong, and what to write instead."""

    line: int | None
    what: str
    cure: str | None


class Checked(Frozen, kw_only=True, gc=True):
    """The path of the file, or None if there is none, and its faults. If there are faults, `config` is None."""

    path: Path | None
    faults: tuple[LocatedFault, ...] = ()
    config: Config | None = None


def warnings_of(config: Config) -> tuple[LocatedFault, ...]:
    """Return warnings about settings that are valid but probably not intended."""
    found = [LocatedFault(line=None, what=text, cure="take the line out until then") for text in config.warnings]
    if lost := lost_levels(config.settings):
        scale = ", ".join(f"{step.level} {step.name}" for step in config.policy.severities)
        missing = " and no ".join(f"severity {level}" for level in lost)
        found.append(
            LocatedFault(
                line=None,
                what=f"the scale is only {scale}: there is no {missing}, because [[severity]] tables replace all "
                "built-in levels",
                cure="add a [[severity]] table for each level to keep, as 'incidentmail config example' prints them",
            )
        )
    return tuple(found)


def check(explicit: str | None) -> Checked:
    """Find the configuration and check it. A missing or unreadable file is a fault like any other."""
    path, lines = None, dict[Keys, int]()
    try:
        path = find_config(explicit)
        if path is None:
            return Checked(path=None, config=resolve(Settings(), None))
        text = read_text(path)
        raw, lines = parsed(text, path), lines_of(text)
        found = _settings(raw)
        if not isinstance(found, Settings):
            faults = [LocatedFault(line=line_of(one.keys, lines), what=one.what, cure=one.cure) for one in found]
            return Checked(path=path, faults=tuple(sorted(faults, key=lambda fault: fault.line or 0)))
        return Checked(path=path, config=resolve(found, path))
    except ConfigError as error:
        line = line_of(error.keys, lines)
        return Checked(path=path, faults=(LocatedFault(line=line, what=error.message, cure=error.hint),))


def _settings(raw: dict[str, object]) -> Settings | tuple[Fault, ...]:
    try:
        return read(Settings, raw)
    except ValueError:
        from .faults import settings_or_faults  # imported here because pydantic takes long to load

        return settings_or_faults(raw)
