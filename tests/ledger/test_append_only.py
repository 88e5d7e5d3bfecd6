"""The database itself enforces append-only against a plain driver, and alterations by other means are found."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import stat
import threading
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from incidentmail.core.events import Declared, Event, NoteAdded, SeverityChanged
from incidentmail.core.fold import fold
from incidentmail.core.model import Actor, Person, Trust
from incidentmail.errors import LedgerError, NotPermittedError
from incidentmail.ledger.codec import canonical, chain, genesis
from incidentmail.ledger.sqlite.checksums import register
from incidentmail.ledger.sqlite.schema import FORMAT
from incidentmail.ledger.sqlite.store import SqliteLedger
from incidentmail.ledger.values import CausedBy, Outcome

AT = datetime(2026, 11, 20, 14, 20, tzinfo=UTC)
MARA = Actor(person=Person(name="Mara Lindqvist", address="mara@example.com"), trust=Trust.MEMBER)
TABLES = ("entries", "sealed", "accepted", "bodies", "meta")
Plain = Callable[..., list[Any]]


def declared(name: str) -> Declared:
    return Declared(
        id=name, ref=f"ref-{name}", origin="o", description=f"{name} is down", severity=2, phase=1,
        commander=MARA.person, declared_at=AT,
    )  # fmt: skip


def append(
    ledger: SqliteLedger, name: str, *events: Event, version: int = 0, caused_by: CausedBy | None = None
) -> None:
    with ledger.transaction() as tx:
        tx.append(name, events, actor=MARA, at=AT, expected_version=version, caused_by=caused_by)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with three accepted mails and six entries of two incidents. The second mail caused the fifth entry."""
    with closing(SqliteLedger(tmp_path_factory.mktemp("built") / "ledger.db")) as ledger:
        ledger.store_mails([(b"one", {"reverse_path": "a@example.com"}), (b"two", {}), (b"three", {})], at=AT)
        with ledger.snapshot() as view:
            second = view.accepted(2)
        assert second is not None
        append(ledger, "one", declared("one"), SeverityChanged(severity=1, was=2), NoteAdded(text="It spreads."))
        append(ledger, "two", declared("two"))
        append(ledger, "one", NoteAdded(text="Hm."), version=3, caused_by=CausedBy(seq=2, sha256=second.sha256))
        append(ledger, "two", NoteAdded(text="Over."), version=1)
        assert ledger.verify().ok
    return ledger.path


@pytest.fixture
def ledger(built: Path, tmp_path: Path) -> Iterator[SqliteLedger]:
    """A copy of that ledger for each test."""
    (tmp_path / "home").mkdir()
    with closing(SqliteLedger(Path(shutil.copy(built, tmp_path / "home" / "ledger.db")))) as ledger:
        yield ledger


@pytest.fixture
def plain(ledger: SqliteLedger) -> Iterator[Plain]:
    """A connection to the same file without any of our code."""
    with closing(sqlite3.connect(ledger.path, isolation_level=None)) as connection:

        def run(statement: str, *values: Any) -> list[Any]:
            return connection.execute(statement, values).fetchall()

        yield run


@pytest.fixture
def knowing(plain: Plain, ledger: SqliteLedger) -> Iterator[Plain]:
    """A connection with the functions that compute checksums, for edits that a row's checksum covers."""
    with closing(sqlite3.connect(ledger.path, isolation_level=None)) as connection:
        register(connection)

        def run(statement: str, *values: Any) -> list[Any]:
            return connection.execute(statement, values).fetchall()

        yield run


@pytest.fixture
def unguarded(plain: Plain) -> Iterator[Plain]:
    """A connection without the guards, which are put up again before anything is verified."""
    guards = plain("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")

    def run(*statements: str | tuple[str, Any]) -> list[Any]:
        for name, _ in guards:
            plain(f"DROP TRIGGER {name}")
        for statement in statements:
            plain(statement) if isinstance(statement, str) else plain(*statement)
        for _, sql in guards:
            plain(sql)
        return []

    yield run


def sql(*parts: str) -> str:
    return " ".join(parts)


