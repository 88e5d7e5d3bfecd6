"""Process one alert: create, extend or end a proposal, add a note to an incident, or change nothing."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Literal

from incidentmail.app.context import AppContext
from incidentmail.core.alerts.joining import Placed, Seen, come_back, joined, place_of
from incidentmail.core.alerts.proposal import AlertPart, AlertProposal
from incidentmail.core.frozen import Frozen, replace
from incidentmail.core.ids import without_codes
from incidentmail.core.leaks.leaked_secrets import masked
from incidentmail.core.text import counted
from incidentmail.core.times import show_time
from incidentmail.inbound.alerts.alert import AlertMail
from incidentmail.inbound.alerts.standing import Standing
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import CausedBy
from incidentmail.ledger.view import LedgerView

from .notes import incident_of, is_worth_a_note, note_on_incident
from .rules import ask_rules
from .settle import settle

KEY_CHARS = 32
Effect = Literal["applied", "note", "held", "automatic"]


class Arrived(Frozen, kw_only=True):
    """How an alert arrived: its sender, its Message-ID, its time, and its sequence number."""

    sender: str
    message_id: str | None
    at: datetime
    mail: CausedBy


class Taken(Frozen, kw_only=True):
    """The effect of an alert: the outcome of its mail, the reason for that outcome, its proposal, and its incident."""

    effect: Effect
    reason: str
    proposal: int | None = None
    incident: str | None = None


def take(context: AppContext, tx: Transaction, alert: AlertMail, standing: Standing, arrived: Arrived) -> Taken:
    """Process an alert from a sender listed in the configuration."""
    key = _key(arrived.sender, alert.key, is_proven=standing.is_proven)
    known = tx.alert_with(key)
    part = tx.alert_part(known.number, key) if known else None
    if alert.kind == "no alert":
        return Taken(effect="automatic", reason="it is no alert, and proposes nothing")
    if alert.kind == "news" and (known is None or not known.is_open):
        return Taken(effect="automatic", reason="it is news about an alert, and proposes nothing")
    if alert.kind == "recovered":
        return _recover(context, tx, known, part, arrived)
    seen = Seen(severity=alert.severity, is_proven=standing.is_proven, at=arrived.at)
    newest = tx.newest_alert()
    placed = place_of(
        seen, known, part, newest, quiet_for=ask_rules(context).expires_after,
        is_incident_open=known is not None and _has_open_incident(tx, known),
        takes_more=newest is not None and (newest.is_open or _has_open_incident(tx, newest)),
    )  # fmt: skip
    if placed.proposal is None:
        return _propose(context, tx, alert, standing, arrived, key)
    return _join(context, tx, alert, placed, seen, arrived, key)


def _key(sender: str, what: str, *, is_proven: bool) -> str:
    """Return the key of an alert. The key is a hash, so it contains no text that may have to be redacted.

    Alerts from unproven senders have separate keys, so that a forged mail can neither end nor worsen a proven proposal.
    """
    parts = (sender, what, str(is_proven))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:KEY_CHARS]


def _kept(text: str) -> str:
    """Return an alert's text without secrets and without codes that refer to our incidents."""
    return masked(without_codes(text))[0]


def _has_open_incident(view: LedgerView, proposal: AlertProposal) -> bool:
    incident = incident_of(view, proposal)
    return incident is not None and incident.is_open


def _propose(
    context: AppContext, tx: Transaction, alert: AlertMail, standing: Standing, arrived: Arrived, key: str
) -> Taken:
    at, title = arrived.at, _kept(alert.title)
    proposal = tx.add_alert(
        AlertProposal(
            mail=arrived.mail.seq, message_id=arrived.message_id, sender=arrived.sender, system=alert.system,
            title=title, details=_kept(alert.text), severity=alert.severity, because=alert.because,
            is_proven=standing.is_proven, opened_at=at, last_at=at,
            ask_at=at + context.config.settings.mail.follow_up_after,
        )
    )  # fmt: skip
    part = AlertPart(key=key, title=title, severity=alert.severity, count=1, last_at=at)
    tx.save_alert_part(proposal.number, part)
    tx.note_alert_mail(arrived.mail.seq, proposal.number)
    return Taken(effect="held", reason=f"alert {proposal.number} proposes an incident", proposal=proposal.number)


