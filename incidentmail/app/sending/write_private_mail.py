"""Write private messages that are due, and put them into the outbox."""

from __future__ import annotations

from incidentmail.app.context import AppContext
from incidentmail.errors import RenderError
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import DuePrivateMail

from .enqueue import MadeMails, MailFault, enqueue, enqueue_apart


def write_private_mails(context: AppContext, *, only: str | None = None) -> MadeMails:
    """Write the private messages that are due. If `only` is given, write only those about that incident.

    Each message is written in a separate transaction, so one failure does not block the others.
    """
    made: list[str] = []
    faults: list[MailFault] = []
    due, after = None, 0
    while True:
        try:
            with context.ledger.transaction() as tx:
                due = tx.next_private_mail(incident_id=only, after=after)
                if due is None:
                    return MadeMails(tuple(made), tuple(faults))
                after = due.serial
                made += _write(context, tx, due)
        except RenderError as error:
            faults.append(MailFault(due.incident if due else None, error, is_private=True))


def _write(context: AppContext, tx: Transaction, due: DuePrivateMail) -> list[str]:
    """Put the message into the outbox. Return its Message-ID, or [] if the message is no longer needed."""
    from .render_private_mail import mail_of  # imported here because most commands write no private mail

    mail, incident = mail_of(context, tx, due), tx.incident(due.incident) if due.incident else None
    tx.private_mail_made(due.serial)
    if mail is None:
        return []
    if incident is None:
        enqueue_apart(context, tx, None, mail)
    else:
        enqueue(context, tx, incident, mail)
    return [mail.message_id]
