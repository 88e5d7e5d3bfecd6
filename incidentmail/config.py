"""TOML and environment to a frozen `Config`: every key known, every value checked, each error saying what to do.

Only the list has no default. Unknown keys are errors that name the nearest known one.
"""

from __future__ import annotations

import difflib
import os
import subprocess
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from incidentmail.core.model import Person
from incidentmail.core.policy import (
    DEFAULT_PERMISSIONS,
    DEFAULT_PHASES,
    DEFAULT_ROLES,
    DEFAULT_SEVERITIES,
    PhaseStep,
    Policy,
    RoleKind,
    SeverityLevel,
)
from incidentmail.errors import ConfigError
from incidentmail.settings import PUBLIC_DOMAINS, Settings

# Read and checked now; what they set up is not built yet, so that nobody believes it works.
NOT_YET = {
    "imap.url": "the IMAP fetcher",
    "home.address": "sending for a ledger on another machine",
    "list.restricted": "restricted incidents",
    "list.backup": "the back-up list",
    "trust.verify": "verification of senders",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything decided: the file's settings, and what follows from them."""

    settings: Settings
    path: Path | None
    list_address: str
    bot: Person
    members: tuple[str, ...]
    policy: Policy
    ledger_path: Path
    key_path: Path
    warnings: tuple[str, ...]

    def me(self) -> Person:
        """The person at the terminal: [me], else $EMAIL, else git's, else the login name."""
        return self.settings.me.address or _me_from_environment()

    def password(self) -> str | None:
        """The relay's password: $INCIDENTMAIL_PASSWORD, else the first line of `password_command`."""
        from_environment = os.environ.get("INCIDENTMAIL_PASSWORD")
        command = self.settings.mail.password_command
        if from_environment or not command:
            return from_environment
        run = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, timeout=60, check=False)
        if run.returncode:
            raise ConfigError(
                f"password_command ended with {run.returncode}: {run.stderr.strip()[:200]}",
                hint="run it in a shell of the same user; its first line must be the password",
            )
        return run.stdout.split("\n")[0]


def find_config(explicit: str | None) -> Path | None:
    """`--config`, $INCIDENTMAIL_CONFIG, the user's folder, /etc; never the current folder. None where there is none."""
    named = explicit or os.environ.get("INCIDENTMAIL_CONFIG")
    if named:
        path = Path(named)
        if not path.is_file():
            raise ConfigError(f"there is no configuration file {path}", hint="check --config or $INCIDENTMAIL_CONFIG")
        return path
    import platformdirs

    user = Path(platformdirs.user_config_dir("incidentmail"))
    candidates = (user / "config.toml", Path("/etc/incidentmail/config.toml"))
    return next((path for path in candidates if path.is_file()), None)


def load(explicit: str | None = None) -> Config:
    """The configuration, found and checked. Raises ConfigError, which says what is wrong and how to mend it."""
    path = find_config(explicit)
    if path is None:
        return resolve(Settings(), None)
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}", hint="check its owner and mode") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is no TOML: {error}", hint="see config.example.toml for the form") from error
    try:
        return resolve(Settings.model_validate(raw), path)
    except ValidationError as error:
        raise _explain(error, raw, path) from error


def resolve(settings: Settings, path: Path | None) -> Config:
    """What follows from the settings. Raises ConfigError where two of them contradict."""
    list_address = settings.list.address
    if list_address is None:
        raise ConfigError(
            "no mailing list is configured, so nobody can be told",
            hint=f"write '[list]' and, below it, 'address = \"incidents@example.com\"' to {path or _default_path()}",
        )
    bot = settings.mail.from_ or Person(name="Incidents", address=f"incident-bot@{list_address.rpartition('@')[2]}")
    domain = str(bot.address).rpartition("@")[2]
    members = settings.trust.members
    if members is None:
        if domain in PUBLIC_DOMAINS:
            raise ConfigError(
                f"anybody can have an address at {domain}, so it cannot stand for your organisation",
                hint='name the members: [trust] members = ["mara@gmail.com", "*@example.com"]',
            )
        members = (f"*@{domain}",)
    if settings.trust.verify == "authentication-results" and not settings.trust.authserv_id:
        raise ConfigError(
            '[trust] verify = "authentication-results" needs authserv_id',
            hint="authserv_id = the first word of the Authentication-Results field that your own server writes",
        )
    return Config(
        settings=settings,
        path=path,
        list_address=list_address,
        bot=bot,
        members=members,
        policy=_policy(settings),
        ledger_path=_ledger_path(settings.ledger.url),
        key_path=settings.mail.key_file or _data_dir() / "key",
        warnings=_warnings(settings),
    )


def _policy(settings: Settings) -> Policy:
    roles = {role.key: role for role in DEFAULT_ROLES}
    commander = settings.roles.get("commander")
    for key, section in settings.roles.items():
        if key == "commander":
            continue
        known = roles.get(key)
        takes = section.takes if section.takes is not None else known.takes if known else ""
        roles[key] = RoleKind(
            key=key, title=section.title, takes=takes, also_written=known.also_written if known else ()
        )
    severities = tuple(
        SeverityLevel(**{**dict(section), "requires": section.requires}) for section in settings.severity
    )
    policy = Policy(
        severities=tuple(sorted(severities, key=lambda step: step.level)) or DEFAULT_SEVERITIES,
        phases=tuple(PhaseStep(number=s.number, name=s.name) for s in settings.phase) or DEFAULT_PHASES,
        roles=tuple(roles.values()),
        commander_title=commander.title if commander else "Incident commander",
        default_severity=settings.incident.default_severity,
        permissions=DEFAULT_PERMISSIONS | settings.permissions,
        verifies=False,
    )
    _check_policy(policy, settings)
    return policy


