"""Apply events about words for customers, merging and restricting to the state. Called by `evolve`."""

from __future__ import annotations

from typing import Any, assert_never

from incidentmail.core.frozen import JsonValue, plain, read
from incidentmail.core.model import Incident, Item

from .merged import Merged
from .team_events import CustomerWordsApproved, IncidentRestricted, MergedFrom, MergedInto, MergeReceived, MergeReturned

TeamFact = CustomerWordsApproved | MergedInto | MergedFrom | IncidentRestricted
"""The events that change a fact and are therefore announced to the list."""


def team_fact(state: Incident, event: TeamFact) -> tuple[str, JsonValue, JsonValue]:
    """Return the fact changed by `event`, with its old and new values as JSON."""
    match event:
        case CustomerWordsApproved(approval=approval):
            return "customer_words", plain(state.approval), plain(approval)
        case MergedInto(into=into):
            return "merged_into", state.merged_into, into
        case MergedFrom(incidents=incidents):
            return "merged_from", [*state.merged_from], [*incidents]
        case IncidentRestricted():
            return "restricted", state.restricted, True
        case _:
            assert_never(event)


def team_fields(event: TeamFact) -> dict[str, Any]:
    """Return the fields of the state changed by `event`, with their new values."""
    match event:
        case CustomerWordsApproved(approval=approval):
            return {"approval": approval}
        case MergedInto(into=into):
            return {"merged_into": into}
        case MergedFrom(incidents=incidents):
            return {"merged_from": incidents}
        case IncidentRestricted():
            return {"restricted": True}
        case _:
            assert_never(event)


def changes_by_merge(state: Incident, event: MergeReceived | MergeReturned) -> dict[str, Any]:
    """Return the fields changed by merging another incident into this one, or by separating it again."""
    kept = tuple(one for one in state.merges if one.incident != event.incident)
    if isinstance(event, MergeReceived):
        items = read(tuple[Item, ...], event.items)
        merged = Merged(
            incident=event.incident, items=tuple(item.number for item in items), numbers=event.numbers,
            before=_facts(event.before), after=_facts(event.after),
        )  # fmt: skip
        return {"items": (*state.items, *items), "merges": (*kept, merged)}
    gone = {number for one in state.merges if one.incident == event.incident for number in one.items}
    return {"items": tuple(item for item in state.items if item.number not in gone), "merges": kept}


def _facts(value: JsonValue) -> dict[str, JsonValue]:
    """Return the facts, or an empty mapping if they were redacted."""
    return dict(value) if isinstance(value, dict) else {}
