"""List the events of an incident in order: who did what, when, and in which words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from incidentmail.core.events import (
    Announced,
    AuthorityTaken,
    ItemAdded,
    NoteAdded,
    OnCallAsked,
    ProposalExpired,
    Recorded,
    UpdateGiven,
    UpdateKept,
)
from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Person
from incidentmail.core.teams.team_events import MergeReceived, MergeReturned
from incidentmail.core.tracking.tracking_events import ItemTracked
from incidentmail.core.words import Words

from .event_words import what_happened

SAID = (NoteAdded, UpdateGiven, ItemAdded, ItemTracked)
OF_THE_TOOL = (Announced, ProposalExpired, UpdateKept, OnCallAsked, AuthorityTaken, MergeReceived, MergeReturned)
"""Events that are not news: the tool's own actions, and events that repeat another entry."""


class Happened(Frozen, kw_only=True):
    """An event in words.

    `kind` is the kind of event. If `is_said` is true, `what` is in the person's own words.
    """

    at: datetime
    by: Person
    what: str
    kind: str
    is_said: bool
    is_news: bool


def timeline(recorded: Iterable[Recorded], words: Words, zones: Sequence[str], now: datetime) -> Iterator[Happened]:
    """Yield the events as descriptions, in the order of `recorded`."""
    for one in recorded:
        event = one.event
        yield Happened(
            at=one.at,
            by=one.by,
            what=what_happened(event, one.by, words, zones, now.date()),
            kind=event.kind,
            is_said=isinstance(event, SAID),
            is_news=not isinstance(event, OF_THE_TOOL),
        )
