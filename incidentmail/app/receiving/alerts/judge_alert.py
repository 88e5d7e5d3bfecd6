"""Judge mail from a monitoring system, and the answers of people who were asked about an alert."""

from __future__ import annotations

import re

from incidentmail.app.alerting.declare import note_declared
from incidentmail.app.alerting.notes import note_on_incident
from incidentmail.app.alerting.rules import ask_rules
from incidentmail.app.alerting.settle import settle
from incidentmail.app.alerting.take import Arrived, take
from incidentmail.app.context import AppContext
from incidentmail.app.receiving.alerts.alert_in import AlertIn
from incidentmail.app.receiving.declare_by_hand import declare_by_hand
from incidentmail.app.receiving.outcomes import cause, outcome_of
from incidentmail.app.receiving.recognise import Recognised
from incidentmail.app.receiving.shortfall import Judgement, Shortfall
from incidentmail.app.telling.alarms import tell_of_old_alerts, tell_of_unbelieved_alerts
from incidentmail.core.alerts.proposal import AlertProposal
from incidentmail.core.alerts.words import end_words
from incidentmail.core.commands import AcceptProposal, RejectProposal
from incidentmail.core.frozen import replace
from incidentmail.core.leaks.leaked_secrets import masked
from incidentmail.core.model import Actor, Incident, Person, Trust
from incidentmail.core.text import clip, one_line
from incidentmail.core.times import show_duration
from incidentmail.inbound.alerts.standing import TOO_OLD, UNPROVEN
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import ALERT_ANSWER, Accepted, OutcomeName
from incidentmail.outbound.alerts.alert_mails import NO, YES

REASON_CHARS_MAX = 200
_NO_INCIDENT = re.compile(
    r"(?:(?:it is|it's|this is|that is|that's)\s)?(?:a\s)?(?:false (?:alarm|positive)|(?:not an|no) incident)[.!]*",
    re.I,
)


def judge_about_alert(context: AppContext, tx: Transaction, accepted: Accepted, mail: Recognised) -> Judgement | None:
    """Return the judgement of an alert, or of a member's answer to a question about one. Return None for other mail."""
    if mail.alert is not None:
        return _judge_alert(context, tx, accepted, mail, mail.alert)
    asked = tx.alert(mail.asked_alert) if mail.asked_alert is not None else None
    if asked is None or not mail.is_letter or mail.trust in (None, Trust.STRANGER):
        return None
    return _judge_answer(context, tx, accepted, mail, asked)


def _judge_alert(
    context: AppContext, tx: Transaction, accepted: Accepted, mail: Recognised, came: AlertIn
) -> Judgement:
    if not came.standing.counts:
        if came.standing.rule == UNPROVEN:
            tell_of_unbelieved_alerts(context, tx, came.sender)
        return Judgement(outcome=outcome_of(accepted, mail, "filed", f"it proposes nothing: {came.standing.why}"))
    written_at, expires_after = mail.message.date, ask_rules(context).expires_after
    if written_at is not None and accepted.received_at - written_at > expires_after:
        old = show_duration(accepted.received_at - written_at)
        tell_of_old_alerts(context, tx, came.sender, old)
        outcome = outcome_of(accepted, mail, "filed", f"it proposes nothing: it was written {old} ago")
        return Judgement(outcome=replace(outcome, rule=TOO_OLD))
    arrived = Arrived(
        sender=came.sender, message_id=mail.message.message_id, at=accepted.received_at, mail=cause(accepted)
    )
    taken = take(context, tx, came.alert, came.standing, arrived)
    outcome = outcome_of(accepted, mail, taken.effect, taken.reason)
    return Judgement(outcome=replace(outcome, incident=taken.incident))


def _judge_answer(
    context: AppContext, tx: Transaction, accepted: Accepted, mail: Recognised, asked: AlertProposal
) -> Judgement | None:
    who, understood = mail.who, mail.understood
    if who is None or understood is None or mail.trust is None:
        return None
    if mail.misnamed is not None:
        return None  # the writer gets an answer that lists the incidents
    if mail.incident is not None:
        return _joins(context, tx, accepted, mail, asked, mail.incident, who)
    commands = [one.command for one in understood.read.commands]
    says_no = any(isinstance(command, RejectProposal) for command in commands) or _is_no(mail)
    says_yes = any(isinstance(command, AcceptProposal) for command in commands)
    declares = mail.beginning is not None and mail.beginning.declares
    if declares or (says_yes and asked.is_open):
        tx.know_sender(who)
        return declare_by_hand(context, tx, accepted, mail, understood, Actor(person=who, trust=mail.trust))
    if says_no and asked.is_open:
        reason = clip(one_line(masked(understood.read.prose)[0]), REASON_CHARS_MAX)
        settle(context, tx, asked, "rejected", at=mail.decided_at, by=who, reason=reason)
        return _answered(accepted, mail, "applied", f"alert {asked.number} is no incident")
    if says_no:
        return _answered(accepted, mail, "note", f"alert {asked.number} was settled before")
    return _told(context, accepted, mail, asked)


def _joins(
    context: AppContext, tx: Transaction, accepted: Accepted, mail: Recognised, asked: AlertProposal,
    incident: Incident, who: Person,
) -> Judgement | None:  # fmt: skip
    """Add an alert to the incident that an answer names. Return None if the answer contains other text as well."""
    at = mail.decided_at
    if asked.is_open and incident.is_open:
        note_declared(context, tx, asked, incident.id, by=who, at=at, joins=True)
    if mail.understood is not None and mail.understood.extraction.new_text.strip():
        return None
    if asked.is_open and incident.is_open and (joined := tx.alert(asked.number)):
        text = f'The alert "{asked.title}" belongs to this incident, says {who.name}.'
        tx.save_alert(note_on_incident(context, tx, joined, text, at=at, caused_by=cause(accepted)))
    return _answered(accepted, mail, "applied", f"alert {asked.number} belongs to {incident.id}")


def _answered(accepted: Accepted, mail: Recognised, name: OutcomeName, reason: str) -> Judgement:
    return Judgement(outcome=replace(outcome_of(accepted, mail, name, reason), rule=ALERT_ANSWER))


def _is_no(mail: Recognised) -> bool:
    """Return whether an answer says, in its own words and without anything else, that the alert is not an incident."""
    said = one_line(mail.understood.extraction.new_text) if mail.understood else ""
    return _NO_INCIDENT.fullmatch(said) is not None


def _told(context: AppContext, accepted: Accepted, mail: Recognised, asked: AlertProposal) -> Judgement:
    """Return the judgement of an answer that has no effect, because it comes too late or is neither yes nor no."""
    said = one_line(mail.understood.extraction.new_text) if mail.understood else ""
    if asked.is_open:
        result = "This is neither yes nor no, so nothing is declared yet."
        instead, also = YES, f", or {NO}"
    else:
        result = end_words(asked, mail.decided_at, context.config.settings.timezones)
        result += " To declare it all the same, reply with a severity."
        instead, also = f"sev {asked.severity}", ""
    shortfall = Shortfall(
        kind="refused", reason=result, remedy=f"reply '{instead}'{also}", text=said, result=result, instead=instead
    )
    outcome = outcome_of(accepted, mail, "refused", str(shortfall))
    return Judgement(outcome=outcome, shortfalls=(shortfall,))
