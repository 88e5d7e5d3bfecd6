"""Our own copy: did the list return what we sent to it? If not, nobody may have read it, and somebody must know.

A moderator holds a mail silently, and so does a list that takes it for a command. An installation that no list mail
reaches must not cry wolf: unless the configuration sets a time in so many words, the watch begins with the first mail
that came back. What is told goes to single addresses, never to the list, and is not watched itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from incidentmail.app.context import AppContext
from incidentmail.app.private_mail import reserve
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import OutboxMail
from incidentmail.ledger.view import LedgerView
from incidentmail.outbound.not_returned_alarm import render_not_returned

from .enqueue import enqueue, occasion

WATCHED_FOR = timedelta(days=1)
"""After the time in which it should have come back; what is missing for longer is news to nobody."""


def watch(context: AppContext, *, heard_until: datetime) -> list[OutboxMail]:
    """Return the mails that should have come back by now and have not; operator and commander are told once of each.

    `heard_until`: mail that comes in has been read up to then.
    """
    patience = context.config.settings.list.returns_within
    if not patience or context.config.settings.mail.mute:
        return []
    with context.ledger.snapshot() as view:
        if not _overdue(context, view, heard_until - patience):
            return []
    with context.ledger.transaction() as tx:
        missing = _overdue(context, tx, heard_until - patience)
        for mail in missing:
            _tell(context, tx, mail, patience)
            tx.mark_missed(mail.id, at=context.now())
        return missing


def _overdue(context: AppContext, view: LedgerView, until: datetime) -> list[OutboxMail]:
    settings = context.config.settings.list
    after = context.now() - settings.returns_within - WATCHED_FOR
    if "returns_within" not in settings.model_fields_set:
        first = view.first_return()
        if first is None:
            return []
        after = max(after, first)
    return [mail for address in context.config.lists for mail in view.unreturned(address, after=after, until=until)]


def _tell(context: AppContext, tx: Transaction, missing: OutboxMail, patience: timedelta) -> None:
    """Put the alarm into the outbox, if there is anybody to tell."""
    incident = tx.incident(missing.incident) if missing.incident else None
    if incident is None:
        return
    known = (context.config.settings.operator.address, incident.commander.address)
    nobody = (None, *context.config.lists, context.config.bot.address)
    to = [address for address in dict.fromkeys(known) if address not in nobody]
    at = context.now()
    reserved = {str(one): reserve(tx, kind="not_returned", address=str(one), at=at, incident=incident.id) for one in to}
    told = {address: serial for address, serial in reserved.items() if serial is not None}
    if not told:
        return
    taken = [r.sent_at for r in missing.recipients if r.address in context.config.lists and r.sent_at]
    sent_at = taken[0] if taken else missing.next_attempt_at
    sender = context.sender(incident)
    if all(recipient.address != sender.list_address for recipient in missing.recipients):
        sender = context.public_sender()
    mail = render_not_returned(
        sender, incident, occasion(context, tx, incident), to=[*told],
        subject=missing.subject, missing=missing.message_id, sent_at=sent_at, patience=patience,
        serial=next(iter(told.values())),
    )  # fmt: skip
    enqueue(context, tx, incident, mail)
