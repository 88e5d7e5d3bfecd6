"""`verify` finds damage on the disk, and edits by somebody who took the guards down first."""

from __future__ import annotations

import gzip
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest

from incidentmail.errors import LedgerDamagedError, LedgerError
from incidentmail.ledger.sqlite import proof_rows
from incidentmail.ledger.sqlite.checksums import register
from incidentmail.ledger.sqlite.migrate import migrate
from incidentmail.ledger.sqlite.read_only import SqliteReader, verify_file
from incidentmail.ledger.sqlite.schema import CHECKED
from incidentmail.ledger.sqlite.store import SqliteLedger

SEEDS: Final = range(200, 500)
FROZEN: Final = sorted((Path(__file__).parents[1] / "data" / "ledgers").glob("*.gz"))[-1]
OTHER: Final = {"INTEGER": "{} + 1000", "TEXT": "{} || 'x'", "BLOB": "CAST({} || x'00' AS BLOB)", "ANY": "'x'"}
"""For each type, an expression that changes a value."""


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with rows in nearly every table."""
    path = tmp_path_factory.mktemp("full") / "ledger.db"
    path.write_bytes(gzip.decompress(FROZEN.read_bytes()))
    migrate(path)
    assert verify_file(path).ok
    return path


@pytest.fixture
def copy(full: Path, tmp_path: Path) -> Path:
    path = tmp_path / "ledger.db"
    path.write_bytes(full.read_bytes())
    return path


def sql(*parts: str) -> str:
    return " ".join(parts)


def tables(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]


def edits(connection: sqlite3.Connection, table: str) -> Iterator[str]:
    """Yield statements that each change one value of the last row, or delete it."""
    columns = connection.execute("SELECT name, type, pk FROM pragma_table_info(?)", (table,)).fetchall()
    key = ", ".join(name for name, _, pk in columns if pk)
    newest = ", ".join(f"{name} DESC" for name, _, pk in columns if pk)
    for name, kind, _ in columns:
        row = sql("WHERE (", key, ") = (SELECT", key, "FROM", table, "WHERE", name, "IS NOT NULL LIMIT 1)")
        yield sql("UPDATE", table, "SET", name, "=", OTHER[kind].format(name), row)
        yield sql("UPDATE", table, "SET", name, "= NULL", row)
    yield sql("DELETE FROM", table, "WHERE (", key, ") = (SELECT", key, "FROM", table, "ORDER BY", newest, "LIMIT 1)")
    yield sql("DELETE FROM", table)


def edited(connection: sqlite3.Connection, statement: str) -> bool:
    """Run a statement without guards, and put them up again. Return whether it changed a row."""
    guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    connection.execute("BEGIN")
    for name, _ in guards:
        connection.execute(f"DROP TRIGGER {name}")
    try:
        changed = connection.execute(statement).rowcount
    except sqlite3.IntegrityError:  # the table itself refuses it
        connection.execute("ROLLBACK")
        return False
    for _, sql in guards:
        connection.execute(sql)
    connection.execute("COMMIT")
    return changed > 0


def test_an_edit_of_any_value_in_any_table_is_reported(full: Path, copy: Path) -> None:
    """The editor even knows how a row gets its checksum."""
    unseen, seen = [], 0
    for table in tables(full):
        with closing(sqlite3.connect(full)) as connection:
            statements = list(edits(connection, table))
        for statement in statements:
            copy.write_bytes(full.read_bytes())
            with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
                register(connection)
                if not edited(connection, statement):
                    continue
            seen += 1
            verdict = verify_file(copy)
            if verdict.ok or not verdict.reason:
                unseen.append(statement)
    assert unseen == []
    assert seen > 150


@pytest.mark.parametrize("table", sorted({*CHECKED} - {"incidents", "folder_marks"}))
def test_another_program_cannot_write_to_a_table_with_checksums(copy: Path, table: str) -> None:
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        (column,) = connection.execute("SELECT name FROM pragma_table_info(?) LIMIT 1", (table,)).fetchone()
        for statement in (sql("UPDATE", table, "SET", column, "=", column), sql("DELETE FROM", table)):
            with pytest.raises(sqlite3.OperationalError, match=r"(unknown|no such) function"):
                connection.execute(statement)
    assert verify_file(copy).ok


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        (
            "UPDATE outbox SET attempts = 9 WHERE id = 7",
            "the table outbox: rows were added, removed or edited by another program",
        ),
        ("INSERT INTO pending VALUES (3)", "accepted mail 3 waits to be read, though it was read"),
        ("DELETE FROM outcomes WHERE seq = 3", "accepted mail 3 is gone, or what became of it"),
        ("INSERT INTO bodies VALUES (999, x'00')", "there is a body of mail 999, and no such mail was accepted"),
        ("UPDATE bodies SET raw = CAST(raw || x'00' AS BLOB) WHERE seq = 2", "accepted mail 2: its bytes were changed"),
        ("UPDATE sealed SET salt = CAST(salt || x'00' AS BLOB) WHERE seq = 2", "its text 'actor' was changed"),
        ("UPDATE meta SET name = 'x' WHERE name = 'origin'", "it does not say its origin"),
    ],
)
def test_the_reason_says_where(copy: Path, statement: str, reason: str) -> None:
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        register(connection)
        edited(connection, statement)
    assert reason in str(verify_file(copy).reason)


def test_a_row_that_no_longer_has_its_checksum_is_named(copy: Path) -> None:
    raw = copy.read_bytes()
    assert raw.count(b"no name server answers") == 1
    copy.write_bytes(raw.replace(b"no name server answers", b"no name server answerS"))
    assert verify_file(copy).reason == "the table deferred: its row 23 was changed or damaged"


def put(path: Path, raw: bytes) -> None:
    """Write the ledger's file again, and remove the files beside it."""
    for suffix in ("-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    path.write_bytes(raw)


def shown(path: Path) -> list[Any]:
    """Return everything that a ledger can show. Raise the exceptions of reading it."""
    with closing(sqlite3.connect(path)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return [names, *(connection.execute(sql("SELECT * FROM", name)).fetchall() for name in names)]


def is_changed(path: Path, before: list[Any]) -> bool:
    try:
        return shown(path) != before
    except (sqlite3.Error, UnicodeDecodeError):
        return True


def damaged(raw: bytes, chance: random.Random) -> bytes:
    """Return the file with one to three flipped bytes, or with a page that is zeroed, swapped or cut off."""
    found, pages = bytearray(raw), len(raw) // 4096
    at = 4096 * chance.randrange(pages)
    match chance.choice(["flip", "flip", "flip", "zeros", "other", "end"]):
        case "flip":
            for _ in range(chance.randint(1, 3)):
                found[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
        case "zeros":
            found[at : at + 4096] = bytes(4096)
        case "other":
            other = 4096 * chance.randrange(pages)
            found[at : at + 4096] = raw[other : other + 4096]
        case _:
            del found[max(at, 4096) :]
    return bytes(found)


def test_damage_of_300_kinds_is_reported_and_never_raised(full: Path, copy: Path) -> None:
    before, raw, harmful = shown(full), full.read_bytes(), 0
    for seed in SEEDS:
        put(copy, damaged(raw, random.Random(seed)))
        verdict = verify_file(copy)
        if is_changed(copy, before):
            harmful += 1
            assert not verdict.ok and verdict.reason, seed
    assert harmful > 150


def is_refused(path: Path) -> bool:
    """Return whether a mail would be refused before it is acknowledged."""
    try:
        with closing(SqliteLedger(path)) as ledger:
            ledger.check()
    except LedgerError:
        return True
    return False


def test_no_mail_is_acknowledged_into_a_damaged_ledger(full: Path, copy: Path) -> None:
    before, raw = shown(full), full.read_bytes()
    assert not is_refused(copy)
    for seed in SEEDS:
        put(copy, damaged(raw, random.Random(seed)))
        if is_changed(copy, before):
            assert is_refused(copy), seed


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE bodies SET raw = x'00' WHERE seq = 23", "accepted mail 23: its bytes were changed"),
        ("UPDATE accepted SET envelope = '{}' WHERE seq = 1", "accepted mail 1: its hash does not follow"),
        ("UPDATE sealed SET text = '\"x\"' WHERE seq = 77", "entry 77: its text"),
        ("UPDATE entries SET hash = x'00' WHERE seq = 77", "entry 77: its bytes were changed"),
        ("DROP INDEX outbox_due", "the table outbox_due is gone"),
    ],
)
def test_in_a_large_ledger_the_newest_rows_are_looked_at(
    copy: Path, statement: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof_rows, "SMALL_BYTES_MAX", 0)
    assert not is_refused(copy)
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        edited(connection, statement)
    with closing(SqliteLedger(copy)) as ledger, pytest.raises(LedgerDamagedError, match=reason):
        ledger.check()


def test_a_table_with_another_column_is_a_verdict(copy: Path) -> None:
    raw = copy.read_bytes()
    put(copy, raw.replace(b"CREATE TABLE meta (\n    name ", b"CREATE TABLE meta (\n    nam\xe5 ", 1))
    verdict = verify_file(copy)
    assert (verdict.ok, "it is damaged" in str(verdict.reason)) == (False, True)
    put(copy, raw.replace(b"CREATE TABLE meta (\n    name ", b"CREATE TABLE meta (\n    nime ", 1))
    assert "no such column: name" in str(verify_file(copy).reason)


def test_what_cannot_even_be_opened_is_a_verdict_too(copy: Path) -> None:
    copy.write_bytes(b"Dear all,\n" * 1000)
    with pytest.raises(LedgerDamagedError):
        SqliteReader(copy)
    verdict = verify_file(copy)
    assert (verdict.ok, verdict.size) == (False, 0)
    assert "is not a ledger, or it is damaged" in str(verdict.reason)
