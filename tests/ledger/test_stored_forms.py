"""What earlier versions stored is read, and written again byte for byte.

tests/data/stored_forms.json was written by the code before core/frozen.py: one entry or more of every kind of event,
two projections, every command as a proposal keeps it, private mails that wait. It is never written anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from incidentmail.core.command_json import NAMES, command_json, read_command
from incidentmail.core.events import KINDS
from incidentmail.core.frozen import json_text, read_text
from incidentmail.core.model import Actor, Incident, Trust
from incidentmail.ledger.codec import canonical, decode, encode
from incidentmail.outbound.private_mails import Private

STORED: Final = json.loads((Path(__file__).parents[1] / "data" / "stored_forms.json").read_text(encoding="utf-8"))
SALT: Final = b"0123456789abcdef"
ENTRIES: Final[list[dict[str, Any]]] = STORED["entries"]


def test_every_kind_of_event_and_every_command_is_there() -> None:
    assert {entry["kind"] for entry in ENTRIES} == KINDS.keys()
    assert {json.loads(text)["command"] for text in STORED["commands"]} == NAMES.keys()


@pytest.mark.parametrize("stored", ENTRIES, ids=[entry["kind"] for entry in ENTRIES])
def test_an_entry_is_written_as_it_always_was(stored: Mapping[str, Any]) -> None:
    body, texts = stored["body"].encode(), stored["texts"]
    entry = decode(body, {slot: (SALT, text) for slot, text in texts.items()}, hash_=b"")
    actor = Actor(person=entry.recorded.by, trust=Trust(entry.trust))
    again = encode(entry.recorded, seq=entry.seq, actor=actor, caused_by=entry.caused_by, salt=lambda: SALT)
    assert again.body == body
    assert {slot: text for slot, _, text in again.sealed} == texts


@pytest.mark.parametrize("text", STORED["projections"])
def test_a_projection_is_written_as_it_always_was(text: str) -> None:
    assert json_text(read_text(Incident, text)) == text


@pytest.mark.parametrize("text", STORED["commands"], ids=lambda text: json.loads(text)["command"])
def test_a_command_is_written_as_it_always_was(text: str) -> None:
    value = json.loads(text)
    command = read_command(value)
    assert command_json(command) == value
    assert canonical(command_json(command)) == canonical(value)
    assert read_command(command_json(command)) == command


@pytest.mark.parametrize("text", STORED["private_mails"])
def test_a_private_mail_that_waits_is_read_whole_though_newer_ones_have_more_in_them(text: str) -> None:
    stored = json.loads(text)
    items = [{**item, "also": []} for item in stored["items"]]
    assert json.loads(json_text(read_text(Private, text))) == {
        **stored,
        "number": None,
        "items": items,
        "undelivered": None,
    }
