"""Check the configured senders of alerts, and build the rules for parsing their mail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from incidentmail.core.policy import Policy
from incidentmail.errors import ConfigError

from .sections import Settings


def check_alerts(settings: Settings, policy: Policy, own: Iterable[str]) -> None:
    """Raise ConfigError if a listed sender is a person or our own address, or if a severity is not on the scale.

    `own` holds this program's address and the lists. Mail from a listed sender is never treated as mail from a person.
    """
    alerts = settings.alerts
    for address, what in (*((address, "our own address") for address in own), *_people(settings)):
        entry = next((one for one in alerts.from_ if covers(one, address)), None)
        if entry is not None:
            raise ConfigError(
                f"[alerts] from = {entry!r} covers {address}, {what}: what a listed sender writes is never a person's",
                hint="name only the addresses that your monitoring sends from",
                keys=("alerts", "from"),
            )
    for pattern, level in alerts.severity.items():
        if policy.severity(level) is None:
            levels = ", ".join(str(step.level) for step in policy.severities)
            raise ConfigError(
                f"[alerts.severity] {pattern!r} = {level}: there is no severity {level}",
                hint=f"your scale has {levels}",
                keys=("alerts", "severity", pattern),
            )
    if alerts.declare_after and not alerts.from_:
        raise ConfigError(
            "[alerts] declare_after has no effect without [alerts] from",
            hint='from = ["alerts@monitoring.example.com"]',
            keys=("alerts", "declare_after"),
        )


def covers(entry: str, address: str) -> bool:
    """Return whether `entry`, from `[alerts] from`, is this address or stands for all addresses in its domain."""
    return entry == address or entry == f"*@{address.rpartition('@')[2]}"


def _people(settings: Settings) -> Iterator[tuple[str, str]]:
    yield from ((address, "who is in [duty] commanders") for address in settings.duty.commanders)
    yield from ((address, "who is in [people]") for address in settings.people)
    if settings.me.address is not None and settings.me.address.address is not None:
        yield settings.me.address.address, "who is in [me]"
    if settings.operator.address is not None:
        yield settings.operator.address, "the operator"
