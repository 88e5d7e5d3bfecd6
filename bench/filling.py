"""Fill a ledger with any number of entries, as in a busy organisation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from incidentmail.core.events import Announced, Declared, Event, NoteAdded, SeverityChanged
from incidentmail.core.model import Actor, Person, Trust
from incidentmail.ledger.sqlite.store import SqliteLedger

AT: Final = datetime(2026, 11, 20, 14, 20, tzinfo=UTC)
BATCH: Final = 100
BATCHES_EACH: Final = 10
"""Batches of entries for each incident. A thousand entries make a long one."""
MARA: Final = Actor(person=Person(name="Mara Lindqvist", address="mara@example.com"), trust=Trust.MEMBER)


def fill(path: Path, size: int) -> str:
    """Create a ledger of `size` entries (a multiple of 100). Return the id of its newest incident."""
    ledger = SqliteLedger(path)
    try:
        for name, version, events in batches(size):
            append(ledger, name, version, events)
    finally:
        ledger.close()
    return name


def append(ledger: SqliteLedger, name: str, version: int, events: tuple[Event, ...]) -> None:
    """Append one batch in one durable transaction."""
    with ledger.transaction() as tx:
        tx.append(name, events, actor=MARA, at=AT, expected_version=version, caused_by=None)


def batches(size: int, *, first: int = 0) -> Iterator[tuple[str, int, tuple[Event, ...]]]:
    """Yield (incident, its version so far, a hundred events) until there are `size` events."""
    for number in range(size // BATCH):
        incident, nth = divmod(number, BATCHES_EACH)
        name = f"2026-11-20-load-{first + incident}"
        yield name, nth * BATCH, tuple(_events(name, f"r{first + incident}", nth))


def _events(name: str, ref: str, nth: int) -> Iterator[Event]:
    if nth == 0:
        yield Declared(id=name, ref=ref, origin="", description="Checkout is rejecting cards", severity=1 + 1, phase=1,
                       commander=MARA.person, declared_at=AT)  # fmt: skip
    else:
        yield NoteAdded(text="The next hundred.")
    for number in range(BATCH - 3):
        yield NoteAdded(text=f"Gateway {number} answers as before, with the old certificate, since 14:0{number % 10}.")
    yield SeverityChanged(severity=1 + nth % 2, was=2 - nth % 2)
    yield Announced(number=nth + 1, message_id=f"<{ref}.{nth}@example.com>")
