"""The ledger itself: appending, verifying, and folding its projection anew."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from incidentmail.core.fold import fold
from incidentmail.ledger.sqlite.store import SqliteLedger

from .filling import BATCH, append, batches, fill
from .table import Row, compare, seconds

ENTRY = "CREATE TABLE entries (seq INTEGER PRIMARY KEY, incident TEXT, version INTEGER, kind TEXT, body BLOB, "
APPENDED = 10_000


def rows(folder: Path, size: int) -> Iterator[Row]:
    """`size` entries are verified and folded."""
    (folder / "store").mkdir()
    yield _append_row(folder / "store")
    path = folder / "store" / "long.db"
    fill(path, size)
    scan = _scan(path, size)
    bare = "SELECT of all columns of all entries, row by row"
    yield compare(f"verify {size:,} entries", "/s", _verify(path, size), scan, goal=0.15, at="least", how=bare)
    yield compare(f"fold {size:,} entries anew", "/s", _fold(path, size), scan, goal=0.2, at="least", how=bare)


def _append_row(folder: Path) -> Row:
    ledger, serial = SqliteLedger(folder / "append.db"), itertools.count(step=1000)
    fill(folder / "source.db", APPENDED)
    with sqlite3.connect(folder / "source.db") as source:
        made = source.execute("SELECT * FROM entries ORDER BY seq").fetchall()
    bare = sqlite3.connect(folder / "bare.db", isolation_level=None)
    bare.execute("PRAGMA journal_mode = WAL")
    bare.execute("PRAGMA synchronous = FULL")

    def ours() -> float:
        todo = list(batches(APPENDED, first=next(serial)))

        def run() -> None:
            for name, version, events in todo:
                append(ledger, name, version, events)

        return APPENDED / seconds(run)

    def floor() -> float:
        bare.execute("DROP TABLE IF EXISTS entries")
        bare.execute(ENTRY + "prev_hash BLOB, hash BLOB)")
        return APPENDED / seconds(insert)

    def insert() -> None:
        for start in range(0, APPENDED, BATCH):
            bare.execute("BEGIN IMMEDIATE")
            bare.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)", made[start : start + BATCH])
            bare.execute("COMMIT")

    try:
        return compare("append, batches of 100", "/s", ours, floor, goal=0.2, at="least",
                       how="finished rows into a table without index, trigger, text or projection")  # fmt: skip
    finally:
        ledger.close()
        bare.close()


def _scan(path: Path, size: int) -> Callable[[], float]:
    def run() -> None:
        connection = sqlite3.connect(path)
        for _ in connection.execute("SELECT * FROM entries ORDER BY seq"):
            continue
        connection.close()

    return lambda: size / seconds(run)


def _verify(path: Path, size: int) -> Callable[[], float]:
    def run() -> None:
        ledger = SqliteLedger(path)
        verdict = ledger.verify()
        ledger.close()
        if not verdict.ok:
            raise RuntimeError(verdict.reason)

    return lambda: size / seconds(run)


def _fold(path: Path, size: int) -> Callable[[], float]:
    def run() -> None:
        ledger = SqliteLedger(path)
        with ledger.snapshot() as view:
            for incident in view.incidents(everything=True):
                if fold(entry.recorded for entry in view.entries(incident.id)) != incident:
                    raise RuntimeError(f"{incident.id} folds to something else")
        ledger.close()

    return lambda: size / seconds(run)
