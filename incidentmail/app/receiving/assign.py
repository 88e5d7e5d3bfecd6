"""Let the operator assign a message to an incident if it was filed, or was set aside because parsing failed.

The operator vouches only for the incident: the message keeps its author, and that author's trust.
"""

from __future__ import annotations

from incidentmail.app.choose_incident import choose
from incidentmail.app.context import AppContext
from incidentmail.core.frozen import replace
from incidentmail.errors import UsageError
from incidentmail.ledger.values import Accepted, Outcome
from incidentmail.reply.read_mail import Reading

from .judge import ASSIGNED, judge
from .match import Match
from .outcomes import RAISED
from .stored_mail import stored_envelope, with_earlier


def assign(context: AppContext, seq: int, which: str) -> Outcome:
    """Judge message `seq` again, as an answer in the incident that `which` names, and return the new outcome.

    The new outcome replaces the old one, and states who assigned the message and why it had been filed or set aside.
    Later answers in its thread belong to the same incident. Raise UsageError if there is no such message or it was
    neither filed nor set aside, and UnreadMailError if parsing it fails again.
    """
    with context.ledger.snapshot() as view:
        accepted = view.accepted(seq)
    if accepted is None:
        raise UsageError(f"no mail has the number {seq}", hint="'incidentmail inbox' shows them")
    reading = context.reader.read(accepted.raw, stored_envelope(accepted))
    return with_earlier(context.reader, lambda: _assign(context, accepted, reading, which))


def _assign(context: AppContext, accepted: Accepted, reading: Reading, which: str) -> Outcome:
    seq = accepted.seq
    with context.ledger.transaction() as tx:
        was = tx.outcome(seq)
        if was is None:
            raise UsageError(f"mail {seq} has not been read yet", hint="'incidentmail serve' reads what waits")
        is_filed = was.outcome == "filed" and was.disposition != "own"
        if was.disposition == "own":
            hint = "if its declaration is missing, give that to 'incidentmail ingest', and then this mail again"
            raise UsageError(f"mail {seq} is one of ours: {was.reason or was.outcome}", hint=hint)
        if not is_filed and was.rule != RAISED:
            hint = "only what was filed, or set aside because reading it failed, can be assigned"
            raise UsageError(f"mail {seq} is neither filed nor set aside: {was.outcome}", hint=hint)
        incident = choose(tx, which)
        message = reading.message
        outcome = judge(context, tx, accepted, reading, found=Match(incident=incident, by=ASSIGNED), at=context.now())
        if message.message_id:
            tx.follow_thread(incident.id, message.message_id)
        before = "filed" if is_filed else "set aside"
        told = f"assigned by {context.operator().person.name}; before that {before}: {was.reason}"
        outcome = replace(
            outcome,
            incident=outcome.incident or incident.id,
            rule=ASSIGNED,
            reason=f"{outcome.reason}; {told}" if outcome.reason else told,
        )
        tx.revise_outcome(outcome, at=context.now())
        return outcome