def _join(
    context: AppContext, tx: Transaction, alert: AlertMail, placed: Placed, seen: Seen, arrived: Arrived, key: str
) -> Taken:
    proposal = placed.proposal
    assert proposal is not None
    before = tx.alert_part(proposal.number, key)
    proposal = come_back(proposal, seen.at) if placed.place == "comes back" else proposal
    proposal = joined(proposal, seen, because=alert.because, is_new_part=before is None)
    part = before or AlertPart(key=key, title=_kept(alert.title), severity=alert.severity, count=0, last_at=seen.at)
    was_over = part.is_over
    part = replace(part, count=part.count + 1, last_at=seen.at, is_over=False)
    part = replace(part, severity=min(part.severity, alert.severity))
    tx.save_alert_part(proposal.number, part)
    tx.note_alert_mail(arrived.mail.seq, proposal.number)
    if placed.place == "on incident":
        again = "fires again" if was_over else f"came again, {part.count} times so far" if before else "came too"
        if was_over or is_worth_a_note(part.count if before else proposal.count):
            text = f'The alert "{part.title}" {again}.'
            proposal = note_on_incident(context, tx, proposal, text, at=seen.at, caused_by=arrived.mail)
    tx.save_alert(proposal)
    number, many = proposal.number, counted(proposal.count, "mail")
    reasons = {
        "joins": f"it joins alert {number}, {many} so far",
        "comes back": f"alert {number} was over and has come back",
        "on incident": f"it belongs to alert {number}, which was declared",
        "quiet": f"somebody said no to alert {number}, so nobody is asked again",
    }
    effects: dict[str, Effect] = {"on incident": "note", "quiet": "automatic"}
    return Taken(
        effect=effects.get(placed.place, "held"), reason=reasons[placed.place], proposal=number,
        incident=_incident_name(tx, proposal),
    )  # fmt: skip


def _recover(
    context: AppContext, tx: Transaction, known: AlertProposal | None, part: AlertPart | None, arrived: Arrived
) -> Taken:
    """Record that an alert is over. If it was the last alert of an open proposal, end the proposal."""
    if known is None or part is None:
        return Taken(effect="automatic", reason="it is over, and nothing was proposed about it")
    number, at = known.number, arrived.at
    tx.note_alert_mail(arrived.mail.seq, number)
    if part.is_over:
        return Taken(effect="automatic", reason=f"alert {number} was over already", proposal=number)
    tx.save_alert_part(number, replace(part, is_over=True, last_at=at))
    left = tx.alerts_left(number)
    if known.is_open and left == 0:
        settle(context, tx, known, "recovered", at=at)
        return Taken(effect="applied", reason=f"alert {number} is over, before anybody answered", proposal=number)
    reason = f"a part of alert {number} is over, {counted(left, 'alert')} left" if left else f"alert {number} is over"
    if known.state == "declared" and left == 0:
        all_of_them = f"All {known.alerts} alerts are" if known.alerts > 1 else f'The alert "{part.title}" is'
        text = f"{all_of_them} over, says {arrived.sender} at {show_time(at, context.config.settings.timezones)}."
        tx.save_alert(note_on_incident(context, tx, known, text, at=at, caused_by=arrived.mail))
        return Taken(effect="note", reason=reason, proposal=number, incident=_incident_name(tx, known))
    return Taken(effect="automatic", reason=reason, proposal=number, incident=_incident_name(tx, known))


def _incident_name(view: LedgerView, proposal: AlertProposal) -> str | None:
    incident = incident_of(view, proposal)
    return incident.id if incident else None