def everything(plain: Plain) -> list[Any]:
    return [plain(sql("SELECT * FROM", table)) for table in TABLES]


def next_entry(plain: Plain, **given: Any) -> tuple[Any, ...]:
    """Return the row of an entry that would be accepted, except for the given values."""
    seq, last = plain("SELECT seq, hash FROM entries ORDER BY seq DESC LIMIT 1")[0]
    row = {"seq": seq + 1, "incident": "one", "version": 5, "kind": "x", "body": b"x", "prev_hash": last}
    row["hash"] = chain(last, b"x")
    return tuple((row | given).values())


ENTRY = "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)"
MAIL = "INSERT INTO accepted VALUES (?, ?, ?, ?, ?)"
BODY = "INSERT INTO bodies VALUES (?, ?)"


def test_the_very_next_entry_and_mail_are_taken(plain: Plain) -> None:
    plain(ENTRY, *next_entry(plain))
    plain(MAIL, 4, "2026-11-20T14:20:00Z", "{}", b"x", b"x")
    plain(BODY, 4, b"x")


@pytest.mark.parametrize(
    "given",
    [
        {"seq": 8}, {"seq": 6}, {"seq": 1}, {"seq": 0}, {"seq": -1}, {"seq": None},
        {"prev_hash": b"\x00" * 32}, {"prev_hash": b""},
        {"version": 4}, {"version": 6}, {"version": 0}, {"version": 1, "incident": "one"},
        {"incident": "new", "version": 2},
    ],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("how", ["INSERT", "INSERT OR REPLACE", "INSERT OR IGNORE", "REPLACE"])
def test_an_entry_that_is_not_the_next_one_is_refused(plain: Plain, how: str, given: dict[str, Any]) -> None:
    before = everything(plain)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        plain(ENTRY.replace("INSERT", how), *next_entry(plain, **given))
    assert everything(plain) == before


def first(plain: Plain, table: str, number: int = 0) -> list[Any]:
    return list(plain(sql("SELECT * FROM", table))[number])


@pytest.mark.parametrize("how", ["INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE"])
def test_no_row_is_replaced_through_any_unique_index(plain: Plain, how: str) -> None:
    before = everything(plain)
    entry, mail, text, meta = (
        first(plain, "entries"),
        first(plain, "accepted"),
        first(plain, "sealed"),
        first(plain, "meta"),
    )
    attempts = [
        (ENTRY, entry),  # by number
        (ENTRY, next_entry(plain, version=2)),  # by incident and version
        (ENTRY, next_entry(plain, hash=entry[-1])),  # by hash
        (MAIL, mail),
        (MAIL, [4, *mail[1:]]),  # by hash
        (BODY, [3, b"other"]),
        ("INSERT INTO sealed VALUES (?, ?, ?, ?)", [*text[:3], '"other"']),
        ("INSERT INTO sealed VALUES (?, ?, ?, ?)", [6, "actor", b"x", '"other"']),
        ("INSERT INTO meta VALUES (?, ?)", [meta[0], "other"]),
    ]
    for statement, values in attempts:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            plain(statement.replace("INSERT", how, 1), *values)
    assert everything(plain) == before


@pytest.mark.parametrize("how", ["UPDATE", "UPDATE OR REPLACE", "UPDATE OR IGNORE"])
@pytest.mark.parametrize("table", TABLES)
def test_no_column_is_updated(plain: Plain, table: str, how: str) -> None:
    before = everything(plain)
    for (column,) in plain("SELECT name FROM pragma_table_info(?)", table):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            plain(f"{how} {table} SET {column} = {column}")
    assert everything(plain) == before


@pytest.mark.parametrize("table", TABLES)
def test_no_row_is_deleted_not_even_all_of_them(plain: Plain, table: str) -> None:
    before = everything(plain)
    for where in ("", "WHERE rowid = 1" if table in ("entries", "accepted") else "WHERE 1"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            plain(sql("DELETE FROM", table, where))
    assert everything(plain) == before


def test_no_row_is_changed_by_an_upsert(plain: Plain) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        plain(f"{ENTRY} ON CONFLICT (seq) DO UPDATE SET body = x'00'", *first(plain, "entries"))


@pytest.mark.parametrize("seq", [1, 5, 7, None])
def test_a_text_is_added_to_the_newest_entry_only(plain: Plain, seq: int | None) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        plain("INSERT INTO sealed VALUES (?, 'other', x'00', 'x')", seq)


def test_a_mail_that_leaves_a_gap_is_refused(plain: Plain) -> None:
    for seq in (5, 3, 0, None):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            plain(MAIL, seq, "2026-11-20T14:20:00Z", "{}", b"x", b"x")


def test_a_body_is_added_to_the_newest_mail_only_and_is_never_nothing(plain: Plain) -> None:
    plain(MAIL, 4, "2026-11-20T14:20:00Z", "{}", b"x", b"x")
    for seq, raw in ((5, b"x"), (3, b"x"), (1, b"x"), (0, b"x"), (None, b"x"), (4, None)):
        with pytest.raises(sqlite3.IntegrityError):
            plain(BODY, seq, raw)


def test_raw_mail_is_stored_compressed_and_hashed_as_it_came(ledger: SqliteLedger, plain: Plain) -> None:
    raw = b"Subject: Cards fail\r\n\r\n" + b"The gateway answers as before.\r\n" * 100
    (seq,) = ledger.store_mails([(raw, {})], at=AT)
    assert plain("SELECT length(raw) < ? FROM bodies WHERE seq = ?", len(raw) // 10, seq) == [(1,)]
    assert plain("SELECT sha256 FROM accepted WHERE seq = ?", seq) == [(hashlib.sha256(raw).digest(),)]
    with ledger.snapshot() as view:
        stored = view.accepted(seq)
    assert stored is not None and stored.raw == raw


def test_a_body_that_cannot_be_read_is_an_error_that_names_its_mail(ledger: SqliteLedger, unguarded: Plain) -> None:
    unguarded("UPDATE bodies SET raw = x'00' WHERE seq = 2")
    with ledger.snapshot() as view, pytest.raises(LedgerError, match="accepted mail 2 cannot be read"):
        view.accepted(2)


def test_the_first_entry_of_a_ledger_follows_its_genesis(tmp_path: Path) -> None:
    with closing(SqliteLedger(tmp_path / "l.db")) as ledger, closing(sqlite3.connect(ledger.path)) as connection:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(ENTRY, (1, "one", 1, "x", b"x", b"\x00" * 32, b"y"))
        connection.execute(ENTRY, (1, "one", 1, "x", b"x", genesis(ledger.origin), b"y"))


# Each column, edited in the third entry; what verify then says of it.
ENTRY_EDITS = {
    "seq = 30": "missing", "incident = 'two'": "columns", "version = 30": "columns",
    "kind = 'note_added.v2'": "columns",
    "body = CAST(replace(body, 'one', 'two') AS BLOB)": "bytes", "body = x'00'": "bytes", "body = x''": "bytes",
    "prev_hash = x'00'": "follow", "hash = x'00'": "bytes",
}  # fmt: skip
TEXT_EDITS = {
    """text = '"It is over."'""": "was changed", "text = ''": "was changed", "salt = x'00'": "was changed",
    "slot = 'other'": "its texts are", "seq = 300": "its texts are",
}  # fmt: skip
MAIL_EDITS = {
    "seq = 20": "number", "received_at = '2026-11-20T14:21:00Z'": "hash", "envelope = '{}'": "hash",
    "sha256 = x'00'": "bytes", "hash = x'00'": "hash",
}  # fmt: skip


@pytest.mark.parametrize("edit", ENTRY_EDITS)
def test_an_edited_entry_is_named(ledger: SqliteLedger, unguarded: Plain, edit: str) -> None:
    unguarded(sql("UPDATE entries SET", edit, "WHERE seq = 3"))
    verdict = ledger.verify()
    assert (verdict.ok, verdict.first_bad) == (False, 3)
    assert ENTRY_EDITS[edit] in str(verdict.reason)


@pytest.mark.parametrize("edit", TEXT_EDITS)
def test_an_edited_text_names_its_entry(ledger: SqliteLedger, unguarded: Plain, edit: str) -> None:
    unguarded(sql("UPDATE sealed SET", edit, "WHERE seq = 3 AND slot = 'text'"))
    verdict = ledger.verify()
    assert (verdict.ok, verdict.first_bad) == (False, 3)
    assert TEXT_EDITS[edit] in str(verdict.reason)


@pytest.mark.parametrize("edit", MAIL_EDITS)
def test_an_edited_mail_is_named(ledger: SqliteLedger, unguarded: Plain, edit: str) -> None:
    number = 1 if edit == "envelope = '{}'" else 2
    unguarded(sql("UPDATE accepted SET", edit, "WHERE seq =", str(number)))
    verdict = ledger.verify()
    assert (verdict.ok, verdict.first_bad) == (False, number)
    assert f"accepted mail {number}" in str(verdict.reason)
    assert MAIL_EDITS[edit] in str(verdict.reason)


OTHER_BODY = "UPDATE bodies SET raw = (SELECT raw FROM bodies WHERE seq = 1) WHERE seq = 2"


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (OTHER_BODY, "its bytes were changed"),
        ("UPDATE bodies SET raw = x'00' WHERE seq = 2", "its bytes were changed"),
        ("UPDATE bodies SET raw = CAST('two' AS BLOB) WHERE seq = 2", "its bytes were changed"),
        ("DELETE FROM bodies WHERE seq = 2", "its body is gone"),
    ],
)
def test_an_edited_body_names_its_mail(ledger: SqliteLedger, unguarded: Plain, edit: str, reason: str) -> None:
    unguarded(edit)
    verdict = ledger.verify()
    assert (verdict.ok, verdict.first_bad, verdict.reason) == (False, 2, f"accepted mail 2: {reason}")


@pytest.mark.parametrize(
    ("statements", "first_bad"),
    [
        (["DELETE FROM entries WHERE seq = 3"], 3),
        (["DELETE FROM sealed WHERE seq = 3"], 3),
        (["DELETE FROM accepted WHERE seq = 2"], 2),
        (["DELETE FROM accepted WHERE seq > 1"], 5),  # the mail behind the fifth entry
        (["DELETE FROM entries WHERE seq = 6"], 6),  # its texts are still there
        (
            [
                "UPDATE entries SET seq = -3 WHERE seq = 3", "UPDATE entries SET seq = 3 WHERE seq = 4",
                "UPDATE entries SET seq = 4 WHERE seq = -3",
            ],
            3,
        ),
        (["INSERT INTO sealed VALUES (0, 'text', x'00', 'x')"], 0),
        (["INSERT INTO sealed VALUES (3, 'other', x'00', 'x')"], 3),
        (["INSERT INTO sealed VALUES (99, 'text', x'00', 'x')"], 99),
    ],
    ids=[
        "entry gone", "texts gone", "mail gone", "mails cut off", "last gone", "swapped",
        "text before the first", "text too many", "text after the last",
    ],
)  # fmt: skip
def test_what_was_deleted_swapped_or_added_is_named(
    ledger: SqliteLedger, unguarded: Plain, statements: list[str], first_bad: int
) -> None:
    unguarded(*statements)
    verdict = ledger.verify()
    assert (verdict.ok, verdict.first_bad) == (False, first_bad)


def test_the_last_entry_cannot_be_cut_off_with_its_texts(ledger: SqliteLedger, unguarded: Plain) -> None:
    unguarded("DELETE FROM sealed WHERE seq = 6", "DELETE FROM entries WHERE seq = 6")
    verdict = ledger.verify()
    assert not verdict.ok
    assert "what 'show' reads of two" in str(verdict.reason)


def test_an_entry_rewritten_with_all_hashes_after_it_is_still_not_what_show_says(
    ledger: SqliteLedger, plain: Plain, unguarded: Plain
) -> None:
    statements: list[tuple[Any, ...]] = []
    prev = genesis(ledger.origin)
    for seq, body in plain("SELECT seq, body FROM entries ORDER BY seq"):
        forged = body.replace(b'"severity":1', b'"severity":4')
        prev, before = chain(prev, forged), prev
        edit = "UPDATE entries SET body = ?, prev_hash = ?, hash = ? WHERE seq = ?"
        statements.append((edit, forged, before, prev, seq))
    unguarded(*statements)
    verdict = ledger.verify()
    assert (verdict.ok, verdict.first_bad) == (False, None)
    assert "what 'show' reads of one" in str(verdict.reason)


@pytest.mark.parametrize(
    "change",
    [
        """state = replace(state, '"severity":1', '"severity":4')""", "state = '{}'", "state = 'x'",
        "expires_at = declared_at", "status = 'closed'", "phase = 3", "ref = 'other'",
        "declared_at = '2026-11-20T14:21:00Z'", "id = 'three'",
    ],
)  # fmt: skip
def test_an_edited_projection_is_found(ledger: SqliteLedger, knowing: Plain, change: str) -> None:
    knowing(sql("UPDATE incidents SET", change, "WHERE id = 'one'"))
    verdict = ledger.verify()
    assert (verdict.ok, verdict.first_bad) == (False, None)
    assert "one" in str(verdict.reason)


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM incidents WHERE id = 'two'",
        "INSERT INTO incidents SELECT 'three', 'r3', declared_at, status, phase, NULL, state FROM incidents LIMIT 1",
    ],
)
def test_a_projection_too_few_or_too_many_is_found(ledger: SqliteLedger, knowing: Plain, change: str) -> None:
    knowing(change)
    assert not ledger.verify().ok


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("DROP TRIGGER entries_no_update", "the guard entries_no_update is gone from"),
        (
            "CREATE TRIGGER quiet BEFORE INSERT ON entries BEGIN SELECT RAISE(IGNORE); END",
            "the guard quiet was added to",
        ),
    ],
)
def test_a_missing_or_added_guard_is_named(ledger: SqliteLedger, plain: Plain, statement: str, reason: str) -> None:
    plain(statement)
    verdict = ledger.verify()
    assert not verdict.ok
    assert reason in str(verdict.reason)


