"""Record events in the ledger. This is the only way to change an incident."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from incidentmail.core.events import Event
from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Actor, Incident
from incidentmail.core.notices import notices_for
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import CausedBy

from .context import AppContext
from .keeping.authority import must_lead
from .telling.tell_people import tell_people

LIST_KINDS = ("declaration", "follow_up")


class Change(Frozen):
    """The incident after a change, and in words, who should have been told privately but was not."""

    incident: Incident
    untold: tuple[str, ...] = ()


def record(
    context: AppContext, tx: Transaction, incident: str, events: Sequence[Event], *, version: int, actor: Actor,
    at: datetime, caused_by: CausedBy | None, announces: bool = True,
) -> Change:  # fmt: skip
    """Append `events`, note which mail they make due, and tell the people whom they name.

    `version` is the version of the incident for which the events were decided; a new incident has version 0. If
    `announces` is false, no mail becomes due, because the events were read from mail that the list has already seen.
    Raise StaleVersionError if another writer has changed the incident since `version`, and NotLeadingError if another
    installation leads.
    """
    if announces:
        must_lead(context, tx, tx.incident(incident))
    state = tx.append(incident, events, actor=actor, at=at, expected_version=version, caused_by=caused_by)
    if not announces:
        return Change(state)
    notices = notices_for(tuple(events))
    for notice in notices:
        if notice.kind in LIST_KINDS:
            wait = timedelta() if notice.at_once else context.config.settings.mail.follow_up_after
            tx.add_notice(incident, notice, due_at=at + wait, cause=caused_by.seq if caused_by else None)
    private = [notice for notice in notices if notice.kind not in LIST_KINDS]
    return Change(state, tell_people(context, tx, state, events, private, actor=actor, at=at))
