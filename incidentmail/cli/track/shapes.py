"""Define the `--json` output about tracked items and the people at work, as described in docs/json.md."""

from __future__ import annotations

from incidentmail.core.facts import json_person, json_time
from incidentmail.core.frozen import JsonValue
from incidentmail.core.model import Holders, Incident, Item
from incidentmail.core.tracking.roll_call import RollCall
from incidentmail.core.words import Words


def roles(incident: Incident, words: Words) -> dict[str, JsonValue]:
    """Return who holds each role, and which roles are needed but not held."""
    missing = words.policy.missing_roles(incident) if incident.is_open else ()
    held = {key: incident.roles.get(key, Holders()) for key in words.role_keys(incident)}
    return {
        "id": incident.id,
        "commander": json_person(incident.commander),
        "roles": [
            {
                "key": key,
                "title": words.key(f"roles.{key}"),
                "people": [json_person(person) for person in one.people],
                "needed": key in missing,
                "not_needed": one.dismissed,
            }
            for key, one in held.items()
        ],
        "engaged": engaged(incident),
    }


def roll_call(call: RollCall | None) -> JsonValue:
    """Return the newest roll call, or null."""
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
    """Return the people who joined without a role."""
    return [{"person": json_person(one.person), "since": json_time(one.since)} for one in incident.engaged]


def item(item: Item) -> JsonValue:
    """Return an item."""
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
