"""Build the JSON payload for a hook. docs/json.md describes the format, which is the same for every hook."""

from __future__ import annotations

import json
from datetime import datetime

from incidentmail.core.events import UpdateMissed
from incidentmail.core.facts import json_person, json_time
from incidentmail.core.frozen import JsonValue, plain
from incidentmail.core.model import Incident, Person
from incidentmail.core.times import show_time
from incidentmail.core.words import Words
from incidentmail.report.event_words import what_happened
from incidentmail.report.incident_json import show

from .hook_events import COMMAND, Occurrence

VERSION = 1


def payload(
    incident: Incident, one: Occurrence, words: Words, *, id: str, by: Person, at: datetime, is_test: bool = False
) -> dict[str, JsonValue]:
    """Return the payload for one occurrence. `incident` is the state after that, and `by` is the person who caused it.

    `id` is the same for every delivery attempt.
    """
    return {
        "version": VERSION,
        "id": id,
        "event": one.name,
        "at": json_time(at),
        "by": json_person(by),
        "what": _what(one, by, words, at),
        "data": _data(one, words),
        "is_test": is_test,
        "incident": show(incident, words.policy),
    }


def as_text(payload: dict[str, JsonValue]) -> str:
    """Return the payload as single-line JSON. The signature is computed over its UTF-8 encoding."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":"))


def delivery_id(incident: Incident, version: int, number: int) -> str:
    """Return a unique delivery id. `number` counts the deliveries caused by the same change, from 1."""
    return f"{incident.origin}-{incident.ref}-{version}-{number}"


def _what(one: Occurrence, by: Person, words: Words, at: datetime) -> str:
    if one.role is not None:
        is_command = one.role == COMMAND
        return "nobody has said yet that they lead it" if is_command else f"nobody is {_title(one.role, words)} yet"
    if isinstance(one.event, UpdateMissed):
        return f"no update was sent by {show_time(one.event.due_at, (), at.date())}, when it was due"
    return what_happened(one.event, by, words, (), at.date())


def _data(one: Occurrence, words: Words) -> dict[str, JsonValue]:
    if one.role is not None:
        return {"role": one.role, "title": _title(one.role, words)}
    return {name: value for name, value in plain(one.event).items() if name != "kind"}


def _title(role: str, words: Words) -> str:
    return words.title if role == COMMAND else words.key(f"roles.{role}")
