"""Record, in the transaction that records the events, which hooks have to be called."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from incidentmail.app.context import AppContext
from incidentmail.app.parts import as_shown
from incidentmail.config.hook_section import HookSection
from incidentmail.core.events import Event
from incidentmail.core.model import Incident, Person
from incidentmail.ledger.deliveries import Delivery
from incidentmail.ledger.port import Transaction
from incidentmail.report.hooks.hook_events import occurrences


def note_hooks(
    context: AppContext, tx: Transaction, before: Incident | None, events: Sequence[Event], after: Incident, *,
    by: Person, at: datetime,
) -> None:  # fmt: skip
    """Record a delivery to each hook for each occurrence that the hook subscribes to.

    `before` is None if the incident is new.
    """
    hooks = [hook for hook in context.config.settings.hook if may_hear(hook, after)]
    if not hooks:
        return
    from incidentmail.report.hooks.payload import as_text, delivery_id, payload  # imported here because few need it

    was, after = as_shown(tx, before) if before else None, as_shown(tx, after)
    for number, one in enumerate(occurrences(was, events, after, context.words.policy), 1):
        wanting = [hook for hook in hooks if hook.wants(one.name)]
        if not wanting:
            continue
        name = delivery_id(after, after.version, number)
        text = as_text(payload(after, one, context.words, id=name, by=by, at=at))
        for hook in wanting:
            tx.add_delivery(
                Delivery(
                    name=name, hook=hook.name, incident=after.id, event=one.name, payload=text, queued_at=at,
                    next_attempt_at=at,
                )
            )  # fmt: skip


def may_hear(hook: HookSection, incident: Incident) -> bool:
    """Return whether a hook may be told about an incident. Restricted incidents and drills must be enabled for it."""
    return (hook.restricted or not incident.restricted) and (hook.drills or not incident.drill)
