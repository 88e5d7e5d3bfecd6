"""Convert between events and facts: named values that follow-ups state and that undo restores.

A fact has a name ("severity", "commander", "roles.customer_liaison") and a JSON value, so facts can be compared, signed
(core/ids.py) and stored by code that does not know every event. Only this module converts between facts and events.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast

from .events import (
    CommandTransferred,
    DescriptionChanged,
    Event,
    PhaseChanged,
    RoleChanged,
    SeverityChanged,
    StatusChanged,
    TextChanged,
    TimeChanged,
    VenueChanged,
)
from .frozen import JsonValue, plain, read
from .model import Change, Holders, Incident, Person, Status, TextField, TimeField
from .teams.approval import Approval
from .teams.team_events import CustomerWordsApproved, IncidentRestricted, MergedFrom, MergedInto

TEXT_FACTS: tuple[TextField, ...] = ("impact", "not_affected", "backchannel", "customers_may_be_told")
TIME_FACTS: tuple[TimeField, ...] = ("started_at", "detected_at", "next_update_at")
_PLAIN = ("severity", "phase", "status", "venue", "description", "details", "merged_into")
_DECLARED_ONCE = ("drill", "restricted", "silent")
ROLE_PREFIX = "roles."
APPROVAL = "customer_words"
"""The name of the fact that records who approved the words for customers."""
SAID = "said"
"""The key for the texts of a follow-up when it is announced and signed. Texts are not part of the state."""


def json_time(at: datetime | None) -> str | None:
    """Return `at` in RFC 3339 format, in UTC and whole seconds. Raise ValueError if it has no time zone.

    >>> json_time(datetime(2026, 11, 20, 14, 7, tzinfo=UTC))
    '2026-11-20T14:07:00Z'
    """
    if at is None:
        return None
    if at.tzinfo is None:
        raise ValueError("a time needs a zone")
    return at.astimezone(UTC).isoformat(timespec="seconds").removesuffix("+00:00") + "Z"


def json_person(person: Person) -> JsonValue:
    """Return a person as JSON: `{"name", "address"}`. The address is null if it is unknown."""
    return {"name": person.name, "address": person.address}


def json_approval(approval: Approval | None) -> JsonValue:
    """Return an approval as JSON: `{"words", "by", "approved_by"}`."""
    value: JsonValue = plain(approval)
    return value


def json_holders(holders: Holders) -> JsonValue:
    return {"people": [json_person(person) for person in holders.people], "dismissed": holders.dismissed}


def fact(incident: Incident, name: str) -> JsonValue:
    """Return the value of one fact as JSON. Raise KeyError if there is no fact with that name."""
    if name.startswith(ROLE_PREFIX):
        return json_holders(incident.roles.get(name.removeprefix(ROLE_PREFIX), Holders()))
    if name in TIME_FACTS:
        return json_time(cast(datetime | None, getattr(incident, name)))
    if name == "commander":
        return json_person(incident.commander)
    if name == "assumed":
        return list(incident.assumed)
    if name == APPROVAL:
        return json_approval(incident.approved_words)
    if name == "merged_from":
        return [*incident.merged_from]
    if name in (*_PLAIN, *_DECLARED_ONCE, *TEXT_FACTS):
        return cast(JsonValue, getattr(incident, name))
    raise KeyError(name)


def declared_facts(incident: Incident) -> dict[str, JsonValue]:
    """Return all facts stated by a declaration, except empty ones."""
    names = ["severity", "phase", "commander", "venue", "description", "details", "assumed", *_DECLARED_ONCE, APPROVAL]
    names += [*TEXT_FACTS, *TIME_FACTS, *(ROLE_PREFIX + role for role in incident.roles)]
    facts = {name: fact(incident, name) for name in names}
    facts["declared_at"] = json_time(incident.declared_at)
    return without_empty(facts)


def without_empty(facts: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return `facts` without those whose value is empty. Phase 0 is kept, although it equals False.

    >>> without_empty({"phase": 0, "drill": False, "venue": None, "details": ""})
    {'phase': 0}
    """
    return {name: value for name, value in facts.items() if value is not False and value not in (None, "", [])}


def changed_facts(incident: Incident) -> dict[str, JsonValue]:
    """Return the current values of the facts that a follow-up sent now would announce."""
    return {change.fact: fact(incident, change.fact) for change in incident.unannounced}


def old_values(changes: tuple[Change, ...]) -> dict[str, JsonValue]:
    """Return the value that each changed fact had before the first of `changes` to it."""
    before: dict[str, JsonValue] = {}
    for change in changes:
        before.setdefault(change.fact, change.was)
    return before


def event_for(incident: Incident, name: str, value: JsonValue) -> Event:
    """Return the event that sets fact `name` to `value`. Raise KeyError or ValueError if there is none."""
    if name.startswith(ROLE_PREFIX):
        role = name.removeprefix(ROLE_PREFIX)
        return RoleChanged(role=role, holders=read(Holders, value), was=incident.roles.get(role, Holders()))
    if name in TEXT_FACTS:
        return TextChanged(name=name, text=cast(str | None, value), was=getattr(incident, name))
    if name in TIME_FACTS:
        time = None if value is None else datetime.fromisoformat(str(value))
        return TimeChanged(name=name, time=time, was=getattr(incident, name))
    match name:
        case "severity":
            return SeverityChanged(severity=int(cast(int, value)), was=incident.severity)
        case "phase":
            return PhaseChanged(phase=int(cast(int, value)), was=incident.phase)
        case "status":
            return StatusChanged(status=Status(str(value)), was=incident.status)
        case "restricted" if value is True:
            return IncidentRestricted()
        case "merged_into":
            return MergedInto(into=cast(str | None, value), was=incident.merged_into)
        case "merged_from":
            return MergedFrom(incidents=read(tuple[str, ...], value), was=incident.merged_from)
        case "customer_words":
            return CustomerWordsApproved(approval=None if value is None else read(Approval, value))
        case "commander":
            return CommandTransferred(commander=read(Person, value), was=incident.commander)
        case "venue":
            return VenueChanged(venue=cast(str | None, value), was=incident.venue)
        case "description":
            return DescriptionChanged(description=str(value), was=incident.description)
        case _:
            raise KeyError(name)


def fact_of(event: Event) -> tuple[str, JsonValue] | None:
    """Return the fact that an event changes and its new value, or None. This is the inverse of `event_for`.

    >>> fact_of(SeverityChanged(severity=1, was=2))
    ('severity', 1)
    """
    match event:
        case RoleChanged():
            return ROLE_PREFIX + event.role, json_holders(event.holders)
        case TextChanged():
            return event.name, event.text
        case TimeChanged():
            return event.name, json_time(event.time)
        case SeverityChanged():
            return "severity", event.severity
        case PhaseChanged():
            return "phase", event.phase
        case StatusChanged():
            return "status", event.status.value
        case CommandTransferred():
            return "commander", json_person(event.commander)
        case VenueChanged():
            return "venue", event.venue
        case DescriptionChanged():
            return "description", event.description
        case IncidentRestricted():
            return "restricted", True
        case MergedInto():
            return "merged_into", event.into
        case MergedFrom():
            return "merged_from", [*event.incidents]
        case CustomerWordsApproved():
            return APPROVAL, json_approval(event.approval)
        case _:
            return None


def merge(*parts: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the union of several mappings of facts. Later values replace earlier ones."""
    return {name: value for part in parts for name, value in part.items()}
