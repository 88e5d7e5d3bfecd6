"""Ask people about alerts, and act on their silence. `serve` and `flush` call this.

The program that reports who is on call runs outside any transaction, because it may hang.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from incidentmail.app.context import AppContext
from incidentmail.app.keeping.authority import leads
from incidentmail.app.reminding.on_call import on_call_for
from incidentmail.app.telling.mail_kinds import NOBODY
from incidentmail.app.telling.private_mail import TOLD_ALREADY, not_told, note_alarm, note_due
from incidentmail.core.alerts.asking import AskRules, Silence, asked_now, asks_on_call, is_expired, silence, with_asked
from incidentmail.core.alerts.proposal import AlertProposal, OnCallAnswer
from incidentmail.core.commands import Refused
from incidentmail.core.conduct.wanted_roles import COMMAND
from incidentmail.core.frozen import replace
from incidentmail.ledger.port import Transaction
from incidentmail.outbound.operator_alarm import Alarm
from incidentmail.outbound.private_mails import Private

from .declare import declare_alert
from .rules import ask_rules
from .settle import settle


def ask_about_alerts(context: AppContext) -> list[tuple[str, str]]:
    """Carry out the work that is due for open proposals.

    Return the alert and the reason for each person who gets no mail because of a limit.
    """
    now, rules = context.now(), ask_rules(context)
    with context.ledger.snapshot() as view:
        waiting = view.alerts()
        due = [p.number for p in reversed(waiting) if _has_work(p, rules, now)] if waiting else []
        if not due or not leads(context, view, None):
            return []
    untold: list[tuple[str, str]] = []
    for number in due:
        _ask_on_call(context, number, rules, now)
        with context.ledger.transaction() as tx:
            found = tx.alert(number)
            if found is not None and found.is_open and leads(context, tx, None):
                untold += ((f"alert {number}", reason) for reason in _act(context, tx, found, rules, now))
    return untold


def _has_work(proposal: AlertProposal, rules: AskRules, now: datetime) -> bool:
    return bool(
        asks_on_call(proposal, rules, now)
        or asked_now(proposal, rules, now)
        or silence(proposal, rules, now)
        or is_expired(proposal, rules, now)
    )


def _ask_on_call(context: AppContext, number: int, rules: AskRules, now: datetime) -> None:
    """Ask the configured command who is on call, outside any transaction, and record its answer."""
    with context.ledger.snapshot() as view:
        found = view.alert(number)
    if found is None or not asks_on_call(found, rules, now):
        return
    people, fault = on_call_for(context, COMMAND, found.severity, f"alert-{number}")
    with context.ledger.transaction() as tx:
        fresh = tx.alert(number)
        if fresh is not None and asks_on_call(fresh, rules, now):  # otherwise another process was faster
            tx.save_alert(replace(fresh, on_call=OnCallAnswer(at=now, people=people, fault=fault)))


def _act(
    context: AppContext, tx: Transaction, proposal: AlertProposal, rules: AskRules, now: datetime
) -> Iterator[str]:
    """Ask people, declare, tell the operator, or let the proposal expire.

    Yield a text for each person who gets no mail because of a limit.
    """
    if is_expired(proposal, rules, now):
        settle(context, tx, proposal, "expired", at=now)
        return
    means = silence(proposal, rules, now)
    if means is not None and means.commander is not None:
        begun = declare_alert(context, tx, proposal, actor=context.itself(), at=now, commander=means.commander)
        if not isinstance(begun, Refused):
            yield from begun.untold
            return
        means = Silence(alarm=f"it could not be declared by itself: {begun.reason}")
    if means is not None and not proposal.told_operator:
        proposal = replace(proposal, told_operator=True)
        tx.save_alert(proposal)
        _tell_operator(context, tx, proposal, means.alarm, now)
    for person in asked_now(proposal, rules, now):
        content = Private(template="alert", to=person, number=proposal.number, message_id=proposal.message_id)
        asked = with_asked(proposal, person, now)
        over = note_due(
            context, tx, content, kind="alert", at=now, cause=NOBODY, filed=proposal.mail,
            once=f"alert {proposal.number} {proposal.reopened} {proposal.severity} {asked[-1].times}",
        )  # fmt: skip
        # A person who cannot be asked because of a limit counts as asked, so that the next person is asked.
        proposal = replace(proposal, asked=asked)
        tx.save_alert(proposal)
        if over is not None and over != TOLD_ALREADY:
            yield not_told(str(person.address), over)


def _tell_operator(context: AppContext, tx: Transaction, proposal: AlertProposal, why: str, now: datetime) -> None:
    address = context.config.settings.operator.address
    if address is None or context.is_muted:
        return
    fault = proposal.on_call.fault if proposal.on_call else None
    alarm = Alarm(
        kind="alert",
        subject=f"alert {proposal.number}",
        lines=(
            f"{proposal.title} (severity {proposal.severity}), from {proposal.sender}",
            why,
            *([f"[duty] oncall_command: {fault}"] if fault else []),
        ),
        remedy=f"Nothing is declared yet. 'incidentmail alert accept {proposal.number}' declares it, and "
        f"'incidentmail alert reject {proposal.number}' ends it. [duty] names who is asked.",
    )
    note_alarm(tx, alarm, address=address, at=now)
