"""Send alarms to the operator: mail about a failure that only the operator can fix.

At most one alarm a day is sent about the same subject of the same kind, and only a few alarms an hour of each kind.
Once an hour, the operator is told how many alarms these limits have stopped; `incidentmail status` shows them. An alarm
never causes another alarm: it belongs to no incident, and failures of mail to the operator's own address are only
shown.
"""

from __future__ import annotations

from collections.abc import Sequence

from incidentmail.app.context import AppContext
from incidentmail.errors import RenderError
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import Outcome
from incidentmail.outbound.operator_alarm import HEADINGS, Alarm

from .mail_kinds import ALARM, DAY, HOUR
from .private_mail import note_alarm, note_hidden_authors


def tell_operator(context: AppContext, alarm: Alarm) -> bool:
    """Schedule an alarm to the operator. Return False if there is no operator or a limit prevents it.

    The alarm has a transaction of its own, so that a failed alarm does not undo the record of the failure.
    """
    address = context.config.settings.operator.address
    if address is None or context.is_muted:
        return False
    with context.ledger.transaction() as tx:
        return note_alarm(tx, alarm, address=address, at=context.now())


def tell_of_hidden_authors(context: AppContext, tx: Transaction, list_address: str) -> None:
    """Tell the operator, once, that the list hides authors, so that replies through the list cannot count."""
    address, at = context.config.settings.operator.address, context.now()
    if not note_hidden_authors(tx, list_address, at=at) or address is None or context.is_muted:
        return
    alarm = Alarm(
        kind="anonymous list",
        subject=list_address,
        lines=(f"{list_address} passes mail on without its author",),
        remedy="Nobody can be believed whose name is not there: what is answered through this list is kept as it is, "
        "and changes nothing. Switch that off in the list, or tell people to write to "
        f"{context.config.bot.address} as well. Our mails say so from now on.",
    )
    note_alarm(tx, alarm, address=address, at=at)


def tell_of_unbelieved_alerts(context: AppContext, tx: Transaction, sender: str) -> None:
    """Tell the operator that alerts came in the name of a listed sender, without proof that this sender sent them."""
    why = f"alerts of {sender} propose nothing, because nothing proves that {sender} sent them"
    remedy = "Have the alerts sent to the address that 'incidentmail alert address' prints, or sign them (DKIM)."
    _tell_of_alerts(context, tx, Alarm(kind="alert sender", subject=sender, lines=(why,), remedy=remedy))


def tell_of_old_alerts(context: AppContext, tx: Transaction, sender: str, age: str) -> None:
    """Tell the operator that alerts arrive long after they were written, or come from a machine with a wrong clock."""
    why = f"an alert of {sender} proposed nothing, because its Date is {age} ago"
    remedy = "Is the clock of that machine right? If so, look for where its mail waits."
    _tell_of_alerts(context, tx, Alarm(kind="alert sender", subject=f"{sender} is late", lines=(why,), remedy=remedy))


def _tell_of_alerts(context: AppContext, tx: Transaction, alarm: Alarm) -> None:
    address = context.config.settings.operator.address
    if address is not None and not context.is_muted:
        note_alarm(tx, alarm, address=address, at=context.now())


def tell_of_set_aside(context: AppContext, outcome: Outcome) -> None:
    """Tell the operator that a message was accepted but cannot be parsed."""
    tell_operator(
        context,
        Alarm(
            kind="set aside",
            subject=f"number {outcome.seq}",
            lines=(f"number {outcome.seq}", f"from {outcome.header_from or 'nobody'}", outcome.reason or ""),
            remedy="Its bytes are in the ledger, and its writer is not told. 'incidentmail inbox' shows it; "
            f"'incidentmail inbox assign {outcome.seq} INCIDENT' reads it once more. If that fails, ask its writer, "
            "and report the fault.",
        ),
    )  # fmt: skip


def tell_of_templates(context: AppContext, faults: Sequence[RenderError]) -> None:
    """Tell the operator which of the organisation's own templates failed and were replaced by built-in ones."""
    for fault in faults:
        remedy = "The built-in template took its place. 'incidentmail template check' tries all of them."
        tell_operator(context, Alarm(kind="template", subject=str(fault)[:120], lines=(str(fault),), remedy=remedy))


def tell_of_kept_alarms(context: AppContext) -> None:
    """Tell the operator, once an hour, how many alarms a limit has stopped since the last time."""
    address, at = context.config.settings.operator.address, context.now()
    if address is None or context.is_muted:
        return
    with context.ledger.snapshot() as view:
        kept = view.alarms_kept_back(at - DAY)
        told = view.private_mails_since(at - HOUR, kind=ALARM, cause="kept back")
    if not kept or told:
        return
    alarm = Alarm(
        kind="kept back",
        subject=f"{sum(kept.values())} more",
        lines=tuple(f"{HEADINGS[kind]}: {count} more" for kind, count in kept.items() if kind in HEADINGS),
        remedy="You were told of the first ones of each kind. 'incidentmail status' and 'incidentmail outbox list' "
        "show the others. If one address causes so many, take it off the roster or block it.",
    )
    with context.ledger.transaction() as tx:
        note_alarm(tx, alarm, address=address, at=at, always=True)
