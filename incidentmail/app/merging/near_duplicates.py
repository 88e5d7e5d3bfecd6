"""Detect that two people may have declared the same outage, and notify both."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from incidentmail.app.context import AppContext
from incidentmail.app.telling.mail_kinds import cause_of
from incidentmail.app.telling.private_mail import not_told, note_due
from incidentmail.core.model import Actor, Incident, Person
from incidentmail.core.names.mailboxes import share_mailbox
from incidentmail.core.teams.team_words import DUPLICATE_OF
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.view import LedgerView
from incidentmail.outbound.private_mails import Item, Private
from incidentmail.report.near_duplicates import near_duplicates

WITHIN = timedelta(minutes=10)
AT_ONCE = timedelta(minutes=2)
"""Declarations this close together may be about the same outage, even if their texts differ: two at once are rare."""


def twins_of(view: LedgerView, incident: Incident) -> Iterator[Incident]:
    """Yield the open incidents that may be about the same outage as the new `incident`, the newest first."""
    for other in view.declared_since(incident.declared_at - WITHIN):
        if other.id != incident.id and _may_be_one(other, incident):
            yield other


def _may_be_one(one: Incident, other: Incident) -> bool:
    """Return whether two people declared these incidents at almost the same time, or later with similar descriptions.

    Restricted incidents are never compared, and a drill is never compared with a real incident.
    """
    if one.restricted or other.restricted or one.drill != other.drill or not (one.is_open and other.is_open):
        return False
    if share_mailbox(one.declared_by, other.declared_by):
        return False
    apart = abs(one.declared_at - other.declared_at)
    return apart <= AT_ONCE or bool(near_duplicates(one.description, [other]))


def tell_of_each_other(
    context: AppContext, tx: Transaction, incident: Incident, *, actor: Actor, at: datetime
) -> tuple[str, ...]:
    """Queue mails that tell the declarers of `incident` and of the newest similar incident about each other's.

    Return a text for each person who cannot be told, with the reason.
    """
    untold: list[str] = []
    for other in list(twins_of(tx, incident))[:1]:
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