def test_a_weakened_guard_is_named(ledger: SqliteLedger, plain: Plain) -> None:
    plain("DROP TRIGGER sealed_no_delete")
    plain(
        "CREATE TRIGGER sealed_no_delete BEFORE DELETE ON sealed WHEN OLD.seq > 3 BEGIN SELECT RAISE(ABORT, 'x'); END"
    )
    assert "the guard sealed_no_delete was altered in" in str(ledger.verify().reason)


@pytest.mark.parametrize("name", ["origin", "genesis", "format"])
def test_an_edited_word_of_the_ledger_about_itself_is_found(ledger: SqliteLedger, unguarded: Plain, name: str) -> None:
    unguarded(("UPDATE meta SET value = 'other' WHERE name = ?", name))
    assert "meta" in str(ledger.verify().reason)


def test_a_text_that_is_gone_reads_redacted_and_is_named_as_long_as_no_entry_says_so(
    ledger: SqliteLedger, unguarded: Plain
) -> None:
    unguarded("UPDATE sealed SET text = NULL WHERE seq = 1 OR (seq = 3 AND slot = 'text')")
    with ledger.snapshot() as view:
        entries = list(view.entries("one"))
        state = fold(entry.recorded for entry in entries)
    assert entries[2].recorded.event == NoteAdded(text="[redacted]")
    assert state is not None
    assert (state.description, state.commander.name) == ("[redacted]", "[redacted]")
    verdict = ledger.verify()
    assert (verdict.ok, verdict.first_bad) == (False, 1)
    assert "is gone, and no entry says that it was redacted" in str(verdict.reason)


