"""The ledger itself: its size, appending, verifying, and folding its projection again."""

from __future__ import annotations

import itertools
import random
import sqlite3
import textwrap
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from incidentmail.app.context import open_context
from incidentmail.app.receiving.apply import accept_mails, apply_some
from incidentmail.config.load import load
from incidentmail.core.fold import fold
from incidentmail.inbound.message import Envelope
from incidentmail.ledger.sqlite.store import SqliteLedger

from .accepting import declare_some
from .filling import BATCH, append, batches, fill
from .servers import write_config
from .table import Row, compare, seconds

ENTRY = "CREATE TABLE entries (seq INTEGER PRIMARY KEY, incident TEXT, version INTEGER, kind TEXT, body BLOB, "
APPENDED = 10_000
MAILS, PROSE_WORDS = 2_000, 430
VOCABULARY = sorted((Path(__file__).parents[1] / "docs").glob("*.md"))
"""In any order, these words compress about as well as real mail."""


def rows(folder: Path, size: int) -> Iterator[Row]:
    """Measure how long it takes to verify and fold `size` entries."""
    (folder / "store").mkdir()
    yield _append_row(folder / "store")
    (folder / "size").mkdir()
    yield _size_row(folder / "size")
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


def _size_row(folder: Path) -> Row:
    """Measure the size of a ledger if a tenth of the messages change incidents and the rest is filed."""
    config = write_config(folder)
    chance, words = random.Random(1), [word for page in VOCABULARY for word in page.read_text(encoding="utf-8").split()]
    with closing(open_context(load(str(config)))) as context:
        addresses = declare_some(context)
        raws = []
        for number in range(MAILS):
            prose = textwrap.fill(" ".join(chance.choices(words, k=PROSE_WORDS)), 72).replace("\n", "\r\n")
            is_reply, severity = number % 10 == 0, 1 + number // 10 // len(addresses) % 2
            to = addresses[number // 10 % len(addresses)] if is_reply else "incidents@example.com"
            raws.append(
                f"From: Mara Lindqvist <mara@example.com>\r\nTo: {to}\r\nSubject: Re: Load {number}\r\n"
                f"Date: Fri, 20 Nov 2026 14:08:00 +0000\r\nMessage-ID: <size.{number}@bench.example>\r\n\r\n"
                f"{f'sev {severity}' if is_reply else ''}\r\n\r\n{prose}\r\n".encode()
            )
        accept_mails(context, [(raw, Envelope(way="pipe")) for raw in raws])
        while apply_some(context):
            pass
    size, mail = (folder / "ledger.db").stat().st_size, sum(map(len, raws))
    return Row(what=f"ledger size, {MAILS:,} mails of 3 kB", unit="kB", ours=size / 1000, floor=mail / 1000,
               ratio=size / mail, goal=1.5, at="most",
               how="the bytes of the mail; a tenth of it changes incidents")  # fmt: skip
