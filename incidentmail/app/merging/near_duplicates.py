"""Notice that two people may have declared one outage, and tell both of each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from incidentmail.app.context import AppContext
from incidentmail.app.telling.limits import cause_of
from incidentmail.app.telling.private_mail import not_told, note_due
from incidentmail.core.conduct.near_duplicates import may_be_one
from incidentmail.core.conduct.team_words import DUPLICATE_OF
from incidentmail.core.model import Actor, Incident, Person
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.view import LedgerView
from incidentmail.outbound.private_mails import Item, Private

WITHIN = timedelta(minutes=10)


def near_duplicates(view: LedgerView, incident: Incident) -> Iterator[Incident]:
    """Yield the open incidents that may be the same as `incident`, which has just been declared, the newest first."""
    for other in view.declared_since(incident.declared_at - WITHIN):
        if other.id != incident.id and may_be_one(other, incident):
            yield other


def tell_of_each_other(
    context: AppContext, tx: Transaction, incident: Incident, *, actor: Actor, at: datetime
) -> tuple[str, ...]:
    """Note that the declarers of `incident` and of the newest one that may be the same are told of each other.

    Return in words who is not told, and why.
    """
    untold: list[str] = []
    for other in list(near_duplicates(tx, incident))[:1]:
        for one, another in ((other, incident), (incident, other)):
            to = one.declared_by
            if to.address is None or not context.roster.has(to.address):
                continue
            content = _told(another, context.person(to.address))
            over = note_due(
                context, tx, content, kind="near_duplicate", at=at, incident=one.id, cause=cause_of(actor, to)
            )
            if over is not None:
                untold.append(not_told(to.address, over))
    return tuple(untold)


def _told(another: Incident, to: Person) -> Private:
    opening = f"{another.declared_by.name} has declared an incident at almost the same time. Is it the same as yours?"
    result = f"If it is, yours can become a part of it. Then {another.commander.name} leads, and both threads are told."
    asked = Item(line=another.description, result=result, instead=f"{DUPLICATE_OF}: {another.id}")
    return Private(template="near_duplicate", to=to, opening=opening, items=(asked,))
