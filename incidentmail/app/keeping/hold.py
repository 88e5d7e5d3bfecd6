"""Place holds, which protect an incident's record from removal, and prune the bodies of old mail that has none."""

from __future__ import annotations

from datetime import datetime

from incidentmail.app.choose_incident import choose
from incidentmail.app.context import AppContext
from incidentmail.core.frozen import Frozen, replace
from incidentmail.core.record.record_events import HoldLifted, HoldPlaced, Pruned
from incidentmail.core.record.removed import Hold, Removed, holds, ranges_of
from incidentmail.core.record.streams import RECORD
from incidentmail.errors import UsageError
from incidentmail.ledger.view import LedgerView


class Pruning(Frozen, kw_only=True):
    """How many bodies are removed, and how many are kept because their incident is open or under a hold.

    In a dry run, they are only counted. `seq` is the number of the entry that records the pruning, or None if nothing
    was removed.
    """

    mails: int
    held: int
    open: int
    seq: int | None = None


def place_hold(context: AppContext, which: str, reason: str) -> str:
    """Place a hold on an incident, and return the incident's id. Raise UsageError if it has a hold already."""
    with context.ledger.transaction() as tx:
        incident = choose(tx, which).id
        if incident in holds_in(tx):
            raise UsageError(f"{incident} is held already", hint="'incidentmail ledger hold' lists what is held")
        tx.append_record(HoldPlaced(incident=incident, reason=reason), actor=context.operator(), at=context.now())
    return incident


def lift_hold(context: AppContext, which: str, reason: str) -> str:
    """Lift the hold on an incident, and return the incident's id. Raise UsageError if it has no hold."""
    with context.ledger.transaction() as tx:
        incident = choose(tx, which).id
        if incident not in holds_in(tx):
            raise UsageError(f"{incident} is not held", hint="'incidentmail ledger hold' lists what is held")
        tx.append_record(HoldLifted(incident=incident, reason=reason), actor=context.operator(), at=context.now())
    return incident


def holds_in(view: LedgerView) -> dict[str, Hold]:
    """Return the holds in force, keyed by incident id."""
    return holds(entry.recorded.event for entry in view.entries(RECORD))


def prune(context: AppContext, before: datetime, *, is_rehearsal: bool) -> Pruning:
    """Remove the bodies of messages that were accepted before `before`. Their hashes, envelopes and outcomes stay.

    Messages without an outcome, and those of incidents that are open or under a hold, are kept. If `is_rehearsal` is
    true, only count.
    """
    if is_rehearsal:
        with context.ledger.snapshot() as view:
            return _prunable(view, before)[0]
    with context.ledger.transaction() as tx:
        found, mails = _prunable(tx, before)
        if not mails:
            return found
        event = Pruned(before=before, mails=ranges_of(mails))
        return replace(found, seq=tx.append_record(event, actor=context.operator(), at=context.now()))


def _prunable(view: LedgerView, before: datetime) -> tuple[Pruning, list[int]]:
    gone = Removed(entry.recorded.event for entry in view.entries(RECORD))
    held = holds_in(view)
    opened = {one.id for one in view.incidents(everything=True) if one.is_open}
    old = [one for one in view.outcomes() if one.received_at < before and not gone.has_mail(one.seq)]
    mails = [one.seq for one in old if one.incident not in held and one.incident not in opened]
    kept_by_hold = sum(one.incident in held for one in old)
    return Pruning(mails=len(mails), held=kept_by_hold, open=len(old) - len(mails) - kept_by_hold), mails
