"""Take over: make this installation the one that leads, after the one that led before has stopped."""

from __future__ import annotations

from datetime import datetime

from incidentmail.core.events import AuthorityTaken
from incidentmail.core.frozen import Frozen, replace
from incidentmail.core.model import Incident
from incidentmail.errors import UsageError
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import Outcome

from .context import AppContext
from .receiving.following.keep_reply import FOLLOWED
from .receiving.judge import judge
from .receiving.stored_mail import stored_envelope


class Promoted(Frozen, kw_only=True):
    """What a promotion did: its number, the incidents that were taken over, and the messages that were read again."""

    epoch: int
    incidents: tuple[str, ...]
    read_again: tuple[Outcome, ...]


def promote(context: AppContext, *, is_restored: bool = False) -> Promoted:
    """Take over all incidents that another installation leads, or nobody. Then act on what it did not act on.

    If `is_restored` is true, also take over those that this ledger leads: it was put back from a back-up, and updates
    that it sent after the back-up must not share their numbers with new ones.

    Messages that came after its last mail about an incident are read again, in their order: it cannot have announced
    what they ask for. Raise UsageError if there is nothing to take over.
    """
    with context.ledger.transaction() as tx:
        epoch, origin = tx.authority().epoch + 1, context.ledger.origin
        followed = [one for one in tx.incidents(everything=True) if is_restored or not one.is_led_by(origin)]
        if not followed:
            raise UsageError(
                "this installation leads every incident that it knows",
                hint="if [ledger] standby is set, remove it, and new incidents are led here too",
            )
        for incident in reversed(followed):
            tx.append(
                incident.id, [AuthorityTaken(origin=origin, epoch=epoch)],
                actor=context.operator(), at=context.now(), expected_version=incident.version, caused_by=None,
            )  # fmt: skip
        unread = _unread(tx, {incident.id: _heard_until(incident) for incident in followed})
    context.memories.forget()
    again = [_read_again(context, outcome) for outcome in unread]
    return Promoted(epoch=epoch, incidents=tuple(one.id for one in followed), read_again=tuple(again))


def _heard_until(incident: Incident) -> datetime:
    """Return when the last mail about the incident came in from the installation that led it."""
    return max((update.at for update in incident.announced), default=incident.declared_at)


def _unread(tx: Transaction, heard_until: dict[str, datetime]) -> list[Outcome]:
    """Return the messages that were only kept, and came after the last mail about their incident."""
    return [
        outcome
        for outcome in tx.outcomes()
        if outcome.rule == FOLLOWED
        and (outcome.incident is None or outcome.received_at >= heard_until.get(outcome.incident, outcome.received_at))
    ]


def _read_again(context: AppContext, was: Outcome) -> Outcome:
    """Judge a message that was only kept, now that this installation leads, and return its new outcome."""
    with context.ledger.snapshot() as view:
        accepted = view.accepted(was.seq)
    assert accepted is not None  # an outcome is always that of an accepted message
    reading = context.reader.read(accepted.raw, stored_envelope(accepted))
    with context.ledger.transaction() as tx:
        tx.revise_outcome(replace(was, copy_key=None), at=context.now())
        outcome = judge(context, tx, accepted, reading)
        tx.revise_outcome(outcome, at=context.now())
    return outcome
