"""Watch for the copy of our message that the list returns, and tell people if the copy does not arrive.

If the copy does not arrive, it is possible that nobody has read the message. A moderator may hold a message back
without saying so, and a list may mistake a message for a command. An installation that no mail reaches must not raise
false alarms (silent_list.py). If the list has never returned anything, this is reported once for each incident,
otherwise once for each message. Reports go to individual addresses, never to the list, and are not watched themselves.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from incidentmail.app.context import AppContext
from incidentmail.app.telling.private_mail import reserve
from incidentmail.app.telling.private_numbers import private_number
from incidentmail.app.telling.silent_list import awaits_copies
from incidentmail.errors import RenderError
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import OutboxMail
from incidentmail.ledger.view import LedgerView
from incidentmail.outbound.not_returned_alarm import render_not_returned

from .enqueue import MadeMails, MailFault, enqueue, occasion

EVER = datetime(2000, 1, 1, tzinfo=UTC)
WATCHED_FOR = timedelta(days=1)
"""How long a message is watched after the time at which it should have come back.

If it has been missing for longer, nobody needs to be told any more.
"""


def watch(context: AppContext, *, heard_until: datetime) -> tuple[list[OutboxMail], MadeMails]:
    """Tell the operator and the commander, once, about each message whose copy from the list is overdue.

    Return those messages, and the alarms written about them. `heard_until` is the time up to which incoming mail has
    been processed. If nobody can be told now, because of a limit or because the alarm cannot be written, telling them
    is retried next time.
    """
    patience = context.config.settings.list.returns_within
    if not patience or context.is_muted:
        return [], MadeMails()
    with context.ledger.snapshot() as view:
        overdue = _overdue(context, view, heard_until - patience)
    missing: list[OutboxMail] = []
    made: list[str] = []
    faults: list[MailFault] = []
    for mail in overdue:
        try:
            with context.ledger.transaction() as tx:
                now = next(iter(tx.outbox(message_ids=[mail.message_id])), None)
                if now is None or now.returned_at or now.missed_at:  # it has come back, or another process was faster
                    continue
                alarm = _tell(context, tx, mail, patience)
                if alarm is None:
                    continue
                tx.mark_missed(mail.id, at=context.now())
            made += alarm
            missing.append(mail)
        except RenderError as error:
            faults.append(MailFault(mail.incident, error, is_private=True))
    return missing, MadeMails(tuple(made), tuple(faults))


def _overdue(context: AppContext, view: LedgerView, until: datetime) -> list[OutboxMail]:
    if not awaits_copies(context, view):
        return []
    after = context.now() - context.config.settings.list.returns_within - WATCHED_FOR
    return [mail for address in context.config.lists for mail in view.unreturned(address, after=after, until=until)]


def _tell(context: AppContext, tx: Transaction, missing: OutboxMail, patience: timedelta) -> list[str] | None:
    """Put the alarm about a missing copy into the outbox, and return its Message-ID in a list.

    Return [] if there is nobody to tell, and None if a limit prevents the alarm.
    """
    incident = tx.incident(missing.incident) if missing.incident else None
    if incident is None:
        return []
    sent_to = next(address for address in context.config.lists if _went_to(missing, address))
    is_silent = bool(tx.never_returned([sent_to]))
    if is_silent and tx.private_mails_since(EVER, incident=incident.id, kind="not_returned", digest=sent_to):
        return []
    known = (context.config.settings.operator.address, incident.commander.address)
    nobody = (None, *context.config.lists, context.config.bot.address)
    to = [str(address) for address in dict.fromkeys(known) if address not in nobody]
    reserved = reserve(tx, kind="not_returned", to=to, at=context.now(), incident=incident.id, digest=sent_to)
    if reserved.serial is None:
        return None if to else []
    sent_at = next((r.sent_at for r in missing.recipients if r.address == sent_to and r.sent_at), None)
    sender = context.sender(incident)
    if sender.list_address != sent_to:
        sender = context.public_sender()
    mail = render_not_returned(
        sender, incident, occasion(context, tx, incident), to=reserved.to,
        subject=missing.subject, missing=missing.message_id, sent_at=sent_at or missing.next_attempt_at,
        patience=patience, serial=private_number(context.key, reserved.serial), is_silent=is_silent,
    )  # fmt: skip
    enqueue(context, tx, incident, mail)
    return [mail.message_id]


def _went_to(mail: OutboxMail, address: str) -> bool:
    return any(recipient.address == address for recipient in mail.recipients)