def test_a_mail_taken_from_the_end_is_missed(ledger: SqliteLedger, unguarded: Plain) -> None:
    unguarded("DELETE FROM accepted WHERE seq = (SELECT MAX(seq) FROM accepted)")
    assert "is gone, or what became of it" in str(ledger.verify().reason)


def test_a_table_that_a_view_replaced_is_named(ledger: SqliteLedger, plain: Plain) -> None:
    plain("ALTER TABLE outcomes RENAME TO outcomes_then")
    plain("CREATE VIEW outcomes AS SELECT * FROM outcomes_then")
    assert "the table outcomes was altered in the database" in str(ledger.verify().reason)


def test_only_texts_and_mails_hold_what_people_wrote(ledger: SqliteLedger, plain: Plain) -> None:
    bodies = b"".join(body for (body,) in plain("SELECT body FROM entries"))
    assert not any(word in bodies for word in (b"spreads", b"Mara", b"mara@", b"down", b"Over"))
    salts = [salt for (salt,) in plain("SELECT salt FROM sealed")]
    assert len(set(salts)) == len(salts)
    assert {len(salt) for salt in salts} == {16}


def test_a_larger_ledger_takes_no_more_memory_to_verify(tmp_path: Path) -> None:
    def peak(entries: int) -> int:
        with closing(SqliteLedger(tmp_path / f"{entries}.db")) as ledger:
            ledger.store_mails([(b"x" * 1000, {})] * entries, at=AT)
            for number in range(entries // 20):
                notes = [NoteAdded(text=f"note {n} " + "x" * 500) for n in range(19)]
                append(ledger, f"i{number}", declared(f"i{number}"), *notes)
            ledger.verify()
            tracemalloc.start()
            assert ledger.verify().ok
            size = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        return size

    assert peak(1600) < 1.5 * peak(200)


def test_the_next_mail_is_found_at_once_however_many_were_read(ledger: SqliteLedger, plain: Plain) -> None:
    with ledger.transaction() as tx:
        for seq in (1, 2):
            tx.record_outcome(
                Outcome(
                    seq=seq, received_at=AT, message_id=None, header_from=None, subject="", disposition="reply",
                    rule=None, incident=None, trust=None, outcome="note", reason=None,
                ),
                at=AT,
            )  # fmt: skip
        queries: list[str] = []
        tx.connection.set_trace_callback(queries.append)
        accepted = tx.next_pending()
        tx.connection.set_trace_callback(None)
    assert accepted is not None
    assert accepted.seq == 3
    plan = [row[3] for query in queries for row in plain(f"EXPLAIN QUERY PLAN {query}")]
    assert not any(step.startswith("SCAN accepted") or "outcomes" in step for step in plan), plan


def test_the_ids_that_a_list_gave_our_mails_are_found_among_the_copies_of_one_incident(
    ledger: SqliteLedger, plain: Plain
) -> None:
    with ledger.transaction() as tx:
        for seq, incident in ((1, "one"), (2, "two")):
            tx.record_outcome(
                Outcome(
                    seq=seq, received_at=AT, message_id=f"<{seq}@list.example>", header_from=None, subject="",
                    disposition="own", rule="own-mail-returned", incident=incident, trust=None, outcome="duplicate",
                    reason=None,
                ),
                at=AT,
            )  # fmt: skip
            tx.follow_thread(incident, f"<{seq}@list.example>")
        queries: list[str] = []
        tx.connection.set_trace_callback(queries.append)
        assert tx.returned_ids("two") == ["<2@list.example>"]
        tx.connection.set_trace_callback(None)
    plan = [row[3] for query in queries for row in plain(f"EXPLAIN QUERY PLAN {query}")]
    assert any("outcomes_returned" in step for step in plan), plan
    assert not any(step.startswith("SCAN") for step in plan), plan


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_nobody_else_may_read_the_ledger(tmp_path: Path) -> None:
    with closing(SqliteLedger(tmp_path / "home" / "ledger.db")) as ledger:
        assert mode(ledger.path.parent) == 0o700
        files = sorted(ledger.path.parent.iterdir())
        assert [file.name for file in files] == ["ledger.db", "ledger.db-shm", "ledger.db-wal"]
        assert {mode(file) for file in files} == {0o600}


def test_what_was_not_committed_is_not_there_after_a_crash(ledger: SqliteLedger, tmp_path: Path) -> None:
    copy = tmp_path / "crashed.db"
    with ledger.transaction() as tx:
        tx.append("three", [declared("three")], actor=MARA, at=AT, expected_version=0, caused_by=None)
        for suffix in ("", "-wal"):
            Path(f"{copy}{suffix}").write_bytes(Path(f"{ledger.path}{suffix}").read_bytes())
    with closing(SqliteLedger(copy)) as crashed, crashed.snapshot() as view:
        assert (view.head().size, view.incident("three")) == (6, None)
        assert crashed.origin == ledger.origin


def test_commits_reach_the_disk_before_they_return(ledger: SqliteLedger) -> None:
    with ledger.snapshot() as view:
        settings = {
            name: view.connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2}


def test_a_file_that_is_no_database_is_refused_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "l.db").write_text("Dear all,\n" * 200)
    with pytest.raises(LedgerError, match="is not a ledger") as caught:
        SqliteLedger(tmp_path / "l.db")
    assert "[ledger] url" in str(caught.value.hint)
    assert (tmp_path / "l.db").read_text().startswith("Dear all")


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "l.db")) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    with pytest.raises(LedgerError, match="another program"):
        SqliteLedger(tmp_path / "l.db")
    with closing(sqlite3.connect(tmp_path / "l.db")) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("recipes",)]


