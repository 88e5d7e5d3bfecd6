"""Compute the state from events: `evolve` applies one event, `fold` applies all.

Pure, total, and independent of configuration.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, assert_never

from .commands import Identity
from .conduct.clock_events import ClockEvent
from .conduct.fold_clock import changes_by_clock
from .drills.drill_events import DrillEnded, DrillJoined, DrillMailSent, DrillStarted
from .events import (
    Announced,
    AuthorityTaken,
    CommandDeclined,
    CommandOffered,
    CommandTransferred,
    Declared,
    DescriptionChanged,
    Event,
    ItemAdded,
    ItemFinished,
    NoteAdded,
    PhaseChanged,
    ProposalAccepted,
    ProposalExpired,
    ProposalMade,
    ProposalRejected,
    Recorded,
    RoleChanged,
    SeverityChanged,
    StatusChanged,
    TextChanged,
    TimeChanged,
    UpdateGiven,
    UpdateUndone,
    VenueChanged,
)
from .facts import ROLE_PREFIX, json_holders, json_person, json_time
from .fold_proposals import changes_by_proposal, passed_on
from .frozen import replace
from .model import Actor, Change, Incident, Item, Naming, Person, Said, TakenBack, Update
from .record.record_events import HoldLifted, HoldPlaced, KeyRotated, Pruned, RecordRebuilt, Redacted
from .retro.fold_retro import after_retro
from .retro.retro_events import RetroEvent
from .teams.fold_teams import changes_by_merge, team_fact, team_fields
from .teams.team_events import (
    CustomerWordsApproved,
    IncidentRestricted,
    MergedFrom,
    MergedInto,
    MergeReceived,
    MergeReturned,
)
from .tracking.fold_tracking import changes_by_tracking
from .tracking.tracking_events import TrackingEvent

NOTHING_TO_DECLINE: dict[str, Any] = {"offered": None, "offered_by": None, "named": None}
THREAD_MAX = 20
"""The maximum number of Message-IDs kept for References. Relays reject longer fields, and mail programs truncate them.
"""


def evolve(state: Incident | None, recorded: Recorded) -> Incident:
    """Return the state after `recorded`.

    Raise ValueError if the first event is not a declaration, or if a later one is. A severity that has since been
    removed from the scale is accepted here, because only `decide` checks the scale.
    """
    return _declared(recorded) if state is None else replace(state, **_changes(state, recorded))


def fold(stream: Iterable[Recorded], state: Incident | None = None) -> Incident | None:
    """Return `state` after all events of `stream`, or None if there are no events and no previous state."""
    for recorded in stream:
        state = evolve(state, recorded)
    return state


def state_after(state: Incident, events: Sequence[Event], actor: Actor, at: datetime) -> Incident:
    """Return `state` after `events`, caused by `actor` at `at`."""
    for event in events:
        version = state.version + 1
        state = evolve(state, Recorded(incident=state.id, version=version, at=at, by=actor.person, event=event))
    return state


def first_state(identity: Identity, events: Sequence[Event], actor: Actor, at: datetime) -> Incident:
    """Return the incident declared by `events`. Raise ValueError if there are no events."""
    state = fold(
        Recorded(incident=identity.id, version=number, at=at, by=actor.person, event=event)
        for number, event in enumerate(events, 1)
    )
    if state is None:
        raise ValueError("no events")
    return state


_FACTS: dict[type[Event], str] = {
    SeverityChanged: "severity",
    PhaseChanged: "phase",
    StatusChanged: "status",
    DescriptionChanged: "description",
    VenueChanged: "venue",
}
"""Maps each event that sets a single fact to the name of the fact, which is also the name of its field."""


def _changes(state: Incident, recorded: Recorded) -> dict[str, Any]:
    """Return the fields changed by `recorded`, with their new values."""
    event = recorded.event
    stamp: dict[str, Any] = {"version": recorded.version, "updated_at": recorded.at}

    def change(fact: str, was: Any, now: Any, **update: Any) -> dict[str, Any]:
        noted = Change(fact=fact, was=was, now=now, by=recorded.by, at=recorded.at)
        assumed = tuple(name for name in state.assumed if name != fact)
        return {**stamp, "unannounced": (*state.unannounced, noted), "assumed": assumed, **update}

    if isinstance(event, ClockEvent):
        return {**changes_by_clock(state.clock, event, recorded.by, recorded.at), "version": recorded.version}
    if isinstance(event, RetroEvent):
        return {**stamp, "retro": after_retro(state.retro, event, recorded.by, recorded.at)}
    if isinstance(event, TrackingEvent | MergeReceived | MergeReturned):
        return {**stamp, **_to_items(state, event, recorded)}
    match event:
        case UpdateGiven() | NoteAdded(rides=True):
            said = Said(by=recorded.by, at=recorded.at, text=event.text)
            return {**stamp, "said": (*state.said, said)}
        case UpdateUndone(number=number):
            return {**stamp, "taken_back": _taken_back(state, number, recorded)}
        case NoteAdded():
            return stamp
        case (
            Declared() | Redacted() | Pruned() | HoldPlaced() | HoldLifted() | KeyRotated() | RecordRebuilt()
            | DrillStarted() | DrillMailSent() | DrillJoined() | DrillEnded()
        ):  # fmt: skip
            raise ValueError(f"{event.kind} cannot follow in {recorded.incident}")
        case SeverityChanged() | PhaseChanged() | StatusChanged() | DescriptionChanged() | VenueChanged():
            fact = _FACTS[type(event)]
            now = getattr(event, fact)
            return change(fact, event.was, now, **{fact: now})
        case CommandTransferred():
            was, now = json_person(event.was), json_person(event.commander)
            after = change("commander", was, now, **_with_new_commander(state, event, recorded))
            return {**after, "proposals": passed_on(replace(state, **after), event.was)}
        case CommandOffered():
            return {**stamp, "offered": event.to, "offered_by": recorded.by}
        case CommandDeclined():
            return {**stamp, **NOTHING_TO_DECLINE}
        case TextChanged():
            return change(event.name, event.was, event.text, **{event.name: event.text})
        case TimeChanged():
            return change(event.name, json_time(event.was), json_time(event.time), **{event.name: event.time})
        case RoleChanged():
            roles = {**state.roles, event.role: event.holders}
            return change(ROLE_PREFIX + event.role, json_holders(event.was), json_holders(event.holders), roles=roles)
        case ItemAdded():
            item = Item(number=event.number, kind=event.item, text=event.text, owner=event.owner, at=recorded.at)
            return {**stamp, "items": (*state.items, item)}
        case ItemFinished():
            items = tuple(replace(i, done=True) if i.number == event.number else i for i in state.items)
            return {**stamp, "items": items}
        case AuthorityTaken():
            taken = {"leader": event.origin, "epoch": event.epoch, "skips_numbers": True}
            return {"version": recorded.version, **taken}
        case Announced():
            return _announced(state, event, recorded)
        case CustomerWordsApproved() | MergedInto() | MergedFrom() | IncidentRestricted():
            return change(*team_fact(state, event), **team_fields(event))
        case ProposalMade() | ProposalAccepted() | ProposalRejected() | ProposalExpired():
            return {**changes_by_proposal(state, event, recorded), **stamp}
        case _:
            assert_never(event)


def _with_new_commander(state: Incident, event: CommandTransferred, recorded: Recorded) -> dict[str, Any]:
    return {
        **NOTHING_TO_DECLINE,
        "commander": event.commander,
        "clock": replace(state.clock, next_commander=None),
        "named": _named(event.commander, by=recorded.by, was=event.was),
    }


def _taken_back(state: Incident, number: int, recorded: Recorded) -> tuple[TakenBack, ...]:
    return (*state.taken_back, TakenBack(number=number, by=recorded.by, at=recorded.at))


def _to_items(
    state: Incident, event: TrackingEvent | MergeReceived | MergeReturned, recorded: Recorded
) -> dict[str, Any]:
    """Return the fields changed by an event about tracked items, or by a merge with another incident."""
    if isinstance(event, MergeReceived | MergeReturned):
        return changes_by_merge(state, event)
    return changes_by_tracking(state, event, by=recorded.by, at=recorded.at)


def _announced(state: Incident, event: Announced, recorded: Recorded) -> dict[str, Any]:
    """Return the fields changed by an announcement. `updated_at` stays the same, because no fact changed."""
    thread = (*state.thread[:1], *state.thread[1:][-(THREAD_MAX - 2) :], event.message_id)
    fields: dict[str, Any] = {
        "version": recorded.version,
        "updates": max(state.updates, event.number),
        "unannounced": (),
        "said": (),
        "taken_back": (),
        "thread": thread,
        "is_announced": True,
        "skips_numbers": False,
    }
    if event.number:
        update = Update(
            number=event.number,
            changes=state.unannounced,
            at=recorded.at,
            taken_back=state.taken_back,
            said_by=tuple(dict.fromkeys(said.by for said in state.said if said.text)),
        )
        fields["announced"] = (*state.announced, update)
    return fields


def _named(commander: Person, *, by: Person, was: Person) -> Naming | None:
    """Return who named `commander`, or None if that person took command themselves."""
    return None if commander.same_as(by) else Naming(by=by, was=was)


def _declared(recorded: Recorded) -> Incident:
    event = recorded.event
    if not isinstance(event, Declared):
        raise ValueError(f"{recorded.incident} begins with {event.kind}")
    if event.id != recorded.incident:
        raise ValueError(f"{recorded.incident} declares another incident, {event.id}")
    return Incident(
        id=event.id,
        ref=event.ref,
        origin=event.origin,
        description=event.description,
        subject=event.description,
        details=event.details,
        severity=event.severity,
        phase=event.phase,
        assumed=event.assumed,
        commander=event.commander,
        named=_named(event.commander, by=recorded.by, was=recorded.by),
        venue=event.venue,
        backchannel=event.backchannel,
        impact=event.impact,
        not_affected=event.not_affected,
        customers_may_be_told=event.customers_may_be_told,
        roles=event.roles,
        drill=event.drill,
        restricted=event.restricted,
        silent=event.silent,
        declared_at=event.declared_at,
        declared_by=recorded.by,
        started_at=event.started_at,
        detected_at=event.detected_at,
        next_update_at=event.next_update_at,
        updated_at=recorded.at,
        version=recorded.version,
        thread=(event.declared_in,) if event.declared_in else (),
    )
