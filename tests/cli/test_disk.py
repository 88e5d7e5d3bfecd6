"""A full or nearly full disk is reported in `status` and at the terminal."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from incidentmail.app import status as status_of
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


def test_the_terminal_names_a_full_disk() -> None:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    errors = StoreErrors()
    errors.path = Path(__file__)
    told = errors.as_ledger_error(error)
    assert (
        str(told).endswith("the disk is full") and told.hint == "nothing was written; make room on it, then try again"
    )
