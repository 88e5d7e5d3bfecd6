"""The state that events would lead to, before they are in the ledger. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from .commands import Identity
from .events import Event, Recorded
from .fold import evolve, fold
from .model import Actor, Incident


def state_after(state: Incident, events: Sequence[Event], actor: Actor, at: datetime) -> Incident:
    """Return `state` after `events`."""
    for event in events:
        version = state.version + 1
        state = evolve(state, Recorded(incident=state.id, version=version, at=at, by=actor.person, event=event))
    return state


def first_state(identity: Identity, events: Sequence[Event], actor: Actor, at: datetime) -> Incident:
    """Return the incident that `events` declare. Raise ValueError if there are none."""
    state = fold(
        Recorded(incident=identity.id, version=number, at=at, by=actor.person, event=event)
        for number, event in enumerate(events, 1)
    )
    if state is None:
        raise ValueError("no events")
    return state
