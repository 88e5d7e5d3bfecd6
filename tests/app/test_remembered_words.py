"""The words of an incident's mails are read from the ledger once, and then equal those in the ledger."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import cast

import pytest

from incidentmail.app.remembered_words import CHARS_MAX, INCIDENT_CHARS_MAX, INCIDENTS_MAX, Memories
from incidentmail.ledger.sqlite.checksums import register
from incidentmail.ledger.sqlite.store import SqliteLedger
from incidentmail.ledger.view import LedgerView
from incidentmail.reply.extraction.cut import cut
from incidentmail.reply.memory.earlier_words import mask

QUOTED = ["> fine", "Severity: 1"]


def remember(ledger: SqliteLedger, incident: str, text: str) -> None:
    with ledger.transaction() as tx:
        tx.remember_words(incident, text)


def knows(memories: Memories, ledger: SqliteLedger, incident: str) -> bool:
    with ledger.snapshot() as view:
        return memories.of(incident, view).quoted(QUOTED)[1]


@pytest.fixture
def ledger(tmp_path: Path) -> SqliteLedger:
    return SqliteLedger(tmp_path / "ledger.db")


def test_what_was_written_since_the_last_reply_is_remembered(ledger: SqliteLedger) -> None:
    memories = Memories()
    remember(ledger, "one", "Phase: 2")
    assert not knows(memories, ledger, "one")
    remember(ledger, "two", "Severity: 1")
    assert not knows(memories, ledger, "one")
    remember(ledger, "one", "Severity: 1")
    assert knows(memories, ledger, "one")


class NotingView:
    """A view that records which texts were read from it."""

    def __init__(self, view: LedgerView, read: list[str]) -> None:
        self.view, self.read = view, read

    def words_after(
        self, incident_id: str, number: int, *, chars_max: int | None = None
    ) -> tuple[int, int, list[tuple[int, str]]]:
        known, count, newer = self.view.words_after(incident_id, number, chars_max=chars_max)
        self.read += [text for _, text in newer]
        return known, count, newer


def test_no_text_is_read_twice(ledger: SqliteLedger) -> None:
    memories, read = Memories(), list[str]()
    texts = [f"Update {number}" for number in range(20)]
    for text in texts:
        remember(ledger, "one", text)
        with ledger.snapshot() as view:
            memories.of("one", cast(LedgerView, NotingView(view, read)))
    assert read == texts


def test_texts_that_are_gone_from_the_ledger_are_forgotten(ledger: SqliteLedger, tmp_path: Path) -> None:
    memories = Memories()
    remember(ledger, "one", "Severity: 1")
    remember(ledger, "one", "Phase: 2")
    assert knows(memories, ledger, "one")
    with sqlite3.connect(tmp_path / "ledger.db") as other:
        register(other)
        other.execute("DELETE FROM earlier_texts WHERE id = 1")
    other.close()
    assert not knows(memories, ledger, "one")


def test_many_incidents_at_a_time_are_remembered_all_the_same(ledger: SqliteLedger) -> None:
    memories = Memories()
    names = [f"incident-{number}" for number in range(2 * INCIDENTS_MAX)]
    for name in names:
        remember(ledger, name, "Severity: 1")
    for _ in range(2):
        assert all(knows(memories, ledger, name) for name in names)


def test_while_many_incidents_are_answered_a_new_reply_reads_only_the_texts_since_the_last_one(
    ledger: SqliteLedger,
) -> None:
    memories, read = Memories(), list[str]()
    names = [f"incident-{number}" for number in range(3 * INCIDENTS_MAX)]
    for turn in range(4):
        for name in names:
            remember(ledger, name, f"In try {turn} of {name} shop {turn} could not take any cards.")
            with ledger.snapshot() as view:
                memory = memories.lazily(name, cast(LedgerView, NotingView(view, read)))
                reply = [f"The bank at number {100 + turn} says that nobody there is awake."]
                assert all(mask(cut("\n".join(reply)), memory))
    assert len(read) == 4 * len(names), "each text is read once"


def test_a_repeated_line_is_found_while_many_incidents_are_answered(ledger: SqliteLedger) -> None:
    memories = Memories()
    for number in range(3 * INCIDENTS_MAX):
        remember(ledger, f"incident-{number}", f"Severity: {number}\nPhase: 2 and nothing else is known by now")
    for number in range(3 * INCIDENTS_MAX):
        text = f"Severity: {number}\nPhase: 2 and nothing else is known by now"
        with ledger.snapshot() as view:
            assert mask(cut(text), memories.lazily(f"incident-{number}", view)) == (False, False)


def test_long_texts_of_other_incidents_are_not_kept(ledger: SqliteLedger) -> None:
    memories, read = Memories(), list[str]()
    text = "Severity: 1\n" + "x" * INCIDENT_CHARS_MAX
    names = [f"incident {number}" for number in range(CHARS_MAX // INCIDENT_CHARS_MAX)]
    for name in (*names, names[-1], names[0]):
        if name not in read:
            remember(ledger, name, text)
        with ledger.snapshot() as view:
            memories.of(name, cast(LedgerView, NotingView(view, read)))
        read.append(name)
    assert read == [*(part for name in names for part in (text, name)), names[-1], text, names[0]]


def test_of_one_incident_only_the_newest_words_are_kept(ledger: SqliteLedger) -> None:
    memories, filler = Memories(), "y " * (INCIDENT_CHARS_MAX // 8)
    remember(ledger, "one", "Severity: 1")
    assert knows(memories, ledger, "one")
    for _ in range(9):
        remember(ledger, "one", filler)
        with ledger.snapshot() as view:
            memories.of("one", view)
    assert not knows(memories, ledger, "one")
    assert not knows(Memories(), ledger, "one")
    remember(ledger, "one", "Severity: 1")
    assert knows(memories, ledger, "one")
    assert knows(Memories(), ledger, "one")
