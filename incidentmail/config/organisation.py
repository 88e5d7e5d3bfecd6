"""Build the policy (scale, phases, roles and permissions) from the settings, and check its parts against each other."""

from __future__ import annotations

from msgspec.structs import asdict

from incidentmail.core.model import Trust
from incidentmail.core.policy import (
    DEFAULT_PERMISSIONS,
    DEFAULT_PHASES,
    DEFAULT_ROLES,
    DEFAULT_SEVERITIES,
    UPDATE_EVERY,
    Deadline,
    PhaseStep,
    Policy,
    RoleKind,
    SeverityLevel,
)
from incidentmail.core.text import fold_case
from incidentmail.core.tracking.role_kinds import COMMUNICATIONS, DEPUTY, OWNER, SCRIBE
from incidentmail.core.words import KEYS
from incidentmail.errors import ConfigError

from .sections import Settings, SeveritySection

GIVES_WAY = tuple(role for role in DEFAULT_ROLES if role.key in (COMMUNICATIONS, SCRIBE, DEPUTY, OWNER))
"""Roles added in later versions. They are replaced by the organisation's own roles that have such a title."""


_REPLACED = "; [[severity]] tables replace the whole built-in scale, so add one for each level that you want to keep"
STEPS_OF_OWN = 3
"""The minimum number of levels, from 1 without a gap, for a scale to count as an organisation's own and complete."""


def lost_levels(settings: Settings) -> tuple[int, ...]:
    """Return the built-in levels missing from the scale because only some [[severity]] tables were given.

    This happens to people who want to change only one level. Return () for a scale that looks intentional.

    >>> lost_levels(Settings(severity=(SeveritySection(level=1, name="a"), SeveritySection(level=3, name="b"))))
    (2, 4)
    """
    given = sorted({section.level for section in settings.severity})
    built_in = [step.level for step in DEFAULT_SEVERITIES]
    if not given or not set(given) <= set(built_in):
        return ()
    is_meant = len(given) >= STEPS_OF_OWN and given == [*range(1, len(given) + 1)]
    return () if is_meant else tuple(level for level in built_in if level not in given)


def policy_of(settings: Settings) -> Policy:
    """Return the organisation's policy. Raise ConfigError if two rows of its tables contradict each other."""
    named = {section.title.casefold(): key for key, section in settings.roles.items()}
    roles = {role.key: role for role in DEFAULT_ROLES}
    for role in GIVES_WAY:
        if named.get(role.title.casefold(), role.key) != role.key:
            del roles[role.key]
    commander = settings.roles.get("commander")
    for key, section in settings.roles.items():
        if key == "commander":
            continue
        known = roles.get(key)
        takes = section.takes if section.takes is not None else known.takes if known else ""
        roles[key] = RoleKind(
            key=key,
            title=section.title,
            one=known.one if known and known.title == section.title else "",
            takes=takes,
            also_written=known.also_written if known else (),
        )
    severities = tuple(map(_level, settings.severity))
    policy = Policy(
        severities=tuple(sorted(severities, key=lambda step: step.level)) or DEFAULT_SEVERITIES,
        phases=tuple(PhaseStep(number=s.number, name=s.name) for s in settings.phase) or DEFAULT_PHASES,
        roles=tuple(roles.values()),
        commander_title=commander.title if commander else "Incident commander",
        default_severity=settings.incident.default_severity,
        permissions=DEFAULT_PERMISSIONS | settings.permissions,
        own_venue="venue" not in settings.permissions,
        venue_hosts=settings.incident.venue_hosts,
        has_restricted_list=settings.list.restricted is not None,
        deadlines=tuple(Deadline(**asdict(section)) for section in settings.deadline),
        verifies=settings.trust.verify != "none",
        people=settings.people,
    )
    _check_policy(policy, settings)
    return policy


def _level(section: SeveritySection) -> SeverityLevel:
    every = section.update_every
    given = UPDATE_EVERY.get(section.level) if every is None else every
    return SeverityLevel(**{**asdict(section), "update_every": given})


def _check_policy(policy: Policy, settings: Settings) -> None:
    levels = [step.level for step in policy.severities]
    if len(set(levels)) != len(levels):
        raise ConfigError(
            "two [[severity]] tables have the same level",
            hint="give each its own; smaller is worse",
            keys=("severity",),
        )
    if len({step.number for step in policy.phases}) != len(policy.phases):
        raise ConfigError("two [[phase]] tables have the same number", hint="give each its own", keys=("phase",))
    if policy.severity(policy.default_severity) is None:
        raise ConfigError(
            f"[incident] default_severity = {policy.default_severity} is not on the scale",
            hint=f"the levels are {', '.join(map(str, levels))}{_REPLACED if settings.severity else ''}",
            keys=("incident", "default_severity"),
        )
    if policy.phase(policy.default_phase) is None:
        raise ConfigError(
            "there is no [[phase]] with number = 1, where an incident begins", hint="add one", keys=("phase",)
        )
    for step in policy.severities:
        for key in step.requires:
            if policy.role(key) is None:
                from .faults import nearest

                raise ConfigError(
                    f"[[severity]] {step.level} requires the role {key!r}, which does not exist",
                    hint=nearest(key, [role.key for role in policy.roles]) or f"add [roles.{key}] with a title",
                    keys=("severity",),
                )
    _check_titles(policy)
    for name, trust in settings.permissions.items():
        if name not in DEFAULT_PERMISSIONS:
            from .faults import nearest

            raise ConfigError(
                f"[permissions] {name} is not known",
                hint=nearest(name, DEFAULT_PERMISSIONS) or f"known are {', '.join(DEFAULT_PERMISSIONS)}",
                keys=("permissions", name),
            )
        if trust is Trust.STRANGER:
            raise ConfigError(
                f"[permissions] {name}: nothing that a stranger writes changes an incident",
                hint='the least is "member"; who is one stands in [trust] members',
                keys=("permissions", name),
            )


def _check_titles(policy: Policy) -> None:
    """Raise ConfigError if a role's title is also another key. `Phase: 2`, for example, would then name a person."""
    taken = {fold_case(spelling): name for spelling, name in KEYS}
    titles = [("commander", policy.commander_title)]
    titles += [(role.key, spelling) for role in policy.roles for spelling in (role.title, *role.also_written)]
    for key, title in titles:
        holder = taken.setdefault(fold_case(title), key)
        if holder != key:
            raise ConfigError(
                f"[roles.{key}] title = {title!r} already means {holder.replace('_', ' ')}",
                hint="choose a title that no other role and no line of a mail has",
                keys=("roles", key, "title"),
            )
