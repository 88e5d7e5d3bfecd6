"""Keep the lines that are deferred to people's next mails when their incident is merged into another one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from incidentmail.core.conduct.digests.given_lines import role_key, task_key
from incidentmail.core.events import Event
from incidentmail.core.model import Incident, Person
from incidentmail.core.teams.team_events import MergeReceived
from incidentmail.core.tracking.tracked_items import numbered
from incidentmail.ledger.port import Transaction

from .told_marks import is_kept, note_kept


def keep_moved(tx: Transaction, incident: Incident, events: Sequence[Event], *, at: datetime) -> None:
    """Defer in `incident` the role and task lines that were deferred in the incidents that `events` merge into it.

    Tasks have different numbers in `incident` than in the merged incident. `incident` is the state after the events.
    """
    for event in events:
        part = tx.incident(event.incident) if isinstance(event, MergeReceived) else None
        if isinstance(event, MergeReceived) and part is not None:
            for here, there, to in (*_tasks(incident, event), *_roles(incident, part)):
                if to.address and is_kept(tx, part, there, to):
                    note_kept(tx, incident, here, to, at=at)


def _tasks(incident: Incident, event: MergeReceived) -> Iterator[tuple[str, str, Person]]:
    """Yield each task's key in `incident`, its key in the merged incident, and its owner."""
    here = next((one.items for one in incident.merges if one.incident == event.incident), ())
    for number, before in zip(here, event.numbers, strict=False):
        item = numbered(incident.items, number)
        if item is not None and item.owner is not None:
            yield task_key(number), task_key(before), item.owner


def _roles(incident: Incident, part: Incident) -> Iterator[tuple[str, str, Person]]:
    """Yield each role's key in `incident`, its key in `part`, and each person who has the role in both."""
    for role, held in part.roles.items():
        here = incident.roles.get(role)
        for person in held.people:
            if here is not None and any(person.same_as(one) for one in here.people):
                yield role_key(role), role_key(role), person
