"""Accept and apply: raw mail to its outcome, in the order it came.

`accept` makes a mail ours; `apply_some` reads the lowest ones that nobody has read, in one transaction; what their
signatures are worth was asked before. A mail that raises is tried three times, then set aside where
`incidentmail inbox` shows it; the next one flows.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from incidentmail.app.alarms import tell_of_set_aside
from incidentmail.app.context import AppContext
from incidentmail.core.text import printable
from incidentmail.errors import LedgerUnavailableError
from incidentmail.inbound.authentication.author import to_examine
from incidentmail.inbound.message import Envelope
from incidentmail.ledger.values import Accepted, Outcome

from .check_signatures import prove
from .judge import judge
from .stored_mail import envelope_json, read_accepted

ATTEMPTS_MAX = 3
MAILS_MAX = 100
TURN_S_MAX = 0.05
"""How long one transaction of the applier keeps other writers waiting, about: seconds."""


def accept_mails(context: AppContext, mails: Sequence[tuple[bytes, Envelope]]) -> list[int]:
    """Store mails durably, and return their numbers. Nothing is read yet."""
    return context.ledger.store_mails([(raw, envelope_json(envelope)) for raw, envelope in mails], at=context.now())


def apply_next(context: AppContext) -> Outcome | None:
    """Read the next mail that waits, or return None."""
    return next(iter(apply_some(context, mails_max=1)), None)


def apply_some(context: AppContext, *, mails_max: int = MAILS_MAX) -> list[Outcome]:
    """Read mails that wait, as many in one transaction as other writers can wait for; none when none waits.

    Where one of them raises, none of the others has happened either: they are read again, and it is counted.
    """
    while (reading := _next(context)) is not None:
        done: list[Outcome] = []
        try:
            message = prove(context, reading, read_accepted(reading))
            if message is None:  # DNS cannot tell now: later mail goes first
                continue
            with context.ledger.transaction() as tx:
                give_way_at = time.monotonic() + TURN_S_MAX
                while True:
                    if tx.outcome(reading.seq) is None:  # else another process was quicker
                        outcome = judge(context, tx, reading, message)
                        tx.record_outcome(outcome, at=context.now())
                        done.append(outcome)
                    following = tx.next_pending(now=context.now())
                    if following is None or len(done) >= mails_max or time.monotonic() > give_way_at:
                        break
                    reading = following  # from here what raises is this mail's
                    message = read_accepted(reading)
                    if to_examine(message, context.roster) is not None:  # DNS is asked outside the transaction
                        break
            if done:
                return done
        except LedgerUnavailableError:  # the store's trouble, not the mail's: it must not count against it
            context.memories.forget()
            raise
        except Exception as error:  # a poison message must not stop the next one; it is counted and shown
            context.memories.forget()
            set_aside = _set_aside(context, reading, error)
            if set_aside is not None:
                return [set_aside]
    return []


def _next(context: AppContext) -> Accepted | None:
    with context.ledger.snapshot() as view:
        return view.next_pending(now=context.now())


def _set_aside(context: AppContext, accepted: Accepted, error: Exception) -> Outcome | None:
    """Count a failure; after the last attempt, the quarantine. None if another attempt is due."""
    reason = printable(f"{type(error).__name__}: {error}")[:500]
    with context.ledger.transaction() as tx:
        if tx.record_failure(accepted.seq, reason) < ATTEMPTS_MAX:
            return None
        message = read_accepted(accepted)
        outcome = Outcome(
            seq=accepted.seq,
            received_at=accepted.received_at,
            message_id=message.message_id,
            header_from=message.header_from.address if message.header_from else None,
            subject=message.subject,
            disposition="unreadable",
            rule="raised",
            incident=None,
            trust=None,
            outcome="quarantined",
            reason=reason,
        )
        tx.record_outcome(outcome, at=context.now())
    tell_of_set_aside(context, outcome)
    return outcome
