"""How the embedded store behaves when the disk fails."""

from __future__ import annotations

import errno
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from incidentmail.core.frozen import JsonValue
from incidentmail.errors import LedgerBusyError, LedgerError, LedgerUnavailableError, NotPermittedError
from incidentmail.ledger.sqlite import store, store_errors, unshared
from incidentmail.ledger.sqlite.read_only import SqliteReader
from incidentmail.ledger.sqlite.store import SqliteLedger

AT = datetime(2026, 11, 20, 14, 20, tzinfo=UTC)
READ_WITHOUT_ROOM = """
import resource, sys
from pathlib import Path
from incidentmail.ledger.sqlite.read_only import SqliteReader
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
with SqliteReader(Path(sys.argv[1])).snapshot() as view:
    print(view.pending())
"""
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


class FullDisk:
    """Lets SQLite fail as on a full disk, on which it cannot create the index of the write-ahead log."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(SqliteReader, "_connect_read_only", self.fail)

    @staticmethod
    def fail(reader: SqliteReader, uri: str) -> sqlite3.Connection:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
        raise error


def left_by_a_crash(ledger: SqliteLedger, copy: Path) -> Path:
    """Return a copy of a ledger and its write-ahead log, as they are if the last process that used them was killed."""
    for suffix in ("", "-wal"):
        Path(f"{copy}{suffix}").write_bytes(Path(f"{ledger.path}{suffix}").read_bytes())
    return copy


def test_on_a_full_disk_a_ledger_is_read_in_place(tmp_path: Path) -> None:
    """No file may grow in the other process, so it cannot write the index of the log, as on a full disk."""
    with closing(SqliteLedger(tmp_path / "ledger.db")) as ledger:
        ledger.store_mails([(b"one", {})], at=AT)
    line = [sys.executable, "-c", READ_WITHOUT_ROOM, str(ledger.path)]
    assert subprocess.run(line, capture_output=True, text=True, check=True).stdout == "1\n"


def test_on_a_full_disk_what_was_committed_last_is_read_from_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(SqliteLedger(tmp_path / "ledger.db")) as ledger:
        ledger.store_mails([(b"one", {})], at=AT)
        copy = left_by_a_crash(ledger, tmp_path / "copy.db")
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}
    FullDisk(monkeypatch)
    with closing(SqliteReader(copy)) as reader:
        assert reader.verify().ok
        with reader.snapshot() as view:
            assert view.pending() == 1
        with pytest.raises(NotPermittedError):
            reader.store_mails([(b"two", {})], at=AT)
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_the_reader_sees_what_is_committed_once_the_disk_has_room_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(SqliteLedger(tmp_path / "ledger.db")) as ledger:
        ledger.store_mails([(b"one", {})], at=AT)
    with monkeypatch.context() as full:
        FullDisk(full)
        reader = SqliteReader(ledger.path)
    with closing(SqliteLedger(ledger.path)) as ledger, closing(reader):
        ledger.store_mails([(b"two", {})], at=AT)
        with reader.snapshot() as view:
            assert view.pending() == 2


def test_a_ledger_that_is_read_in_place_must_not_change_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(SqliteLedger(tmp_path / "ledger.db")) as ledger:
        ledger.store_mails([(b"one", {})], at=AT)
    FullDisk(monkeypatch)
    with (
        closing(SqliteReader(ledger.path)) as reader,
        pytest.raises(LedgerBusyError, match="while it was read"),
        reader.snapshot(),
        closing(SqliteLedger(ledger.path)) as writer,
    ):
        writer.store_mails([(b"two", {})], at=AT)


def test_without_room_for_a_copy_the_full_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(SqliteLedger(tmp_path / "ledger.db")) as ledger:
        ledger.store_mails([(b"one", {})], at=AT)
        copy = left_by_a_crash(ledger, tmp_path / "copy.db")
    FullDisk(monkeypatch)
    monkeypatch.setattr(unshared, "MEMORY", tmp_path)
    monkeypatch.setattr(store_errors, "is_full", lambda path: True)
    monkeypatch.setattr(shutil, "copyfile", no_room)
    with pytest.raises(LedgerUnavailableError, match="the disk is full"):
        SqliteReader(copy)


def no_room(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


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
