"""A full or nearly full disk is reported in `status` and at the terminal."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from incidentmail.app import status as status_of
from incidentmail.ledger.sqlite import store_errors
from incidentmail.ledger.sqlite.read_only import SqliteReader
from incidentmail.ledger.sqlite.store_errors import StoreErrors

if TYPE_CHECKING:
    from conftest import Installation


@pytest.mark.parametrize(
    ("free", "said"),
    [
        (100_000, "the disk is full, 0.1 MB are free for"),
        (100_000_000, "the disk is nearly full, 100.0 MB are free for"),
    ],
)
def test_status_says_that_there_is_little_room(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, free: int, said: str
) -> None:
    monkeypatch.setattr(status_of, "free_bytes", lambda path: free)
    result = installation.run("status", "--json")
    (line,) = result.json["attention"]
    assert result.code == 1 and line.startswith(said) and line.endswith("make room")


def test_how_little_is_too_little_is_the_operators_choice(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation.configure("[listen]\nuntrusted_free_bytes_min = 50000000\n")
    monkeypatch.setattr(status_of, "free_bytes", lambda path: 100_000_000)
    assert installation.ok("status", "--json").json["attention"] == []


@pytest.mark.parametrize("line", ["show", "list", "brief", "status", "timeline", "log", "inbox", "ledger verify"])
def test_on_a_full_disk_people_can_still_look(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    installation.ok("declare", "Checkout is rejecting card payments", "--severity", "2")
    seen = installation.run(*line.split())

    def without_room(reader: SqliteReader, uri: str) -> sqlite3.Connection:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
        raise error

    monkeypatch.setattr(SqliteReader, "_connect_read_only", without_room)
    assert installation.run(*line.split()) == seen


@pytest.mark.parametrize("code", [sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_WRITE])
def test_an_error_of_a_disk_that_is_full_says_so(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    monkeypatch.setattr(store_errors, "is_full", lambda path: True)
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = code
    errors = StoreErrors()
    errors.path = Path(__file__)
    assert str(errors.as_ledger_error(error)).endswith("the disk is full")


def test_the_terminal_names_a_full_disk() -> None:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    errors = StoreErrors()
    errors.path = Path(__file__)
    told = errors.as_ledger_error(error)
    assert (
        str(told).endswith("the disk is full") and told.hint == "nothing was written; make room on it, then try again"
    )
