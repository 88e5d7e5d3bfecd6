"""A ledger can be moved from a file to a database and back, and stays the same ledger."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from real_postgresql import OWNER, PASSWORD, SERVICE, RealPostgresql

from incidentmail.demo.standin_post import ListStyle, list_copy
from incidentmail.ledger.kept_tables import KEPT
from incidentmail.ledger.rows.copied_rows import PROJECTED, RECORD
from incidentmail.ledger.sqlite.store import SqliteLedger

if TYPE_CHECKING:
    from conftest import Installation, Mails

BO = "Bo K. <bo@example.com>"
MORE = """
[people]
"bo@example.com" = "Bo K."
[duty]
commanders = ["bo@example.com"]
[alerts]
from = ["nagios@example.com"]
[[hook]]
name = "chat"
on = ["declared"]
command = "/bin/false"
"""
ALERT = """From: Nagios <nagios@example.com>
To: incident-bot@example.com
Subject: ** PROBLEM Service Alert: db1/Disk is CRITICAL **
Message-ID: <alert1@example.com>
Date: Fri, 20 Nov 2026 14:20:00 +0000
Auto-Submitted: auto-generated

Notification Type: PROBLEM
Service: Disk
Host: db1
State: CRITICAL

Additional Info:
DISK CRITICAL - free space: / 2%
"""


class Databases:
    """A server with empty databases, and the URLs for the service and for the owner of the tables."""

    def __init__(self, server: RealPostgresql) -> None:
        self._server = server
        self.names: list[str] = []

    def new(self) -> tuple[str, str]:
        self.names.append(self._server.new_database())
        return self._server.url(self.names[-1]), self._server.url(self.names[-1], OWNER)

    def drop(self) -> None:
        for name in self.names:
            self._server.drop(name)


@pytest.fixture
def databases(postgresql: RealPostgresql, monkeypatch: pytest.MonkeyPatch) -> Iterator[Databases]:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    made = Databases(postgresql)
    yield made
    made.drop()


@pytest.fixture
def full(installation: Installation, mails: Mails) -> Iterator[Installation]:
    """An installation with two incidents, several kinds of mail, something redacted, an alert, and calls to a hook."""
    installation.configure(MORE)
    first = installation.declare("Cards fail", "-m", "the key is hunter2")
    installation.ingest(list_copy(bytes(first), ListStyle(address="incidents@example.com")))
    installation.ingest(mails.reply_to(first, "sev 1", BO))
    installation.ingest(mails.reply_to(first, "Thanks, we look into it. ü", "Ann <ann@stranger.example>"))
    installation.ingest(ALERT.encode())
    installation.ok("ledger", "redact", "--words", "the key is hunter2", "--reason", "a key", "--yes")
    installation.configure(MORE, relay="smtp://127.0.0.1:1")
    installation.run("declare", "Mail is late")
    yield installation
    use(installation, f"sqlite:///{installation.ledger}")


def use(installation: Installation, url: str) -> None:
    old = next(
        line for line in installation.config.read_text().splitlines() if line.startswith("url = ") and "//" in line
    )
    installation.config.write_text(installation.config.read_text().replace(old, f'url = "{url}"', 1))


def told(installation: Installation) -> list[Any]:
    """Return the output of the commands about the ledger, in a file or in a database."""
    commands = (
        "list --all --json", "log --all --json", "inbox --all --json", "outbox list --json", "proposal list --json",
        "alert list --json", "hook list --json", "ledger export", "ledger head",
    )  # fmt: skip
    found: list[Any] = [installation.ok(*words.split()).out for words in commands]
    return [*found, installation.ok("ledger", "verify", "--json").json["head"]]


def test_a_ledger_goes_to_a_database_and_back_and_says_the_same(full: Installation, databases: Databases) -> None:
    before, (url, owner) = told(full), databases.new()
    done = full.ok("ledger", "copy", str(full.ledger), url, "--as", owner, "--json").json
    assert (done["role"], done["entries"] > 0, done["accepted"] > 0) == (SERVICE, True, True)
    use(full, url)
    assert told(full) == before
    back = full.ok("ledger", "copy", url, f"{full.path}/back.db", "--json").json
    assert {**back, "from": 0, "to": 0, "role": 0} == {**done, "from": 0, "to": 0, "role": 0}
    use(full, f"sqlite:///{full.path}/back.db")
    assert told(full) == before
    assert rows_of(full.path / "back.db") == rows_of(full.ledger)


def rows_of(ledger: Path) -> dict[str, set[Any]]:
    with closing(sqlite3.connect(ledger)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {table: set(connection.execute(" ".join(("SELECT * FROM", table)))) for table in tables}


def test_everything_goes_on_in_the_database(full: Installation, databases: Databases, mails: Mails) -> None:
    url, owner = databases.new()
    full.ok("ledger", "copy", str(full.ledger), url, "--as", owner)
    use(full, url)
    config = full.config.read_text()
    full.config.write_text(config.replace('"smtp://127.0.0.1:1"', f'"maildir://{full.path}/out"'))
    full.clock.tick(hours=1)
    full.run("flush")
    assert full.mails[-1]["Subject"].endswith("Mail is late")
    third = full.declare("Logins fail")
    full.ingest(mails.reply_to(third, "sev 1", BO))
    assert full.show("logins")["severity"] == 1
    assert full.ok("ledger", "verify").code == 0


def test_every_table_is_copied(tmp_path: Path) -> None:
    with closing(SqliteLedger(tmp_path / "ledger.db")) as ledger, ledger.snapshot() as view:
        tables = {name for (name,) in view.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    copied = {*(table for pair in RECORD for table, _ in pair), *(table.name for table in KEPT), PROJECTED}
    assert copied == tables - {"meta", "checksums"}


def test_a_database_that_has_a_ledger_is_refused_and_left_alone(full: Installation, databases: Databases) -> None:
    url, owner = databases.new()
    full.ok("ledger", "copy", str(full.ledger), url, "--as", owner)
    use(full, url)
    before = told(full)
    result = full.run("ledger", "copy", str(full.ledger), url, "--as", owner)
    assert (result.code, "has a ledger already" in result.err) == (2, True)
    assert told(full) == before


@pytest.mark.parametrize("end", ["", "-wal"])
def test_a_file_that_exists_is_refused_and_left_alone(full: Installation, end: str) -> None:
    copy = full.path / f"copy.db{end}"
    copy.write_text("precious")
    result = full.run("ledger", "copy", str(full.ledger), str(full.path / "copy.db"))
    assert (result.code, copy.read_text()) == (2, "precious")


def test_a_copy_can_be_read_only_by_its_owner_and_nothing_else_is_left(full: Installation) -> None:
    folder = full.path / "new"
    full.ok("ledger", "copy", f"sqlite:///{full.ledger}", str(folder / "copy.db"))
    assert [one.name for one in folder.iterdir()] == ["copy.db"]
    assert stat.S_IMODE((folder / "copy.db").stat().st_mode) == 0o600


ALTERED = ("UPDATE sealed SET text = '\"all is well\"' WHERE seq = 2", "DELETE FROM sealed WHERE seq = 1")


@pytest.mark.parametrize("statement", ALTERED)
@pytest.mark.parametrize("to", ["a file", "a database"])
def test_a_ledger_that_does_not_hold_is_not_copied(
    full: Installation, databases: Databases, to: str, statement: str
) -> None:
    full.broken = True
    with closing(sqlite3.connect(full.ledger)) as connection, connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        assert connection.execute(statement).rowcount > 0
    url, owner = databases.new()
    target = (str(full.path / "copy.db"),) if to == "a file" else (url, "--as", owner)
    result = full.run("ledger", "copy", str(full.ledger), *target)
    assert result.code == 70
    assert "thrown away" in result.err
    assert not list(full.path.glob("copy*"))
    use(full, url)
    assert "has no ledger yet" in full.run("list").err


def test_places_that_are_none_are_named(full: Installation, databases: Databases) -> None:
    url, owner = databases.new()
    cases = [
        (("/nowhere/ledger.db", f"{full.path}/copy.db"), "there is no ledger /nowhere/ledger.db"),
        (("mysql://x/y", url), "is no ledger"),
        ((str(full.ledger), "postgresql://bot:secret@h/x"), "contains a password"),
        ((str(full.ledger), url, "--as", owner.replace("?", "x?")), "--as names another database than TO"),
        ((str(full.ledger), f"{full.path}/copy.db", "--as", owner), "--as names another database than TO"),
        ((url, f"{full.path}/copy.db"), "has no ledger yet"),
    ]
    for words, said in cases:
        result = full.run("ledger", "copy", *words)
        assert result.code != 0
        assert said in result.err
        assert "secret" not in result.err
