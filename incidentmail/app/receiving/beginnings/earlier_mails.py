"""Defer a mail that names its incident until the earlier mails on which it depends have arrived.

After this machine was down, mail servers deliver the queued mail in any order. In `Incident-After`, a laptop names the
mail that it sent before. A delayed mail also waits for the declaration of the incident that it names.
"""

from __future__ import annotations

from datetime import timedelta

from incidentmail.app.context import AppContext
from incidentmail.core.ids import OurField
from incidentmail.ledger.values import Accepted
from incidentmail.ledger.view import LedgerView
from incidentmail.reply.named_line import THE_OPEN_ONE, named_line
from incidentmail.reply.read_mail import Reading

from .named_incident import called

RETRY_AFTER = tuple(timedelta(seconds=seconds) for seconds in (1, 2, 2, 5, 5, 5, 10, 10, 20, 30, 60, 120, 240, 400))
"""When to look for the missing mail again. After a quarter of an hour in all, the mail is decided without it."""
DELAYED = timedelta(minutes=1)
"""If a mail took longer than this, a mail server queued it, and may also have queued others."""


def waits_for_earlier(context: AppContext, accepted: Accepted, reading: Reading) -> bool:
    """Return whether the mail has to wait because an earlier one is missing. If so, defer it."""
    if accepted.deferrals >= len(RETRY_AFTER):
        return False
    with context.ledger.snapshot() as view:
        missing = _missing(view, accepted, reading)
    if missing is None:
        return False
    with context.ledger.transaction() as tx:
        if tx.outcome(accepted.seq) is None:  # otherwise another process was faster
            tx.defer(accepted.seq, until=context.now() + RETRY_AFTER[accepted.deferrals], reason=missing)
            tx.forget_attempts(accepted.seq)
    return True


def may_wait(reading: Reading) -> bool:
    """Return whether the mail may have to wait. If so, it is not decided together with other mails."""
    return reading.extraction is not None and named_line(reading.extraction) is not None


def _missing(view: LedgerView, accepted: Accepted, reading: Reading) -> str | None:
    """Return a text that tells the operator which mail is missing, or None if none is missing."""
    named = named_line(reading.extraction) if reading.extraction is not None else None
    if named is None:
        return None
    message = reading.message
    after = message.field(OurField.AFTER)
    if after is not None and after != message.message_id and view.first_bearing(after) is None:
        return f"the mail that its laptop sent before it has not arrived: {after}"
    is_delayed = message.date is not None and accepted.received_at - message.date > DELAYED
    if is_delayed and named.name != THE_OPEN_ONE and not called(named.name, view):
        return f"no incident is called '{named.name}' yet, and mail arrives late at present"
    return None
