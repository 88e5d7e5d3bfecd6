"""Render the body of a request to a hook: the JSON unchanged, or the output of an organisation's template."""

from __future__ import annotations

import json
from typing import Any

from incidentmail.errors import RenderError
from incidentmail.templating import Templates

SAID = ("update", "note")
"""The events whose `what` is in a person's own words."""
NOBODYS = ("role_needed", "update_missed")
"""The events that nobody caused. Their sentence does not begin with a name."""


def template_file(name: str) -> str:
    """Return the file name of a hook's template.

    >>> template_file("slack")
    'hook/slack.json.j2'
    """
    return f"hook/{name}.json.j2"


def body_of(payload: str, template: str | None, templates: Templates, *, secret: str | None) -> str:
    """Return the text to send, or an empty text if the template skips this event.

    `payload` is the JSON of one delivery. Without a template it is sent unchanged, so that every attempt sends the same
    bytes. Raise RenderError if the template fails or its output is not JSON.
    """
    if template is None:
        return payload
    name, told = template_file(template), json.loads(payload)
    text = templates.data(name, {**told, **_words(told), "secret": secret})
    if not text:
        return ""
    try:
        json.loads(text)
    except ValueError as error:
        raise RenderError(
            f"template {name} does not write JSON: {error}",
            hint="let the filter tojson write each value: {{ headline | tojson }}",
        ) from error
    return text


def _words(told: dict[str, Any]) -> dict[str, str]:
    """Return two texts for templates: a headline about the incident, and a sentence about the event."""
    incident, event, what, who = told["incident"], told["event"], told["what"], told["by"]["name"]
    mark = "TEST " if told["is_test"] else "DRILL " if incident["drill"] else ""
    if event in NOBODYS:
        sentence = what[:1].upper() + what[1:]
    else:
        sentence = f"{who}: {what}" if event in SAID else f"{who} {what}"
    return {"headline": f"{mark}[sev {incident['severity']}] {incident['description']}", "sentence": sentence}
