"""What the operator is told by mail: that something failed which only the operator can fix.

At most once a day of one kind about one subject, and ten an hour of all; `incidentmail status` shows the rest. No alarm
is raised about an alarm: it belongs to no incident, and what failed for the operator's own address is only shown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from incidentmail.errors import RenderError
from incidentmail.ledger.values import OutboxMail, Outcome, Recipient
from incidentmail.outbound.operator_alarm import Alarm

from .context import AppContext
from .private_mail import note_alarm


def tell_operator(context: AppContext, alarm: Alarm) -> bool:
    """Note that the operator is to be told; return False if there is none, or if a limit keeps it back.

    A transaction of its own: what it tells of has happened, even if the alarm cannot be written.
    """
    address = context.config.settings.operator.address
    if address is None or context.is_muted:
        return False
    with context.ledger.transaction() as tx:
        return note_alarm(tx, alarm, address=address, at=context.now())


def tell_of_failures(context: AppContext, before: OutboxMail, after: OutboxMail, *, given_up: Collection[str]) -> None:
    """Tell which recipients of a mail about an incident have failed for good in this attempt."""
    open_before = {recipient.address for recipient in before.recipients if recipient.state == "queued"}
    known = {recipient.address for recipient in before.recipients}
    for recipient in after.recipients:
        is_new = recipient.address in open_before or recipient.address not in known
        if recipient.state == "failed" and is_new and _concerns_operator(context, after, recipient):
            tell_operator(context, _failure(after, recipient, given_up=recipient.address in given_up))


def tell_of_set_aside(context: AppContext, outcome: Outcome) -> None:
    """Tell that a mail was accepted and cannot be read."""
    tell_operator(
        context,
        Alarm(
            kind="set aside",
            subject=f"number {outcome.seq}",
            lines=(f"number {outcome.seq}", f"from {outcome.header_from or 'nobody'}", outcome.reason or ""),
            remedy="Its bytes are in the ledger, and its writer is not told: look at it with 'incidentmail inbox', see "
            "that whoever wrote it is heard, and report the fault.",
        ),
    )  # fmt: skip


def tell_of_templates(context: AppContext, faults: Sequence[RenderError]) -> None:
    """Tell which of the organisation's own templates failed, so that the built-in ones took their place."""
    for fault in faults:
        remedy = "The built-in template took its place. 'incidentmail template check' tries all of them."
        tell_operator(context, Alarm(kind="template", subject=str(fault)[:120], lines=(str(fault),), remedy=remedy))


def _concerns_operator(context: AppContext, mail: OutboxMail, recipient: Recipient) -> bool:
    return mail.incident is not None and recipient.address != context.config.settings.operator.address


def _failure(mail: OutboxMail, recipient: Recipient, *, given_up: bool) -> Alarm:
    return Alarm(
        kind="given up" if given_up else "refused",
        subject=recipient.address,
        lines=tuple(_facts(mail, recipient)),
        remedy="Who should have read it may not know. Tell them another way if it matters, mend the address or "
        f"[mail] relay, then 'incidentmail outbox retry {mail.id}'.",
    )


def _facts(mail: OutboxMail, recipient: Recipient) -> Iterator[str]:
    yield f"to {recipient.address}"
    yield f"mail {mail.id} of {mail.incident}, {mail.message_id.strip('<>')}"
    yield recipient.reply or "no reply"
    others = [r.address for r in mail.recipients if r.state == "sent"]
    if others:
        yield f"taken for {', '.join(others)}"
