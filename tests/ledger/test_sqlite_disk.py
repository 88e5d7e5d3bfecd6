"""How the embedded store behaves when the disk fails."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from incidentmail.core.frozen import JsonValue
from incidentmail.errors import LedgerError, LedgerUnavailableError, NotPermittedError
from incidentmail.ledger.sqlite import store
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
        """Return a connection to a database in a folder that SQLite cannot write."""
        return real(self, uri if "immutable" in uri else f"file:{tmp_path}/none?mode=ro")

    real = SqliteReader._connect_read_only
    monkeypatch.setattr(SqliteReader, "_connect_read_only", readable)
    with closing(SqliteReader(ledger.path)) as reader:
        assert reader.verify().ok
    with pytest.raises(NotPermittedError, match="cannot open the ledger"):
        SqliteReader(copy)


def test_nobody_sees_half_of_a_new_ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, seen = tmp_path / "ledger.db", []
    make = store.create

    def looked_at(connection: sqlite3.Connection) -> None:
        make(connection)
        seen.append(path.exists())

    monkeypatch.setattr(store, "create", looked_at)
    SqliteLedger(path).close()
    assert seen == [False]
    assert [file.name for file in tmp_path.iterdir()] == ["ledger.db"]
    assert path.stat().st_mode & 0o777 == 0o600


def test_of_two_that_make_the_ledger_at_once_the_first_one_s_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ledger.db"
    make = store.create
    origins = []

    def meanwhile(connection: sqlite3.Connection) -> None:
        monkeypatch.setattr(store, "create", make)
        other = SqliteLedger(path)
        origins.append(other.origin)
        other.close()
        make(connection)

    monkeypatch.setattr(store, "create", meanwhile)
    ledger = SqliteLedger(path)
    assert [ledger.origin] == origins
    ledger.close()


@pytest.mark.parametrize("kind", [SqliteLedger, SqliteReader])
def test_an_empty_file_is_no_ledger_and_is_left_as_it_is(tmp_path: Path, kind: type[SqliteLedger]) -> None:
    path = tmp_path / "ledger.db"
    path.touch()
    with pytest.raises(LedgerError, match="it is empty"):
        kind(path)
    assert path.stat().st_size == 0
