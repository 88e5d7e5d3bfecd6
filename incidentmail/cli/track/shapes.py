"""Define the `--json` output about the people at work, as described in docs/json.md."""

from __future__ import annotations

from incidentmail.core.facts import json_person
from incidentmail.core.frozen import JsonValue
from incidentmail.core.model import Holders, Incident
from incidentmail.core.words import Words
from incidentmail.report.tracked_json import engaged


def roles(incident: Incident, words: Words) -> dict[str, JsonValue]:
    """Return the holders of each role, and the roles that are needed but not held."""
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
