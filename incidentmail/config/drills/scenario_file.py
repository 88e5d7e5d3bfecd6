"""Read a scenario file, and report exactly what is wrong with it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from incidentmail.core.drills.scenario import Expected, Inject, Scenario
from incidentmail.core.policy import Policy
from incidentmail.errors import UnreadableInputError

from .scenario_sections import ExpectedSection, ScenarioSection

LASTS_MAX = timedelta(hours=12)
INJECTS_MAX = 200
SEE = "'incidentmail drill show failover --toml' shows a whole scenario; docs/gamedays.md explains each key"


def read_scenario(path: Path, policy: Policy) -> Scenario:
    """Return the scenario in a file. If it has faults, raise an UnreadableInputError that says how to fix the first.

    `policy` contains the severities, phases and roles that the scenario may name.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UnreadableInputError(f"{path} cannot be read: {error.strerror}", hint="check its name") from error
    except UnicodeDecodeError as error:
        raise UnreadableInputError(f"{path} is not written in UTF-8", hint="save it as UTF-8") from error
    try:
        raw = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        reason = str(error)[:1].lower() + str(error)[1:]
        raise UnreadableInputError(f"{path} is not valid TOML: {reason}", hint=SEE) from error
    section = _section(raw, path)
    for what, hint in _faults(section, policy):
        raise UnreadableInputError(f"{path}: {what}", hint=hint)
    return _scenario(section)


def _section(raw: dict[str, object], path: Path) -> ScenarioSection:
    from ..faults import section_or_faults

    found = section_or_faults(ScenarioSection, raw, see=SEE)
    if isinstance(found, ScenarioSection):
        return found
    raise UnreadableInputError(f"{path}: {found[0].what}", hint=found[0].cure)


def _faults(section: ScenarioSection, policy: Policy) -> Iterator[tuple[str, str]]:
    """Yield each contradiction within the scenario or with the configuration, along with what to write instead."""
    if not timedelta(minutes=1) <= section.lasts <= LASTS_MAX:
        yield "lasts: a drill lasts from 1 minute to 12 hours", 'write, for example, lasts = "30m"'
    if not 1 <= len(section.inject) <= INJECTS_MAX:
        yield f"there are {len(section.inject)} mails", f"write [[inject]] above each of 1 to {INJECTS_MAX} mails"
    for number, inject in enumerate(section.inject, 1):
        if inject.at >= section.lasts:
            yield f"[[inject]] no. {number}, at: the drill is over by then", "write an earlier time, or a longer lasts"
    for number, expected in enumerate(section.expected, 1):
        yield from _faults_of(f"[[expected]] no. {number}", expected, section, policy)


def _faults_of(
    place: str, expected: ExpectedSection, section: ScenarioSection, policy: Policy
) -> Iterator[tuple[str, str]]:
    named = expected.conditions
    if len(named) != 1:
        have = f"it has {' and '.join(named)}" if named else "nothing says how it is recognised"
        yield f"{place}: {have}", "write exactly one of happens, severity, phase, role, item or says"
    if expected.within is not None and expected.within > section.lasts:
        yield f"{place}, within: the drill is over by then", "write a shorter time, or a longer lasts"
    known = {
        "severity": [str(step.level) for step in policy.severities],
        "phase": [str(step.number) for step in policy.phases],
        "role": [role.key for role in policy.roles],
    }
    for key, values in known.items():
        value = getattr(expected, key)
        if value is not None and str(value) not in values:
            yield f"{place}, {key}: there is no {key} {value} here", f"known are {', '.join(values)}"


def _scenario(section: ScenarioSection) -> Scenario:
    injects = sorted(section.inject, key=lambda inject: inject.at)
    return Scenario(
        title=section.title, description=section.description, opening=section.opening or "",
        lasts_s=_seconds(section.lasts),
        injects=tuple(
            Inject(at_s=_seconds(one.at), by=one.from_, role=one.role or "", subject=one.subject, text=one.text)
            for one in injects
        ),
        expected=tuple(
            Expected(
                what=one.what, within_s=None if one.within is None else _seconds(one.within), happens=one.happens,
                severity=one.severity, phase=one.phase, role=one.role, item=one.item, says=one.says,
            )
            for one in section.expected
        ),
    )  # fmt: skip


def _seconds(duration: timedelta) -> int:
    return int(duration.total_seconds())
