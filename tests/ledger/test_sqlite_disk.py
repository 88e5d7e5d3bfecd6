"""What the embedded store does when the disk fails under it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from incidentmail.core.frozen import JsonValue
from incidentmail.errors import LedgerUnavailableError, NotPermittedError
from incidentmail.ledger.sqlite.read_only import SqliteReader
from incidentmail.ledger.sqlite.store import SqliteLedger

AT = datetime(2026, 11, 20, 14, 20, tzinfo=UTC)
BIG: tuple[bytes, dict[str, JsonValue]] = (b"x" * 1_000_000, {})


def test_after_a_full_disk_the_file_is_opened_and_its_head_read_anew(tmp_path: Path) -> None:
    ledger = SqliteLedger(tmp_path / "ledger.db")
    assert ledger.store_mails([(b"one", {})], at=AT) == [1]
    with ledger.snapshot() as view:
        full = view.connection
        full.execute("PRAGMA max_page_count = 1")  # as full as the file is now, on this connection
    with pytest.raises(LedgerUnavailableError):
        ledger.store_mails([BIG, BIG], at=AT)
    assert ledger.store_mails([BIG], at=AT) == [2]
    with ledger.snapshot() as view:
        assert view.connection is not full
    assert ledger.verify().ok
    ledger.close()


def test_who_opened_a_ledger_before_there_was_one_sees_it_once_it_is_there(tmp_path: Path) -> None:
    path = tmp_path / "a folder?mode=rw#%20" / "ledger.db"
    with closing(SqliteReader(path)) as reader:
        assert reader.verify().ok
        with pytest.raises(NotPermittedError):
            reader.store_mails([(b"one", {})], at=AT)
        assert not path.parent.exists()
        with closing(SqliteLedger(path)) as ledger:
            ledger.store_mails([(b"one", {})], at=AT)
        with reader.snapshot() as view:
            assert view.pending() == 1
        assert (reader.origin, reader.verify().ok) == (ledger.origin, True)
        with pytest.raises(NotPermittedError):
            reader.store_mails([(b"two", {})], at=AT)
    with closing(SqliteLedger(path)) as ledger:
        assert ledger.store_mails([(b"two", {})], at=AT) == [2]


def test_a_file_alone_is_not_read_where_what_was_committed_last_is_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(SqliteLedger(tmp_path / "ledger.db")) as ledger:
        copy = tmp_path / "copy.db"
        ledger.store_mails([(b"one", {})], at=AT)
        for suffix in ("", "-wal"):
            Path(f"{copy}{suffix}").write_bytes(Path(f"{ledger.path}{suffix}").read_bytes())

    def readable(self: SqliteReader, uri: str) -> sqlite3.Connection:
        """A folder that cannot be written, for SQLite."""
        return real(self, uri if "immutable" in uri else f"file:{tmp_path}/none?mode=ro")

    real = SqliteReader._connect_read_only
    monkeypatch.setattr(SqliteReader, "_connect_read_only", readable)
    with closing(SqliteReader(ledger.path)) as reader:
        assert reader.verify().ok
    with pytest.raises(NotPermittedError, match="cannot open the ledger"):
        SqliteReader(copy)
