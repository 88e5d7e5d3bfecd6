"""Write sample mails about an alert, for previews and for testing templates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from incidentmail.core.alerts.proposal import AlertProposal, Settled
from incidentmail.core.model import Incident, Person
from incidentmail.outbound.alerts.alert_mails import AlertNow, render_about_alert
from incidentmail.outbound.draft import Sender
from incidentmail.outbound.header_fields import Mail
from incidentmail.outbound.private_mails import Private


def alert_mails(
    sender: Sender, incident: Incident, *, to: Person, at: datetime, origin: str
) -> Iterator[tuple[str, Mail]]:
    """Yield the question about an alert, and the mail about the alert's end. Raise RenderError if a template fails."""
    waits = AlertProposal(
        number=1, mail=1, message_id="<z@example.com>", sender="alerts@monitoring.example.com", system="Grafana",
        title=incident.description, details="Severity: high\nHost: web1", severity=incident.severity,
        because="high", is_proven=True, opened_at=at - timedelta(minutes=4), last_at=at, ask_at=at, count=3,
    )  # fmt: skip
    over = waits.settle("rejected", Settled(at=at, by=to, reason="it is the load test"))
    yield (
        "alert",
        render_about_alert(
            sender, Private(template="alert", to=to, number=1),
            AlertNow(proposal=waits, declares_at=at + timedelta(minutes=10), commander=to),
            at=at, serial=8, ref=incident.ref, origin=origin,
        ),
    )  # fmt: skip
    yield (
        "alert-over",
        render_about_alert(
            sender, Private(template="alert_over", to=to, number=1), AlertNow(proposal=over), at=at, serial=9,
            ref=incident.ref, origin=origin,
        ),
    )  # fmt: skip
