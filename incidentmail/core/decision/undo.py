"""Undo the changes announced by a follow-up."""

from __future__ import annotations

from datetime import datetime

from incidentmail.core.commands import Refused, SetStatus, Undo
from incidentmail.core.events import Event, UpdateUndone
from incidentmail.core.facts import ROLE_PREFIX, event_for, fact
from incidentmail.core.model import Change, Incident, Status, Update


def undo(state: Incident, number: int, *, confirmed_at: datetime | None = None) -> tuple[Event, ...] | Refused:
    """Return the events that undo update `number`, or a refusal if one of its facts has changed again.

    If `confirmed_at` is given, the person was shown the changes up to that time and still wants the old values.
    """
    if number == 0:
        retract = SetStatus(Status.RETRACTED)
        return Refused(reason="a declaration is not undone", instead=retract, remedy=" if it was a false alarm")
    update = _update(state, number)
    if update is None:
        if not state.updates:
            retract, reason = SetStatus(Status.RETRACTED), f"there is no update {number}, only the declaration"
            return Refused(reason=reason, instead=retract, remedy=" if that was a false alarm")
        latest = Undo(state.updates)
        return Refused(reason=f"there is no update {number}", instead=latest, remedy=" for the latest update")
    again = changed_again(state, number)
    if again and (confirmed_at is None or again[-1].at > confirmed_at):
        name = again[-1].fact.removeprefix(ROLE_PREFIX).replace("_", " ")
        return Refused(reason=f"{name} changed again after update {number}", write="a value")
    first = {change.fact: change for change in reversed(update.changes)}
    first.pop("restricted", None)  # what was written since then is meant only for the people involved
    restored = [event_for(state, name, change.was) for name, change in first.items() if fact(state, name) != change.was]
    if not restored:
        return Refused(reason=f"update {number} changed nothing that could be put back", write="news")
    return (*restored, UpdateUndone(number=number))


def undone(events: tuple[Event, ...] | Refused, number: int) -> tuple[Event, ...] | Refused:
    """Return `events` followed by the event that records the undoing of update `number`, or the refusal unchanged."""
    return events if isinstance(events, Refused) else (*events, UpdateUndone(number=number))


def changed_again(state: Incident, number: int) -> list[Change]:
    """Return the later changes to the facts that update `number` set, if the facts now have different values."""
    update = _update(state, number)
    if update is None:
        return []
    last = {change.fact: change for change in update.changes}
    moved = {name for name, change in last.items() if fact(state, name) != change.now}
    newer = [change for later in state.announced if later.number > number for change in later.changes]
    return [change for change in (*newer, *state.unannounced) if change.fact in moved]


def _update(state: Incident, number: int) -> Update | None:
    return next((u for u in state.announced if u.number == number), None)