@pytest.mark.parametrize("other", ["1", "7"])
def test_another_format_is_refused_with_a_hint(ledger: SqliteLedger, unguarded: Plain, other: str) -> None:
    unguarded(("UPDATE meta SET value = ? WHERE name = 'format'", other))
    with pytest.raises(LedgerError, match=f"has format {other}, this version reads {FORMAT}") as caught:
        SqliteLedger(ledger.path)
    assert "version of incidentmail" in str(caught.value.hint)


def test_a_place_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path, tmp_path / "file" / "l.db"):
        with pytest.raises(NotPermittedError, match="cannot open the ledger"):
            SqliteLedger(path)


def test_a_damaged_file_is_an_error_of_the_ledger(ledger: SqliteLedger, tmp_path: Path) -> None:
    with closing(sqlite3.connect(ledger.path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw = ledger.path.read_bytes()
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(raw[:4096] + b"\xff" * (len(raw) - 4096))
    with pytest.raises(LedgerError, match="malformed"), closing(SqliteLedger(damaged)) as opened:
        opened.verify()


def test_a_ledger_used_within_its_own_transaction_says_so_and_keeps_the_outer_one(ledger: SqliteLedger) -> None:
    with ledger.transaction() as tx:
        tx.remember_words("one", "words")
        with pytest.raises(LedgerError, match="within a transaction"):
            ledger.store_mails([(b"x", {})], at=AT)
    with ledger.snapshot() as view:
        assert view.words("one") == ["words"]


def test_a_closed_ledger_leaves_no_connection_open(ledger: SqliteLedger) -> None:
    thread = threading.Thread(target=ledger.verify)
    thread.start()
    thread.join()
    ledger.close()
    assert [file.name for file in ledger.path.parent.iterdir()] == ["ledger.db"]


def test_the_hash_of_an_entry_is_the_hash_of_what_stands_there(ledger: SqliteLedger, plain: Plain) -> None:
    """Anybody can check the chain with a few lines of their own."""
    prev = hashlib.sha256(b"incidentmail ledger v1\0" + ledger.origin.encode()).digest()
    for body, hash_ in plain("SELECT body, hash FROM entries ORDER BY seq"):
        prev = hashlib.sha256(prev + body).digest()
        assert prev == hash_
    prev = hashlib.sha256(b"incidentmail ledger v1\0" + ledger.origin.encode()).digest()
    for received_at, envelope, raw, hash_ in plain(
        "SELECT received_at, envelope, raw, hash FROM accepted JOIN bodies USING (seq) ORDER BY seq"
    ):
        seen = canonical([envelope, received_at]).encode()
        prev = hashlib.sha256(prev + hashlib.sha256(zlib.decompress(raw)).digest() + seen).digest()
        assert prev == hash_
