"""Make this installation the leader after the previous leader has stopped."""

from __future__ import annotations

from incidentmail.core.events import Announced, AuthorityTaken, UpdateGiven
from incidentmail.core.frozen import Frozen, replace
from incidentmail.errors import UsageError
from incidentmail.inbound.message import parse_message
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import Outcome

from .context import AppContext
from .receiving.following.keep_reply import FOLLOWED
from .receiving.following.own_mail import FOLLOWED_MAIL
from .receiving.judge import judge
from .receiving.stored_mail import stored_envelope
from .record import record

MOVED = "incidentmail runs on another machine from now on. Nothing else has changed."


class Promoted(Frozen, kw_only=True):
    """The result of a promotion: its number, the incidents taken over, and the messages that were processed again.

    `told` is the id of the incident whose update tells the list about the promotion, or None.
    """

    epoch: int
    incidents: tuple[str, ...]
    told: str | None
    read_again: tuple[Outcome, ...]


def promote(context: AppContext, *, is_restored: bool = False) -> Promoted:
    """Take over all incidents that this installation does not lead, and process mail kept only as notes.

    `is_restored` is true if the ledger was restored from a back-up. In that case, also take over the incidents that
    this ledger leads, because new updates must not reuse the numbers of updates sent after the back-up.

    Messages that arrived after the other installation's last announcement about an incident are processed again in
    order, because that installation cannot have announced what they request. Raise UsageError if there is nothing to
    take over.
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
        told = None if is_restored else _tell(context, tx)
        unread = _unread(tx, {incident.id: _heard_until(tx, incident.id) for incident in followed})
    context.memories.forget()
    again = [_read_again(context, outcome) for outcome in unread]
    return Promoted(epoch=epoch, incidents=tuple(one.id for one in followed), told=told, read_again=tuple(again))


def _tell(context: AppContext, tx: Transaction) -> str | None:
    """Record an update of the worst open incident that tells the list and the other installation about the promotion.

    Return the incident's id, or None if no incident is open.
    """
    ours = [one for one in tx.incidents(everything=False) if one.is_led_by(context.ledger.origin)]
    if not ours:
        return None
    worst = min(ours, key=lambda one: (one.drill, one.severity))
    record(
        context, tx, worst.id, [UpdateGiven(text=MOVED)], version=worst.version, actor=context.operator(),
        at=context.now(), caused_by=None,
    )  # fmt: skip
    return worst.id


def _heard_until(tx: Transaction, incident_id: str) -> int:
    """Return the sequence number of the accepted message that contains the previous leader's last announcement.

    Timestamps are unreliable here: after an outage, a mail server may deliver replies and announcements within the same
    second.
    """
    announced = (
        entry.caused_by.seq
        for entry in tx.entries(incident_id)
        if isinstance(entry.recorded.event, Announced) and entry.caused_by is not None
    )
    return max(announced, default=0)


def _unread(tx: Transaction, heard_until: dict[str, int]) -> list[Outcome]:
    """Return the messages that were kept as notes and that arrived after their incident's last announcement.

    Declarations by hand, which belong to no incident here, are included unless the other installation answered them.
    """
    kept = [outcome for outcome in tx.outcomes() if outcome.rule == FOLLOWED]
    answered = _answered(tx) if any(outcome.incident is None for outcome in kept) else frozenset()
    return [
        outcome
        for outcome in kept
        if (outcome.incident is None and outcome.message_id not in answered)
        or (outcome.incident is not None and outcome.seq > heard_until.get(outcome.incident, 0))
    ]


def _answered(tx: Transaction) -> frozenset[str]:
    """Return the Message-IDs that announcements by another installation refer to."""
    found = set[str]()
    for outcome in tx.outcomes():
        if outcome.rule == FOLLOWED_MAIL and (accepted := tx.accepted(outcome.seq)) is not None:
            message = parse_message(accepted.raw, stored_envelope(accepted), with_body=False)
            found |= {*message.in_reply_to, *message.references}
    return frozenset(found)


def _read_again(context: AppContext, was: Outcome) -> Outcome:
    """Reprocess a message that was kept only as a note, and return its new outcome."""
    with context.ledger.snapshot() as view:
        accepted = view.accepted(was.seq)
    assert accepted is not None  # a message with an outcome has always been accepted
    reading = context.reader.read(accepted.raw, stored_envelope(accepted))
    with context.ledger.transaction() as tx:
        tx.revise_outcome(replace(was, copy_key=None), at=context.now())
        outcome = judge(context, tx, accepted, reading)
        tx.revise_outcome(outcome, at=context.now())
    return outcome
