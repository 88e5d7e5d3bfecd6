"""Data that earlier versions stored is read, and written again byte for byte.

tests/data/stored_forms.json was written by the code before core/frozen.py. It holds at least one entry of every kind of
event, two projections, every command as a proposal keeps it, and private mails that wait. The files beside it hold the
entries and commands that were added later. None of these files is ever written again.
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

DATA: Final = Path(__file__).parents[1] / "data"
STORED: Final = json.loads((DATA / "stored_forms.json").read_text(encoding="utf-8"))
LATER: Final = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(DATA.glob("stored_forms_*.json"))]
SALT: Final = b"0123456789abcdef"
ENTRIES: Final[list[dict[str, Any]]] = [entry for stored in (STORED, *LATER) for entry in stored["entries"]]
COMMANDS: Final[list[str]] = [text for stored in (STORED, *LATER) for text in stored["commands"]]


def test_every_kind_of_event_and_every_command_is_there() -> None:
    assert {entry["kind"] for entry in ENTRIES} == KINDS.keys()
    assert {json.loads(text)["command"] for text in COMMANDS} == NAMES.keys()


@pytest.mark.parametrize("stored", ENTRIES, ids=[entry["kind"] for entry in ENTRIES])
def test_an_entry_is_written_as_it_always_was(stored: Mapping[str, Any]) -> None:
    body, texts = stored["body"].encode(), stored["texts"]
    entry = decode(body, {slot: (SALT, text) for slot, text in texts.items()}, hash_=b"")
    actor = Actor(person=entry.recorded.by, trust=Trust(entry.trust))
    again = encode(entry.recorded, seq=entry.seq, actor=actor, caused_by=entry.caused_by, salt=lambda: SALT)
    assert again.body == body
    assert {slot: text for slot, _, text in again.sealed} == texts


@pytest.mark.parametrize("text", STORED["projections"])
def test_a_projection_is_read_whole_though_newer_ones_have_more_in_them(text: str) -> None:
    assert _has_all_of(json.loads(text), json.loads(json_text(read_text(Incident, text))))


def _has_all_of(stored: Any, again: Any) -> bool:
    """Return whether `again` contains everything in `stored`. Its objects may have additional fields."""
    if isinstance(stored, dict):
        return isinstance(again, dict) and all(
            name in again and _has_all_of(stored[name], again[name]) for name in stored
        )
    if isinstance(stored, list):
        return len(stored) == len(again) and all(map(_has_all_of, stored, again))
    return bool(stored == again)


@pytest.mark.parametrize("text", COMMANDS, ids=lambda text: json.loads(text)["command"])
def test_a_command_is_written_as_it_always_was(text: str) -> None:
    value = json.loads(text)
    command = read_command(value)
    assert command_json(command) == value
    assert canonical(command_json(command)) == canonical(value)
    assert read_command(command_json(command)) == command


@pytest.mark.parametrize("text", STORED["private_mails"])
def test_a_private_mail_that_waits_is_read_whole_though_newer_ones_have_more_in_them(text: str) -> None:
    assert _has_all_of(json.loads(text), json.loads(json_text(read_text(Private, text))))
