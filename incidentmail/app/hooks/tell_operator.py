"""Tell the operator that a hook has refused a delivery permanently, or has been failing for some minutes."""

from __future__ import annotations

from datetime import timedelta

from incidentmail.app.context import AppContext
from incidentmail.app.telling.private_mail import note_alarm
from incidentmail.config.hook_section import HookSection
from incidentmail.ledger.deliveries import Delivery
from incidentmail.ledger.port import Transaction
from incidentmail.outbound.operator_alarm import Alarm, AlarmKind

DOWN_AFTER = timedelta(minutes=5)
"""How long a hook may fail before the operator is told. A restart of the receiver takes less time."""


def tell_of_hook(context: AppContext, tx: Transaction, hook: HookSection, delivery: Delivery) -> None:
    """Schedule a mail to the operator, once a day for each hook and kind.

    The mail reveals nothing about the incident.
    """
    address, now = context.config.settings.operator.address, context.now()
    failed = delivery.state == "failed"
    waits = delivery.state == "queued" and delivery.last_error is not None and now - delivery.queued_at >= DOWN_AFTER
    if address is None or context.is_muted or not (failed or waits):
        return
    kind: AlarmKind = "hook refused" if failed else "hook down"
    if failed:
        remedy = f"Nobody was told by this hook. Correct it, then 'incidentmail outbox retry h{delivery.id}'."
    else:
        remedy = (
            "What it should be told is kept, in order, and tried again. 'incidentmail outbox' lists it, and "
            f"'incidentmail hook test {hook.name}' calls it."
        )
    lines = (
        f"the hook {hook.name}, {hook.place}",
        f"delivery h{delivery.id} of {delivery.incident}, {delivery.event}",
        delivery.last_error or "",
    )
    alarm = Alarm(kind=kind, subject=f"hook {hook.name}", lines=lines, remedy=remedy)
    note_alarm(tx, alarm, address=address, at=now, always=True)
