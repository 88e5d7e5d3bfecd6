"""Check that alerts can propose incidents: there must be somebody to ask, and alert senders must be verifiable."""

from __future__ import annotations

from collections.abc import Iterator

from incidentmail.app.context import AppContext
from incidentmail.app.doctor.finding import Finding, ok, warning

CHECK = "alerts"


def alerting(context: AppContext) -> Iterator[Finding]:
    """Yield the faults of `[alerts]` and `[duty]`, or nothing if no alert senders are configured."""
    settings, roster = context.config.settings, context.roster
    alerts, duty = settings.alerts, settings.duty
    if not alerts.from_:
        return
    outsiders = [address for address in duty.commanders if not roster.has(address)]
    if outsiders:
        yield warning(
            CHECK, f"{', '.join(outsiders)} in [duty] commanders are not among [trust] members, and are not asked",
            "add them to [trust] members, or take them out",
        )  # fmt: skip
    if duty.oncall_command is None and len(outsiders) == len(duty.commanders):
        yield warning(
            CHECK, "nobody is asked about alerts, so they only reach the operator",
            '[duty] commanders = ["mara@example.com"], or oncall_command',
        )  # fmt: skip
    if settings.operator.address is None:
        yield warning(
            CHECK, "nobody is told if no one answers an alert", '[operator] address = "postmaster@example.com"'
        )
    if alerts.declare_after and duty.oncall_command is None:
        yield warning(
            CHECK, "[alerts] declare_after declares nothing: without [duty] oncall_command nobody is on call",
            "set oncall_command, or take declare_after out",
        )  # fmt: skip
    if settings.trust.verify == "none":
        silence = "; silence then declares only alerts that came to it" if alerts.declare_after else ""
        yield warning(
            CHECK, f"anybody who can write to us can send an alert under a listed sender's name{silence}",
            "[trust] verify, or have alerts sent to the address that 'incidentmail alert address' prints",
        )  # fmt: skip
        return
    yield ok(CHECK, f"mail of {', '.join(alerts.from_)} proposes incidents if it is proven who sent it")
