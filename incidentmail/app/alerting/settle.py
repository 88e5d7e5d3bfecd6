"""End a proposal, and notify everybody who was asked."""

from __future__ import annotations

from datetime import datetime

from incidentmail.app.context import AppContext
from incidentmail.app.telling.mail_kinds import NOBODY
from incidentmail.app.telling.private_mail import TOLD_ALREADY, not_told, note_due
from incidentmail.core.alerts.proposal import AlertProposal, AlertState, Settled
from incidentmail.core.names.mailboxes import mailbox_of
from incidentmail.core.names.person import Person
from incidentmail.ledger.port import Transaction
from incidentmail.outbound.private_mails import Private


def settle(
    context: AppContext, tx: Transaction, proposal: AlertProposal, state: AlertState, *, at: datetime,
    by: Person | None = None, reason: str = "", incident: str | None = None, joins: bool = False,
) -> tuple[AlertProposal, tuple[str, ...]]:  # fmt: skip
    """Record how a proposal ended, and schedule mails to everybody who was asked.

    Return the updated proposal, and a text for each person who gets no mail because of a limit. If the proposal
    expired, nobody gets mail.
    """
    ended = proposal.settle(state, Settled(at=at, by=by, reason=reason, joins=joins), incident)
    tx.save_alert(ended)
    if state == "expired":
        return ended, ()
    untold: list[str] = []
    for address, person in {mailbox_of(str(one.person.address)): one.person for one in proposal.asked}.items():
        content = Private(template="alert_over", to=person, number=proposal.number, message_id=proposal.message_id)
        over = note_due(
            context, tx, content, kind="alert_over", at=at, cause=NOBODY, filed=proposal.mail,
            once=f"alert {proposal.number} {proposal.reopened} {state}",
        )  # fmt: skip
        if over is not None and over != TOLD_ALREADY:
            untold.append(not_told(address, over))
    return ended, tuple(untold)
