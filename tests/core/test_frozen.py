"""Values are immutable, equal by content, and clean, whether they are made, read from JSON, or changed."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import get_args

import pytest

from incidentmail.core.commands import Command
from incidentmail.core.events import KINDS, Declared, ItemAdded, NoteAdded, ProposalMade, TextChanged, TimeChanged
from incidentmail.core.frozen import Frozen, json_text, plain, read, read_text, replace
from incidentmail.core.model import Holders, Incident, Person, Trust
from incidentmail.core.text import LINE_CHARS_MAX, TEXT_CHARS_MAX

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
AT = datetime(2026, 11, 20, 14, 20, tzinfo=UTC)
MARA = Person(name="Mara Lindqvist", address="mara@example.com")
HOSTILE = "Checkout\r\n is\x1b[0m\u202e down "
CLEAN = "Checkout is[0m down"
DECLARED = Declared(id="i", ref="r", origin="o", description="d", severity=2, phase=1, commander=MARA, declared_at=AT)


def test_a_value_cannot_be_changed_and_equals_another_with_the_same_content() -> None:
    with pytest.raises(AttributeError):
        MARA.name = "Bo"  # type: ignore[misc]  # wrong on purpose
    assert Holders(people=(MARA,)) == Holders(people=(Person(name="Mara Lindqvist", address="MARA@example.com"),))
    assert len({MARA, Person(name="Mara Lindqvist", address="mara@example.com")}) == 1


@pytest.mark.parametrize(
    "kind", [*KINDS.values(), *get_args(Command), Person, Incident], ids=lambda kind: kind.__name__
)
def test_everything_that_happened_or_was_asked_for_is_such_a_value(kind: type) -> None:
    assert issubclass(kind, Frozen)
    assert kind.__struct_config__.frozen


@pytest.mark.parametrize(
    "value",
    [
        {"name": "Mara", "phone": "1"},
        {"address": "mara@example.com"},
        {"name": 7},
        {"name": '<>()"'},
        {"name": "Mara", "address": "mara"},
        {"name": "Mara", "address": f"mara@{'x' * 250}.example"},
        "Mara",
    ],
)
def test_json_that_is_no_person_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        read(Person, value)  # type: ignore[arg-type]  # generated JSON


def test_a_person_is_clean_however_it_is_made() -> None:
    cleaned = Person(name="Smith, John Jack", address="john@example.com")
    assert Person(name='Smith, John (IT) "Jack" <', address="John@Example.com") == cleaned
    assert read(Person, {"name": 'Smith, John (IT) "Jack" <', "address": "John@Example.com"}) == cleaned
    assert replace(MARA, name="Smith,\r\nJohn Jack", address="JOHN@example.com") == cleaned
    for name, address in (("", None), ("\x00", None), ("Mara", ""), ("Mara", "a b@example.com")):
        with pytest.raises(ValueError):
            Person(name=name, address=address)


def test_the_texts_of_an_event_are_clean_however_it_is_made() -> None:
    assert replace(DECLARED, description=HOSTILE, venue=HOSTILE).description == CLEAN
    assert read(Declared, {**plain(DECLARED), "impact": HOSTILE}).impact == CLEAN
    assert TextChanged(name="impact", text=HOSTILE, was=HOSTILE) == TextChanged(name="impact", text=CLEAN, was=CLEAN)
    assert NoteAdded(text="One. \r\n\r\n\r\n\r\nTwo.\x07").text == "One.\n\nTwo."
    assert read(NoteAdded, {"kind": "note_added.v1", "text": "One. \r\nTwo.\x07"}).text == "One.\nTwo."


def test_the_times_of_an_event_are_in_utc_and_whole_seconds() -> None:
    paris = AT.astimezone(timezone(timedelta(hours=1))) + timedelta(microseconds=7)
    assert TimeChanged(name="started_at", time=paris, was=None).time == AT
    for event in (replace(DECLARED, declared_at=paris, started_at=paris), read(Declared, plain(DECLARED))):
        assert (event.declared_at, event.declared_at.tzinfo, event.declared_at.microsecond) == (AT, UTC, 0)
    with pytest.raises(ValueError):
        NoteAdded(text="x", time=AT.replace(tzinfo=None))
    with pytest.raises(ValueError):
        read(NoteAdded, {"text": "x", "time": "2026-11-20T14:20:00"})


def test_a_text_that_is_too_long_is_in_no_event() -> None:
    line, text = "x" * (LINE_CHARS_MAX + 1), "x" * (TEXT_CHARS_MAX + 1)
    for build in (
        lambda: replace(DECLARED, description=line),
        lambda: replace(DECLARED, details=text),
        lambda: TextChanged(name="impact", text=None, was=line),
        lambda: NoteAdded(text=text),
        lambda: ItemAdded(number=1, item="action", text=text),
        lambda: ProposalMade(number=1, command=None, reason=line, trust=Trust.MEMBER, confirmers=(), expires_at=AT),
    ):
        with pytest.raises(ValueError):
            build()


def test_what_is_written_as_json_is_read_back() -> None:
    event = replace(DECLARED, roles={"scribe": Holders(people=(MARA,))}, assumed=("phase",))
    assert read_text(Declared, json_text(event)) == event == read(Declared, plain(event))
    assert plain(event)["assumed"] == ["phase"]


AT_ONCE = """
import json, sys, threading
from incidentmail.core.frozen import read_text
from incidentmail.core.model import Incident
from incidentmail.ledger.codec import upcast
text, event = sys.stdin.buffer.read().split(b"\\n")
sys.setswitchinterval(1e-6)
at_once, done = threading.Barrier(6), []
def work(number):
    at_once.wait()
    done.append(read_text(Incident, text) if number % 2 else upcast(json.loads(event)))
threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
[one.start() for one in threads]
[one.join() for one in threads]
assert len(done) == 6
"""


@pytest.mark.parametrize("attempt", range(8))
def test_threads_that_read_the_first_value_of_a_type_at_once_do_not_crash_the_process(attempt: int) -> None:
    """Without a lock, about every second attempt ends with a segmentation fault."""
    stored = json.loads((DATA / "stored_forms.json").read_text(encoding="utf-8"))
    event = json.dumps({"kind": "severity_changed.v1", "severity": 1, "was": 2})
    given = f"{stored['projections'][0]}\n{event}".encode()
    done = subprocess.run([sys.executable, "-c", AT_ONCE], input=given, capture_output=True, cwd=ROOT, check=False)
    assert done.returncode == 0, (done.returncode, done.stderr)
