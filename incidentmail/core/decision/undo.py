"""Undoing the changes that a follow-up announced, if none was changed again."""

from __future__ import annotations

from incidentmail.core.commands import Refused, SetStatus
from incidentmail.core.events import Event, UpdateUndone
from incidentmail.core.facts import ROLE_PREFIX, event_for, fact
from incidentmail.core.model import Incident, Status


def undo(state: Incident, number: int) -> tuple[Event, ...] | Refused:
    """Return the events that undo what update `number` changed, or Refused if any of it changed again."""
    if number == 0:
        retract = SetStatus(Status.RETRACTED)
        return Refused(reason="a declaration is not undone", instead=retract, remedy=" if it was a false alarm")
    update = next((u for u in state.announced if u.number == number), None)
    if update is None:
        latest = f"the latest is update {state.updates}" if state.updates else "there are no updates yet"
        return Refused(reason=f"there is no update {number}", remedy=latest)
    last = {change.fact: change for change in update.changes}
    first = {change.fact: change for change in reversed(update.changes)}
    restored: list[Event] = []
    for name, change in last.items():
        if fact(state, name) != change.now:
            return Refused(
                reason=f"{name.removeprefix(ROLE_PREFIX).replace('_', ' ')} changed again after update {number}",
                write="a value",
            )
        if first[name].was != change.now:
            restored.append(event_for(state, name, first[name].was))
    if not restored:
        return Refused(reason=f"update {number} changed nothing that could be put back", write="a note")
    return (*restored, UpdateUndone(number=number))
