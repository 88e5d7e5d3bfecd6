"""Merge two incidents with the same cause. This can be undone until one of them announces something else.

One incident becomes a part of the other, which keeps its commander. Both streams record this: `merge` returns the
events of the incident in which the merge was requested, and `counterpart` those of the other one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from incidentmail.core.commands import Refused
from incidentmail.core.decision.roles import PEOPLE_MAX, check_roles, distinct
from incidentmail.core.events import Event, NoteAdded, RoleChanged, SeverityChanged, StatusChanged, TimeChanged
from incidentmail.core.facts import event_for, fact, fact_of
from incidentmail.core.frozen import JsonValue, plain, replace
from incidentmail.core.model import Change, Holders, Incident, Item, Status
from incidentmail.core.names.name_lists import join_names
from incidentmail.core.tracking.tracked_items import TO_DO

from .merged import Merged
from .team_events import MergedFrom, MergedInto, MergeReceived, MergeReturned

Find = Callable[[str], Sequence[Incident]]
"""Returns the incidents that a text may refer to: exactly one for an id, a REF, or a unique part of an id."""
Events = tuple[Event, ...] | Refused


def finds_nothing(which: str) -> Sequence[Incident]:
    """Return no incidents, for callers that have none to search."""
    return ()


def merge(state: Incident, which: str, find: Find) -> Events:
    """Return the events that merge `state` into the incident that `which` refers to, or a refusal.

    If they are already merged, nothing changes, because two people may ask for the same merge.
    """
    if state.restricted:
        return Refused(
            reason="a restricted incident is never merged, because two groups of people would learn of each other",
            remedy="close one of them, and write in the other",
        )
    into = _one(which, find)
    if isinstance(into, Refused):
        return into
    if into.id == state.id:
        return Refused(reason="an incident cannot be merged into itself", remedy="name the other one")
    whole = merged_now(into, find)
    if whole.id == merged_now(state, find).id:
        return ()
    if not state.is_open:
        return Refused(reason=f"the incident is {state.status}", remedy="reopen it first")
    if not whole.is_open:
        return Refused(reason=f"{whole.id} is {whole.status}", remedy="reopen it first, or merge it into this one")
    if state.drill != whole.drill:
        return Refused(reason="a drill is never merged with what is real", remedy="close the drill")
    return (*_ended(state), MergedInto(into=whole.id, was=None))


def merged_now(state: Incident, find: Find) -> Incident:
    """Return the incident that `state` was merged into, or `state` itself if it was not merged."""
    seen = {state.id}
    while state.status is Status.MERGED and state.merged_into and state.merged_into not in seen:
        seen.add(state.merged_into)
        found = find(state.merged_into)
        if len(found) != 1:
            break
        state = found[0]
    return state


def numbers_now(part: Incident, find: Find) -> dict[int, int]:
    """Return a mapping from the old to the new numbers of the actions and needs of the merged incident `part`."""
    whole, state = merged_now(part, find), part
    numbers: dict[int, int] | None = None
    while state.id != whole.id and state.merged_into:
        (above,) = find(state.merged_into)
        merged = next((one for one in above.merges if one.incident == state.id), Merged(incident=state.id))
        step = dict(zip(merged.numbers, merged.items, strict=False))
        numbers = step if numbers is None else {old: step[new] for old, new in numbers.items() if new in step}
        state = above
    return numbers or {}


def unmerge(state: Incident, find: Find, *, update: int | None = None) -> Events | None:
    """Return the events that undo a merge in `state`, a refusal, or None if there is none to undo.

    `update` is the number of the follow-up to undo. If it is None, `state` is an incident that was merged into another.
    """
    changes = next((one.changes for one in state.announced if one.number == update), ())
    facts = {change.fact for change in changes}
    if state.status is Status.MERGED and state.merged_into:
        if update is not None and "merged_into" not in facts:
            return Refused(reason=f"it is a part of {state.merged_into} now", remedy=_WRITE)
        whole = find(state.merged_into)
        has_ended = len(whole) == 1 and not whole[0].is_open
        return (not has_ended and _too_late(state, whole, _WRITE)) or _reopened(state)
    if update is None or "merged_from" not in facts:
        return None
    new = [one.incident for one in state.merges if _announced_merging(state, one.incident) == update]
    parts = [part for name in new for part in find(name) if part.merged_into == state.id]
    if len(parts) != 1:
        return Refused(reason="it merged several incidents, or none that still is a part", remedy=_WRITE)
    later = f"it stays one incident; once that has ended, {parts[0].id} can be reopened in its own thread"
    return _too_late(parts[0], (state,), later) or _returned(state, parts[0].id)


def counterpart(state: Incident, events: Iterable[Event], find: Find) -> Iterator[tuple[Incident, tuple[Event, ...]]]:
    """Yield each other incident that `events` in `state` also affect, with the events for it.

    Incidents that already have these changes are skipped.
    """
    for event in events:
        match event:
            case MergedInto(into=str(name)):
                for whole in find(name):
                    if state.id not in whole.merged_from:
                        yield whole, _received(whole, state)
            case MergedInto(into=None, was=str(name)):
                for whole in find(name):
                    if state.id in whole.merged_from:
                        yield whole, _returned(whole, state.id)
            case MergedFrom(incidents=incidents, was=was):
                for name in set(was) - set(incidents):
                    for part in find(name):
                        if part.merged_into == state.id:
                            yield part, _reopened(part)
            case _:
                continue


_WRITE = "write in the incident of which it is a part"


def _one(which: str, find: Find) -> Incident | Refused:
    found = find(which)
    if len(found) == 1:
        return found[0]
    if not found:
        return Refused(reason=f"no incident is called '{which}'", remedy="write its id, as its mails show it")
    names = ", ".join(one.id for one in found)
    return Refused(reason=f"'{which}' may be several incidents", remedy=f"write one of: {names}")


def _ended(state: Incident) -> tuple[Event, ...]:
    ended: list[Event] = [StatusChanged(status=Status.MERGED, was=state.status)]
    if state.next_update_at is not None:
        ended.append(TimeChanged(name="next_update_at", time=None, was=state.next_update_at))
    return tuple(ended)


def _reopened(state: Incident) -> tuple[Event, ...]:
    return (StatusChanged(status=Status.OPEN, was=state.status), MergedInto(into=None, was=state.merged_into))


def _received(whole: Incident, part: Incident) -> tuple[Event, ...]:
    """Return the events by which `whole` takes over roles, a worse severity, and open actions and needs from `part`."""
    changed: list[Event] = []
    if part.severity < whole.severity:
        changed.append(SeverityChanged(severity=part.severity, was=whole.severity))
    roles, notes = dict(whole.roles), list[Event]()
    for role, held in part.roles.items():
        was = roles.get(role, Holders())
        people = distinct((*was.people, *held.people))
        if not held.people or people == was.people:
            continue
        now = Holders(people=people[:PEOPLE_MAX])
        if len(people) > PEOPLE_MAX or check_roles({**roles, role: now}):
            kept = f"People with the role {role} in {part.id}, who do not fit here: {join_names(held.people)}"
            notes.append(NoteAdded(text=kept))
            continue
        roles[role] = now
        changed.append(RoleChanged(role=role, holders=now, was=was))
    before = {found[0]: fact(whole, found[0]) for event in changed if (found := fact_of(event))}
    after = {found[0]: found[1] for event in changed if (found := fact_of(event))}
    waiting = [item for item in part.items if item.kind in TO_DO and item.is_open]
    return (
        MergedFrom(incidents=(*whole.merged_from, part.id), was=whole.merged_from),
        *changed,
        MergeReceived(
            incident=part.id,
            items=plain(_moved(whole, waiting)),
            numbers=tuple(item.number for item in waiting),
            before=before,
            after=after,
        ),
        *notes,
    )


def _moved(whole: Incident, waiting: Sequence[Item]) -> list[Item]:
    """Return the items, renumbered with the next free numbers of `whole`."""
    first = 1 + max((item.number for item in whole.items), default=0)
    return [replace(item, number=number, about=None) for number, item in enumerate(waiting, first)]


def _returned(whole: Incident, name: str) -> tuple[Event, ...]:
    """Return the events that undo what merging `name` changed in `whole`, except facts that have changed again."""
    found = next((one for one in whole.merges if one.incident == name), None)
    before: dict[str, JsonValue] = found.before if found else {}
    after: dict[str, Any] = found.after if found else {}
    restored = [event_for(whole, key, was) for key, was in before.items() if fact(whole, key) == after.get(key)]
    left = tuple(one for one in whole.merged_from if one != name)
    return (MergedFrom(incidents=left, was=whole.merged_from), *restored, MergeReturned(incident=name))


def _too_late(part: Incident, found: Sequence[Incident], remedy: str) -> Refused | None:
    """Return a refusal if one of the incidents has announced something else since the merge, otherwise None."""
    whole = found[0] if len(found) == 1 else None
    if whole is None or not whole.is_open or part.id not in whole.merged_from:
        return Refused(reason="the incident of which it is a part has changed since", remedy=remedy)
    told = _announced_merging(whole, part.id)
    newest = max((one.number for one in whole.announced), default=0)
    own = [one for one in part.announced if any(change.fact == "merged_into" for change in one.changes)]
    is_newest_here = not own or own[-1].number == part.announced[-1].number
    if (told is None or told == newest) and is_newest_here:
        return None
    return Refused(reason="something else was announced since it was merged", remedy=remedy)


def _announced_merging(whole: Incident, name: str) -> int | None:
    """Return the number of the follow-up that announced the merge of `name` into `whole`, or None."""
    told = (one.number for one in reversed(whole.announced) if any(_adds(change, name) for change in one.changes))
    return next(told, None)


def _adds(change: Change, name: str) -> bool:
    if change.fact != "merged_from" or not isinstance(change.now, list) or not isinstance(change.was, list):
        return False
    return name in change.now and name not in change.was
