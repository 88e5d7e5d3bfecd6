"""The embedded ledger: one SQLite file (WAL, synchronous=FULL, 0600), a connection for each thread.

Writers take turns by BEGIN IMMEDIATE, so that reading the head and appending to it are one step.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from importlib import resources
from pathlib import Path

from pydantic import JsonValue

from incidentmail.core.facts import json_time
from incidentmail.core.ids import base32
from incidentmail.errors import LedgerBusyError, LedgerError, NotPermittedError

from .codec import accepted_hash, canonical, genesis
from .sqlite_mail import MailRows
from .sqlite_outbox import OutboxRows
from .sqlite_record import RecordRows
from .verify import AcceptedRow, EntryRow, Verdict, verify

FORMAT = "1"
BUSY_S_MAX = 15.0


class SqliteView(RecordRows, MailRows, OutboxRows):
    """Reading and Transaction in one: which of the two it is depends on how the block was opened."""

    def __init__(self, connection: sqlite3.Connection, origin: str) -> None:
        self.connection = connection
        self.origin = origin


class SqliteLedger:
    """A ledger in one file, made on first use; its folder too."""

    def __init__(self, path: Path, *, busy_s_max: float = BUSY_S_MAX) -> None:
        """Raises LedgerError where the file is no ledger of ours, NotPermittedError where it cannot be opened."""
        self.path = path
        self._busy_s_max = busy_s_max
        self._local = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self.origin = self._open()

    def accept(self, mails: Sequence[tuple[bytes, Mapping[str, JsonValue]]], *, at: datetime) -> list[int]:
        """Stores raw mails and envelopes in one durable commit; their numbers, in the same order."""
        received_at = json_time(at)
        with self._begin("IMMEDIATE") as connection:
            row = connection.execute("SELECT seq, hash FROM accepted ORDER BY seq DESC LIMIT 1").fetchone()
            seq, last = row or (0, genesis(self.origin))
            seqs = []
            for raw, envelope in mails:
                seq, digest, text = seq + 1, hashlib.sha256(raw).digest(), canonical(dict(envelope))
                last = accepted_hash(last, digest, text, str(received_at))
                connection.execute(
                    "INSERT INTO accepted VALUES (?, ?, ?, ?, ?, ?)", (seq, received_at, text, raw, digest, last)
                )
                seqs.append(seq)
        return seqs

    @contextmanager
    def reading(self) -> Iterator[SqliteView]:
        """One consistent moment, without waiting for writers."""
        with self._begin("DEFERRED") as connection:
            yield SqliteView(connection, self.origin)

    @contextmanager
    def transaction(self) -> Iterator[SqliteView]:
        """All or nothing; waits for other writers, then LedgerBusyError."""
        with self._begin("IMMEDIATE") as connection:
            yield SqliteView(connection, self.origin)

    def verify(self) -> Verdict:
        """Walks the whole ledger; names what does not hold."""
        with self.reading() as view:
            c = view.connection
            verdict = verify(view.head(), _accepted(c), _entries(c), dict(c.execute("SELECT id, state FROM incidents")))
            missing = _missing_triggers(c)
        if verdict.ok and missing:
            reason = f"the guard {missing[0]} is gone from the database: rows could be changed unseen from now on"
            return Verdict(ok=False, size=verdict.size, head=verdict.head, reason=reason)
        return verdict

    def close(self) -> None:
        """Closes the connections of all threads."""
        with self._lock:
            for connection in self._all:
                connection.close()
            self._all.clear()
            self._local = threading.local()

    @contextmanager
    def _begin(self, how: str) -> Iterator[sqlite3.Connection]:
        connection = self._connection()
        try:
            connection.execute(f"BEGIN {how}")
        except sqlite3.OperationalError as error:
            raise LedgerBusyError(f"the ledger is busy: {error}", hint="nothing was written; try again") from error
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(
                self.path, timeout=self._busy_s_max, isolation_level=None, check_same_thread=False
            )
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            self._local.connection = connection
            with self._lock:
                self._all.append(connection)
        return connection

    def _open(self) -> str:
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
            with self._begin("IMMEDIATE") as connection:
                if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                    _create(connection)
                meta = dict(connection.execute("SELECT name, value FROM meta"))
        except (PermissionError, OSError) as error:
            raise NotPermittedError(
                f"cannot open the ledger {self.path}: {error.strerror}",
                hint="check the folder's owner, or [ledger] url",
            ) from error
        except sqlite3.DatabaseError as error:
            raise LedgerError(
                f"{self.path} is not a ledger: {error}", hint="name another file in [ledger] url"
            ) from error
        if meta.get("format") != FORMAT:
            raise LedgerError(
                f"{self.path} has format {meta.get('format')}, this version reads {FORMAT}",
                hint="use the version of incidentmail that wrote it",
            )
        return str(meta["origin"])


def _create(connection: sqlite3.Connection) -> None:
    for statement in _statements():
        connection.execute(statement)
    origin = base32(secrets.token_bytes(5), 6)
    values = (("format", FORMAT), ("origin", origin), ("genesis", genesis(origin)))
    connection.executemany("INSERT INTO meta VALUES (?, ?)", values)


def _statements() -> list[str]:
    """The schema, statement by statement, because `executescript` would commit on its own."""
    text = resources.files("incidentmail.ledger").joinpath("schema/sqlite.sql").read_text(encoding="utf-8")
    found, part = [], ""
    for line in text.splitlines(keepends=True):
        part += line
        if sqlite3.complete_statement(part):
            found.append(part)
            part = ""
    return found


def _missing_triggers(connection: sqlite3.Connection) -> list[str]:
    there = {
        (name, sql) for name, sql in connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    }
    wanted = [
        text[text.index("CREATE TRIGGER") :].strip().rstrip(";") for text in _statements() if "CREATE TRIGGER" in text
    ]
    return [sql.split()[2] for sql in wanted if (sql.split()[2], sql) not in there]


def _accepted(connection: sqlite3.Connection) -> Iterator[AcceptedRow]:
    for seq, received_at, envelope, raw, sha256, hash_ in connection.execute("SELECT * FROM accepted ORDER BY seq"):
        yield AcceptedRow(seq=seq, received_at=received_at, envelope=envelope, raw=raw, sha256=sha256, hash=hash_)


def _entries(connection: sqlite3.Connection) -> Iterator[EntryRow]:
    texts: dict[int, dict[str, tuple[bytes, str | None]]] = {}
    for seq, slot, salt, text in connection.execute("SELECT seq, slot, salt, text FROM sealed"):
        texts.setdefault(seq, {})[slot] = (salt, text)
    for seq, incident, version, kind, body, prev_hash, hash_ in connection.execute(
        "SELECT * FROM entries ORDER BY seq"
    ):
        yield EntryRow(
            seq=seq, incident=incident, version=version, kind=kind, body=body,
            prev_hash=prev_hash, hash=hash_, slots=texts.get(seq, {}),
        )  # fmt: skip
