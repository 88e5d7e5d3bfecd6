"""Build the rules for alerts from the configuration."""

from __future__ import annotations

from incidentmail.app.context import AppContext
from incidentmail.core.alerts.asking import AskRules
from incidentmail.inbound.alerts.alert import AlertRules


def alert_rules(context: AppContext) -> AlertRules:
    """Return the rules for parsing alerts."""
    alerts, policy = context.config.settings.alerts, context.words.policy
    return AlertRules(
        severities=tuple(alerts.severity.items()), remove=alerts.remove, recovered=alerts.recovered,
        ignore=alerts.ignore, same=alerts.same, levels=tuple(step.level for step in policy.severities),
        default_level=policy.default_severity,
    )  # fmt: skip


def ask_rules(context: AppContext) -> AskRules:
    """Return the rules about whom to ask, and what happens if nobody answers. Only members are asked."""
    settings, roster = context.config.settings, context.roster
    return AskRules(
        has_on_call=settings.duty.oncall_command is not None,
        pool=tuple(context.person(address) for address in settings.duty.commanders if roster.has(address)),
        declare_after=settings.alerts.declare_after,
        expires_after=settings.incident.proposals_expire_after,
    )