def _check_policy(policy: Policy, settings: Settings) -> None:
    levels = [step.level for step in policy.severities]
    if len(set(levels)) != len(levels):
        raise ConfigError("two [[severity]] tables have the same level", hint="give each its own; smaller is worse")
    if len({step.number for step in policy.phases}) != len(policy.phases):
        raise ConfigError("two [[phase]] tables have the same number", hint="give each its own")
    if policy.severity(policy.default_severity) is None:
        raise ConfigError(
            f"[incident] default_severity = {policy.default_severity} is not on the scale",
            hint=f"the levels are {', '.join(map(str, levels))}",
        )
    if policy.phase(policy.default_phase) is None:
        raise ConfigError("there is no [[phase]] with number = 1, where an incident begins", hint="add one")
    for step in policy.severities:
        for key in step.requires:
            if policy.role(key) is None:
                raise ConfigError(
                    f"[[severity]] {step.level} requires the role {key!r}, which does not exist",
                    hint=_nearest(key, [role.key for role in policy.roles]) or f"add [roles.{key}] with a title",
                )
    for name in settings.permissions:
        if name not in DEFAULT_PERMISSIONS:
            raise ConfigError(
                f"[permissions] {name} is not known",
                hint=_nearest(name, DEFAULT_PERMISSIONS) or f"known are {', '.join(DEFAULT_PERMISSIONS)}",
            )


def _ledger_path(url: str | None) -> Path:
    if url is None:
        return _data_dir() / "ledger.db"
    if url.startswith("sqlite:////"):
        return Path(url.removeprefix("sqlite:///"))
    if url.startswith(("postgresql:", "postgres:")):
        raise ConfigError(
            "this version keeps its ledger in SQLite only", hint='[ledger] url = "sqlite:////path/ledger.db"'
        )
    raise ConfigError(f"[ledger] url = {url!r} is no ledger", hint='write "sqlite:////var/lib/incidentmail/ledger.db"')


def _data_dir() -> Path:
    import platformdirs

    return Path(platformdirs.user_data_dir("incidentmail"))


def _default_path() -> Path:
    import platformdirs

    return Path(platformdirs.user_config_dir("incidentmail")) / "config.toml"


def _warnings(settings: Settings) -> tuple[str, ...]:
    found = []
    for key, what in NOT_YET.items():
        section, name = key.split(".")
        value = getattr(getattr(settings, section), name)
        if value not in (None, "none"):
            found.append(f"[{section}] {name} has no effect yet: {what} comes with a later version")
    return tuple(found)


def _me_from_environment() -> Person:
    email = os.environ.get("EMAIL")
    name = os.environ.get("NAME") or _git("user.name")
    address = email or _git("user.email")
    try:
        if address and "<" in address:
            return Person.parse(address)
        if address:
            return Person.parse(f"{name} <{address}>" if name else address)
    except ValueError as error:
        raise ConfigError(f"your own address cannot be read: {error}", hint="set [me] address, or $EMAIL") from error
    import getpass

    return Person(name=name or getpass.getuser())


def _git(key: str) -> str | None:
    try:
        run = subprocess.run(["git", "config", "--get", key], capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None  # git is only one of several places that may know who sits here
    return run.stdout.strip() or None


def _explain(error: ValidationError, raw: Mapping[str, Any], path: Path) -> ConfigError:
    """The first fault of a file, in the words of its keys."""
    first = error.errors()[0]
    keys = [key for key in first["loc"] if not (isinstance(key, str) and "[" in key)]
    where = ".".join(str(key) for key in keys)
    if first["type"] == "extra_forbidden":
        known = _known_keys(keys[:-1])
        near = _nearest(str(keys[-1]), known)
        return ConfigError(f"{path}: {where} is not known", hint=near or f"known here are {', '.join(sorted(known))}")
    message = str(first["msg"]).removeprefix("Value error, ")
    shown = first["input"] if isinstance(first["input"], str | int | float | bool) else None
    return ConfigError(
        f"{path}: {where}{f' = {shown!r}' if shown is not None else ''}: {message}",
        hint="see config.example.toml for every key with its form",
    )


def _known_keys(keys: list[Any]) -> list[str]:
    model: Any = Settings
    for key in keys:
        if isinstance(key, int) or not hasattr(model, "model_fields"):
            continue
        names = {field.alias or name: field for name, field in model.model_fields.items()}
        if key not in names:
            continue
        model = _section_of(names[key].annotation)
    if not hasattr(model, "model_fields"):
        return []
    return [field.alias or name for name, field in model.model_fields.items()]


def _section_of(annotation: Any) -> Any:
    """The model inside an annotation such as `tuple[SeveritySection, ...]` or `dict[str, RoleSection]`."""
    for inner in getattr(annotation, "__args__", ()):
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            return inner
    return annotation


def _nearest(word: str, known: object) -> str | None:
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)  # type: ignore[call-overload]
    return f"did you mean {near[0]}?" if near else None
