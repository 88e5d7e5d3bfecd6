"""Check the signatures of a message before it is applied. DNS is queried outside any lock, for a limited time.

If DNS does not answer, the message waits, and later messages are processed first. DNS is queried again, at growing
intervals. After the last attempt, the message is processed without proof, because an incident cannot wait for DNS.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from incidentmail.app.context import AppContext
from incidentmail.core.frozen import replace as with_fields
from incidentmail.errors import DnsUnavailableError
from incidentmail.inbound.authentication.author import to_examine
from incidentmail.inbound.authentication.evidence import Evidence
from incidentmail.inbound.message import Message
from incidentmail.ledger.values import Accepted
from incidentmail.reply.read_mail import Reading

RETRY_AFTER = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 60, 120, 240))
"""The delays before DNS is queried again. After the last one, the mail is processed as if it had no signature."""


def prove(context: AppContext, accepted: Accepted, reading: Reading) -> Reading | None:
    """Return the message with the result of checking its signatures, or None if the message was deferred."""
    try:
        return replace(reading, message=examined(context, reading.message, accepted.raw, at=accepted.received_at))
    except DnsUnavailableError as error:
        if accepted.deferrals >= len(RETRY_AFTER):
            return replace(reading, message=with_fields(reading.message, evidence=untold(error)))
        until = context.now() + RETRY_AFTER[accepted.deferrals]
        with context.ledger.transaction() as tx:
            if tx.outcome(accepted.seq) is None:  # otherwise another process was faster
                tx.defer(accepted.seq, until=until, reason=str(error))
                tx.forget_attempts(accepted.seq)
        return None


def examined(context: AppContext, message: Message, raw: bytes, *, at: datetime) -> Message:
    """Return the message with the result of checking its signatures.

    Raise DnsUnavailableError if DNS does not answer.
    """
    domain = to_examine(message, context.roster)
    if domain is None:
        return message
    from incidentmail.inbound.authentication.examine import examine

    evidence = examine(raw, message, context.roster, domain, look_up=context.resolver.txt, at=at)
    return with_fields(message, evidence=evidence)


def untold(error: DnsUnavailableError) -> Evidence:
    """Return the evidence about a message whose signatures could not be checked because DNS does not answer."""
    return Evidence(verdict="none", rule="dns-failed", why=f"its signature could not be checked: {error}")
