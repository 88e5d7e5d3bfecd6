"""Combine an answer to our question with the message that the question was about: a filed message, or an alert."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from incidentmail.app.alerting.declare import proposed_details
from incidentmail.app.context import AppContext
from incidentmail.app.receiving.decide_commands import Asked, asked_in
from incidentmail.app.receiving.recognise import Recognised, recognise
from incidentmail.core.alerts.proposal import AlertProposal
from incidentmail.core.alerts.words import title_of
from incidentmail.core.commands import AcceptProposal, SetSeverity
from incidentmail.core.frozen import replace
from incidentmail.core.model import Actor, Trust
from incidentmail.core.policy import Policy
from incidentmail.inbound.message import Message
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import Accepted
from incidentmail.reply.parsed import ReadCommand

from .beginning import Beginning


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The message that a question was about: its commands and prose, the facts that it names, and its alert, if any."""

    message: Message
    asked: tuple[Asked, ...] = ()
    prose: str = ""
    beginning: Beginning | None = None
    alert: AlertProposal | None = None


def before_of(context: AppContext, tx: Transaction, mail: Recognised, filed: Accepted, actor: Actor) -> Before:
    """Return the message that our question was about. `mail` is the answer to that question."""
    alert = tx.alert(mail.asked_alert) if mail.asked_alert is not None else None
    return _filed(context, tx, filed, actor) if alert is None else _alert(context, tx, mail.message, alert)


def with_severity_seen(asked: Sequence[Asked], before: Before, policy: Policy) -> list[Asked]:
    """Return the commands of an answer. A bare `yes` stands for the severity that the message states or names.

    People who answer about an alert were shown its severity, so that severity counts unless they state another one.
    """
    if before.alert is not None:
        return _with_severity_of_alert(asked, before.alert)
    states = any(isinstance(one.command, SetSeverity) for one in before.asked)
    seen = before.beginning.severity if before.beginning else None
    kept: list[Asked] = []
    for one in asked:
        if one.read is None or not (one.read.unsure and one.read.form == "shorthand" and one.read.name == "severity"):
            kept.append(one)
        elif not states:
            kept.append(one if seen is None or policy.severity(seen) is None else _of_severity(one, seen))
    return kept


def _alert(context: AppContext, tx: Transaction, answer: Message, alert: AlertProposal) -> Before:
    """Return an alert in the form of a message that a question was about. The alert's text contains no commands."""
    message = replace(answer, subject=title_of(alert), message_id=alert.message_id)
    return Before(message=message, prose=proposed_details(context, tx, alert), alert=alert)


def _filed(context: AppContext, tx: Transaction, filed: Accepted, actor: Actor) -> Before:
    """Return a filed message and its content, now that its writer has answered our question.

    Our question does not repeat the lines of that message, so the answer does not prove them. The commands in them get
    the lower trust of the two messages.
    """
    reading = context.reader.earlier(filed)
    mail = recognise(reading, context, tx, received_at=filed.received_at, is_filed=True)
    if mail.understood is None:
        return Before(message=reading.message)
    trust = min(actor.trust, mail.trust or Trust.STRANGER, key=lambda trust: trust.rank)
    by = Actor(person=actor.person, trust=trust)
    prose = mail.understood.read.prose
    return Before(message=reading.message, asked=asked_in(mail.understood, by), prose=prose, beginning=mail.beginning)


def _with_severity_of_alert(asked: Sequence[Asked], alert: AlertProposal) -> list[Asked]:
    kept = [one for one in asked if not isinstance(one.command, AcceptProposal)]
    if any(isinstance(one.command, SetSeverity) for one in kept) or not asked:
        return kept
    command = SetSeverity(alert.severity)
    read = ReadCommand(command=command, name="severity", value=alert.severity, form="shorthand", line=1)
    return [dataclasses.replace(asked[0], command=command, read=read), *kept]


def _of_severity(asked: Asked, severity: int) -> Asked:
    command = SetSeverity(severity)
    read = asked.read and replace(asked.read, command=command, value=severity, unsure=False)
    return dataclasses.replace(asked, command=command, read=read)
