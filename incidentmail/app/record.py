"""Record events in the ledger. This is the only way to change an incident."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from incidentmail.core.events import Event
from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Actor, Incident
from incidentmail.core.notices import notices_for
from incidentmail.core.teams.merging import counterpart
from incidentmail.ledger.port import Transaction
from incidentmail.ledger.values import CausedBy

from .context import AppContext
from .keeping.authority import must_lead
from .merging.other_incidents import finder_in, remember_of
from .telling.tell_people import tell_people

LIST_KINDS = ("declaration", "follow_up")


class Change(Frozen):
    """The incident after a change, and a text for each person who should have received a private mail but did not."""

    incident: Incident
    untold: tuple[str, ...] = ()


def record(
    context: AppContext, tx: Transaction, incident: str, events: Sequence[Event], *, version: int, actor: Actor,
    at: datetime, caused_by: CausedBy | None, announces: bool = True,
) -> Change:  # fmt: skip
    """Append `events`, schedule the mails and hook calls that they require, and notify the people whom they name.

    If the events merge the incident into another one, or undo a merge, also append the matching events to the other
    incident.

    `version` is the version of the incident for which the events were decided; a new incident has version 0. If
    `announces` is false, no mail is scheduled, because the list has already seen the mail that the events come from.
    Raise StaleVersionError if another writer has changed the incident since `version`, and NotLeadingError if another
    installation leads.
    """
    before = tx.incident(incident)
    if announces:
        must_lead(context, tx, before)
    state = tx.append(incident, events, actor=actor, at=at, expected_version=version, caused_by=caused_by)
    if not announces:
        return Change(state)
    if context.config.settings.hook:
        from .hooks.note import note_hooks  # imported here because most installations have no hook

        note_hooks(context, tx, before, events, state, by=actor.person, at=at)
    untold: tuple[str, ...] = ()
    for other, following in counterpart(state, events, finder_in(tx)):
        remember_of(tx, state.id, in_=other.id)
        untold += record(
            context, tx, other.id, following, version=other.version, actor=actor, at=at, caused_by=caused_by
        ).untold
    notices = notices_for(tuple(events))
    for notice in notices:
        if notice.kind in LIST_KINDS:
            wait = timedelta() if notice.at_once else context.config.settings.mail.follow_up_after
            tx.add_notice(incident, notice, due_at=at + wait, cause=caused_by.seq if caused_by else None)
    private = [notice for notice in notices if notice.kind not in LIST_KINDS]
    return Change(state, (*untold, *tell_people(context, tx, state, events, private, actor=actor, at=at)))
