"""Describe an event in a few words that follow a name: "Bo K. raised the severity from 2 to 1"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import assert_never

from incidentmail.core import events as e
from incidentmail.core.deeds.changes import change_in, deed_in_full
from incidentmail.core.events import Event
from incidentmail.core.frozen import JsonValue
from incidentmail.core.model import Person
from incidentmail.core.teams.team_events import (
    CustomerWordsApproved,
    IncidentRestricted,
    MergedFrom,
    MergedInto,
    MergeEvent,
    MergeReceived,
    MergeReturned,
    TeamEvent,
)
from incidentmail.core.times import show_time
from incidentmail.core.tracking.tracking_events import TrackingEvent
from incidentmail.core.words import NO_CHANGE, Words, in_brackets

from .clock_words import clock_words
from .drills.drill_words import drill_words
from .record_words import record_words
from .retro_words import retro_words
from .tracking_words import what_was_tracked


def what_happened(event: Event, by: Person | None, words: Words, zones: Sequence[str], on: date) -> str:
    """Return a description of an event, in the past tense and without the person's name.

    Words that people wrote are unchanged. `by` is the person who caused the event. The description says if they named
    themselves. Times on the day `on` are shown without a date.

    >>> from datetime import datetime
    >>> from incidentmail.core.policy import Policy
    >>> what_happened(e.SeverityChanged(severity=1, was=2), None, Words(Policy()), (), date(2026, 11, 20))
    'raised the severity from 2 to 1 (critical)'
    """
    if isinstance(event, e.ClockEvent):
        return clock_words(event, words, zones, on)
    if isinstance(event, e.RetroEvent):
        return retro_words(event, by, zones, on)
    if isinstance(event, TrackingEvent):
        return what_was_tracked(event, by, words, zones, on)
    if isinstance(event, e.RecordEvent):
        return record_words(event, zones, on)
    if isinstance(event, e.DrillEvent):
        return drill_words(event)
    match event:
        case e.Declared(severity=severity):
            return f"declared the incident: severity {severity}{in_brackets(words.severity_name(severity))}"
        case (
            e.SeverityChanged() | e.PhaseChanged() | e.StatusChanged() | e.CommandTransferred() | e.VenueChanged()
            | e.DescriptionChanged() | e.TextChanged() | e.TimeChanged() | e.RoleChanged()
        ):  # fmt: skip
            return deed_in_full(words, change_in(event, by), zones, on)
        case e.CommandOffered(to=person):
            return f"offered command to {person.name}"
        case e.CommandDeclined():
            return "declined command"
        case e.NoteAdded(text=text, time=time):
            return f"{text}{in_brackets(f'at {show_time(time, zones, on)}' if time else None)}"
        case e.UpdateGiven(text=text):
            return text or NO_CHANGE
        case _:
            return _on_the_record(event, words, zones, on)


def _on_the_record(
    event: e.ItemAdded | e.ItemFinished | e.UpdateUndone | e.ProposalMade | e.ProposalAccepted | e.ProposalRejected
    | e.ProposalExpired | e.Announced | e.AuthorityTaken | TeamEvent,
    words: Words, zones: Sequence[str], on: date,
) -> str:  # fmt: skip
    match event:
        case e.ItemAdded(number=number, item=item, text=text, owner=owner):
            return f"{words.key(item)} {number}: {text}{in_brackets(owner.name if owner else None)}"
        case e.ItemFinished(number=number):
            return f"finished number {number}"
        case e.UpdateUndone(number=number):
            return f"undid update {number}"
        case e.ProposalMade(number=number, command=command, expires_at=until):
            return f"asked to {_asked(command, words)} (proposal {number}, until {show_time(until, zones, on)})"
        case e.ProposalAccepted(number=number):
            return f"accepted proposal {number}"
        case e.ProposalRejected(number=number):
            return f"rejected proposal {number}"
        case e.ProposalExpired(number=number):
            return f"let proposal {number} expire"
        case e.AuthorityTaken(origin=origin, epoch=epoch):
            who = f"the ledger {origin}" if origin else "nobody"
            return f"noted that {who} leads the incident from now on (promotion {epoch})"
        case e.Announced(number=number):
            return f"announced update {number}" if number else "announced the incident"
        case MergedInto() | MergedFrom() | MergeReceived() | MergeReturned():
            return _merged(event)
        case IncidentRestricted():
            return "restricted the incident to its own list"
        case CustomerWordsApproved(approval=approval):
            by = f", written by {approval.by.name}" if approval and approval.has_two_people else ""
            return f"approved the words for customers{by}" if approval else "took back the approval for customers"
        case _:
            assert_never(event)


def _merged(event: MergeEvent) -> str:
    match event:
        case MergedInto(into=into, was=was):
            return f"merged this incident into {into}" if into else f"took this incident out of {was} again"
        case MergedFrom(incidents=incidents, was=was):
            new, gone = [one for one in incidents if one not in was], [one for one in was if one not in incidents]
            return f"merged {', '.join(new)} into this incident" if new else f"took {', '.join(gone)} out again"
        case MergeReceived(incident=name, items=items):
            count = len(items) if isinstance(items, list) else 0
            return f"brought {count} open {'action or need' if count == 1 else 'actions and needs'} from {name}"
        case MergeReturned(incident=name):
            return f"gave back what came from {name}"
        case _:
            assert_never(event)


def _asked(command: JsonValue, words: Words) -> str:
    from incidentmail.core.command_json import read_command  # few incidents have a proposal
    from incidentmail.core.command_text import describe

    try:
        return describe(read_command(command), words)
    except ValueError:
        return "do something that is no longer on record"
