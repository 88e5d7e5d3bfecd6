"""If the open file is removed, replaced, emptied or damaged, nothing is acknowledged any more."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from incidentmail.core.frozen import JsonValue
from incidentmail.errors import LedgerUnavailableError
from incidentmail.ledger.sqlite.checksums import register
from incidentmail.ledger.sqlite.read_only import SqliteReader
from incidentmail.ledger.sqlite.store import SqliteLedger

AT = datetime(2026, 11, 20, 14, 20, tzinfo=UTC)
MAIL: tuple[bytes, dict[str, JsonValue]] = (b"Subject: Cards fail\r\n\r\nsev 1\r\n", {})


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqliteLedger]:
    with closing(SqliteLedger(tmp_path / "ledger.db")) as ledger:
        ledger.store_mails([MAIL], at=AT)
        yield ledger


def beside(path: Path, suffix: str) -> Path:
    return Path(f"{path}{suffix}")


def replace_by_copy(path: Path) -> None:
    copy = beside(path, ".copy")
    shutil.copy(path, copy)
    copy.replace(path)


def replace_by_new(path: Path) -> None:
    path.unlink()
    with closing(SqliteLedger(path.with_name("other.db"))):
        path.with_name("other.db").rename(path)


def shorten(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(8192)


CHANGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "removed": (Path.unlink, "the file is gone"),
    "renamed": (lambda path: path.rename(beside(path, ".old")), "the file is gone"),
    "a copy": (replace_by_copy, "the file was replaced"),
    "another ledger": (replace_by_new, "the file was replaced"),
    "emptied": (lambda path: path.write_bytes(b""), "the file was shortened"),
    "shortened": (shorten, "the file was shortened"),
    "log removed": (lambda path: beside(path, "-wal").unlink(), "its write-ahead log is gone"),
    "log replaced": (lambda path: replace_by_copy(beside(path, "-wal")), "its write-ahead log was replaced"),
    "index removed": (lambda path: beside(path, "-shm").unlink(), "the index of its write-ahead log is gone"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_is_committed_to_a_file_that_is_no_longer_the_one_that_was_opened(
    ledger: SqliteLedger, change: str
) -> None:
    act, reason = CHANGES[change]
    act(ledger.path)
    for _ in range(2):
        with pytest.raises(LedgerUnavailableError, match=f"no longer the ledger that was opened: {reason}"):
            ledger.store_mails([MAIL], at=AT)


def test_a_transaction_that_had_begun_before_is_undone(ledger: SqliteLedger) -> None:
    old = beside(ledger.path, ".old")
    with pytest.raises(LedgerUnavailableError), ledger.transaction() as tx:
        tx.store_mails([MAIL], at=AT)
        ledger.path.rename(old)
    old.rename(ledger.path)
    with ledger.snapshot() as view:
        assert view.pending() == 1


def test_another_thread_s_connection_does_not_open_the_file_that_took_its_place(ledger: SqliteLedger) -> None:
    from threading import Thread

    replace_by_copy(ledger.path)
    caught: list[Exception] = []

    def store() -> None:
        try:
            ledger.store_mails([MAIL], at=AT)
        except LedgerUnavailableError as error:
            caught.append(error)

    thread = Thread(target=store)
    thread.start()
    thread.join()
    assert len(caught) == 1


def test_once_the_file_is_back_it_goes_on(ledger: SqliteLedger) -> None:
    old = beside(ledger.path, ".old")
    ledger.path.rename(old)
    with pytest.raises(LedgerUnavailableError):
        ledger.store_mails([MAIL], at=AT)
    assert not ledger.path.exists()
    old.rename(ledger.path)
    assert ledger.store_mails([MAIL], at=AT) == [2]
    assert ledger.verify().ok


def killed(ledger: SqliteLedger, folder: Path) -> Path:
    """Return a copy of the files as a process leaves them that is killed after its commit."""
    folder.mkdir()
    for suffix in ("", "-wal", "-shm"):
        shutil.copy(beside(ledger.path, suffix), folder)
    return folder / ledger.path.name


def test_a_killed_process_leaves_a_ledger_that_opens(ledger: SqliteLedger, tmp_path: Path) -> None:
    with closing(SqliteLedger(killed(ledger, tmp_path / "killed"))) as opened:
        assert opened.store_mails([MAIL], at=AT) == [2]


@pytest.mark.parametrize("loss", ["removed", "emptied"])
def test_a_lost_log_is_noticed_before_anything_is_written(ledger: SqliteLedger, tmp_path: Path, loss: str) -> None:
    path = killed(ledger, tmp_path / "killed")
    if loss == "removed":
        beside(path, "-wal").unlink()
    else:
        beside(path, "-wal").write_bytes(b"")
    with pytest.raises(LedgerUnavailableError, match=f"its write-ahead log (is gone|was {loss})") as caught:
        SqliteLedger(path)
    assert f"remove {path}-shm" in str(caught.value.hint)
    beside(path, "-shm").unlink()
    with closing(SqliteLedger(path)) as opened:
        assert opened.origin == ledger.origin


def test_a_log_without_its_file_is_never_the_beginning_of_a_new_ledger(ledger: SqliteLedger, tmp_path: Path) -> None:
    path = killed(ledger, tmp_path / "killed")
    path.unlink()
    with pytest.raises(LedgerUnavailableError, match="only its write-ahead log is left"):
        SqliteLedger(path)
    assert not path.exists()


def test_a_file_that_is_gone_is_not_made_anew_by_a_connection(ledger: SqliteLedger) -> None:
    ledger.close()
    ledger.path.unlink()
    with pytest.raises(Exception, match="cannot open the ledger"):
        ledger.store_mails([MAIL], at=AT)
    assert not ledger.path.exists()


def test_an_emptied_log_that_held_nothing_new_is_no_loss(ledger: SqliteLedger, tmp_path: Path) -> None:
    with closing(sqlite3.connect(ledger.path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path = killed(ledger, tmp_path / "killed")
    with closing(SqliteLedger(path)) as opened:
        assert opened.store_mails([MAIL], at=AT) == [2]


def test_who_reads_sees_what_is_there(ledger: SqliteLedger) -> None:
    with closing(SqliteReader(ledger.path)) as reader:
        replace_by_copy(ledger.path)
        with reader.snapshot() as view:
            assert view.pending() == 1


def test_ledgers_that_are_opened_and_closed_at_once_miss_nothing(tmp_path: Path) -> None:
    """Each process that is the last to close a ledger removes the log."""
    path, rounds = tmp_path / "ledger.db", 40
    SqliteLedger(path).close()
    code = (
        "import sys; from pathlib import Path; from datetime import UTC, datetime\n"
        "from incidentmail.ledger.sqlite.store import SqliteLedger\n"
        "for _ in range(int(sys.argv[2])):\n"
        "    ledger = SqliteLedger(Path(sys.argv[1]))\n"
        "    ledger.check()\n"
        "    ledger.store_mails([(b'x', {})], at=datetime.now(UTC))\n"
        "    ledger.close()\n"
    )
    others = [subprocess.Popen([sys.executable, "-c", code, str(path), str(rounds)]) for _ in range(4)]
    assert [other.wait() for other in others] == [0] * 4
    with closing(SqliteLedger(path)) as ledger:
        assert ledger.verify().ok
        with ledger.snapshot() as view:
            assert view.pending() == 4 * rounds


def test_a_ledger_behind_a_link_is_used_and_a_link_that_leads_elsewhere_is_noticed(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        SqliteLedger(tmp_path / name / "real.db").close()
    link = tmp_path / "ledger.db"
    link.symlink_to(tmp_path / "one" / "real.db")
    with closing(SqliteLedger(link)) as ledger:
        assert ledger.store_mails([MAIL], at=AT) == [1]
        link.unlink()
        link.symlink_to(tmp_path / "two" / "real.db")
        with pytest.raises(LedgerUnavailableError, match="the file was replaced"):
            ledger.store_mails([MAIL], at=AT)


def test_a_build_of_sqlite_that_trusts_no_schema_is_told_to(ledger: SqliteLedger) -> None:
    with closing(sqlite3.connect(ledger.path)) as connection:
        connection.execute("PRAGMA trusted_schema = OFF")
        register(connection)
        connection.execute("DELETE FROM outcomes")
