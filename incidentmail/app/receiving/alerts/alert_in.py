"""Recognise and parse mail from a listed monitoring system. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass

from incidentmail.app.alerting.rules import alert_rules
from incidentmail.app.context import AppContext
from incidentmail.core.alerts.addresses import is_alert_address
from incidentmail.inbound.alerts.alert import AlertMail
from incidentmail.inbound.alerts.read_alert import read_alert
from incidentmail.inbound.alerts.standing import Standing, is_alert_form, standing
from incidentmail.inbound.authentication.author import Provenance
from incidentmail.inbound.message import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertIn:
    """An alert that arrived: its sender, the trust in that sender, and its content."""

    sender: str
    standing: Standing
    alert: AlertMail


def alert_in(message: Message, context: AppContext | None, provenance: Provenance | None) -> AlertIn | None:
    """Return the alert in a message, or None if its sender is not listed or it does not have the form of an alert."""
    sender = message.header_from
    if context is None or provenance is None or sender is None or not context.roster.alert_senders:
        return None
    found = standing(provenance, is_secret=_came_to_secret_address(message, context))
    if found is None or not is_alert_form(message):
        return None
    return AlertIn(sender=sender.address, standing=found, alert=read_alert(message, alert_rules(context)))


def _came_to_secret_address(message: Message, context: AppContext) -> bool:
    own = str(context.config.bot.address)
    places = (*message.envelope.forward_paths, *(box.address for box in (*message.to, *message.cc)))
    return any(is_alert_address(context.key, own, place) for place in places)
