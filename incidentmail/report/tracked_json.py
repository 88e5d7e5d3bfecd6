"""Convert tracked items and people at work to JSON, in the format described in docs/json.md."""

from __future__ import annotations

from incidentmail.core.facts import json_person, json_time
from incidentmail.core.frozen import JsonValue
from incidentmail.core.model import Incident, Item
from incidentmail.core.tracking.roll_call import RollCall


def roll_call(call: RollCall | None) -> JsonValue:
    """Return the JSON of a roll call, or null if there is none."""
    if call is None:
        return None
    answers = ((person, call.answer_of(person)) for person in call.people)
    return {
        "at": json_time(call.at),
        "by": json_person(call.by),
        "people": [
            {
                "person": json_person(person),
                "answer": answer.text if answer else None,
                "answered_at": json_time(answer.at) if answer else None,
            }
            for person, answer in answers
        ],
    }


def engaged(incident: Incident) -> list[JsonValue]:
    """Return the JSON of the people who joined without a role."""
    return [{"person": json_person(one.person), "since": json_time(one.since)} for one in incident.engaged]


def item(item: Item) -> JsonValue:
    """Return the JSON of a tracked item."""
    return {
        "number": item.number,
        "kind": item.kind,
        "text": item.text,
        "owner": json_person(item.owner) if item.owner else None,
        "done": item.done,
        "at": json_time(item.at),
        "by": json_person(item.by) if item.by else None,
        "due_at": json_time(item.due_at),
        "about": item.about,
        "verdict": item.verdict,
        "judged_by": json_person(item.judged_by) if item.judged_by else None,
        "asked_at": json_time(item.asked_at),
    }
