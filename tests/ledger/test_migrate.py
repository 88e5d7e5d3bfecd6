"""Ledgers of older formats are refused until they are migrated, and keep their content whatever happens meanwhile."""

from __future__ import annotations

import gzip
import json
import os
import re
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from incidentmail.app.serve_lock import marked_as_running
from incidentmail.core.events import KINDS
from incidentmail.errors import LedgerBusyError, LedgerError, LedgerUnavailableError
from incidentmail.ledger.sqlite import migrate as migration
from incidentmail.ledger.sqlite.checksums import register
from incidentmail.ledger.sqlite.migrate import migrate
from incidentmail.ledger.sqlite.migration_steps import STEPS
from incidentmail.ledger.sqlite.schema import FORMAT
from incidentmail.ledger.sqlite.store import SqliteLedger

if TYPE_CHECKING:
    from conftest import Installation, Mails

FROZEN = Path(__file__).parents[1] / "data" / "ledgers"
KEY = b"a key of nobody, for this ledger"
ENTRIES = "SELECT seq, body, prev_hash, hash FROM entries ORDER BY seq"
ACCEPTED = "SELECT seq, received_at, envelope, sha256, hash FROM accepted ORDER BY seq"
Same = list[Any]
OF_FORMAT_2 = {
    "raws": "SELECT seq, raw FROM accepted",
    "words": "SELECT incident, text FROM words ORDER BY id",
}
SINCE = {
    "raws": "SELECT seq, raw FROM bodies",
    "words": "SELECT incident, text FROM earlier_texts ORDER BY id",
    "standing": ("SELECT mail, address, state, reply, sent_at, coalesce(delayed_at, failed_at) FROM outbox_recipients"),
}


UNTIL_FORMAT_4 = {"standing": "SELECT mail, address, state, reply, sent_at, failed_at FROM outbox_recipients"}


def query(what: str, path: Path) -> str:
    """Return the query for the same values in each format."""
    of_format = {"2": SINCE | UNTIL_FORMAT_4 | OF_FORMAT_2, "3": SINCE | UNTIL_FORMAT_4, "4": SINCE | UNTIL_FORMAT_4}
    return of_format.get(format_of(path), SINCE)[what]


@pytest.fixture(params=sorted(path.name for path in FROZEN.glob("*.gz")))
def old(request: pytest.FixtureRequest, installation: Installation) -> Installation:
    """An installation with a frozen ledger of an older format."""
    installation.ledger.write_bytes(gzip.decompress((FROZEN / request.param).read_bytes()))
    installation.ledger.chmod(0o600)
    (installation.path / "key").write_bytes(KEY)
    (installation.path / "key").chmod(0o600)
    installation.broken = True  # it cannot be verified as it is
    return installation


def rows(path: Path, *queries: str) -> Same:
    with closing(sqlite3.connect(path)) as connection:
        return [connection.execute(query).fetchall() for query in queries]


def format_of(path: Path) -> str:
    return str(rows(path, "SELECT value FROM meta WHERE name = 'format'")[0][0][0])


def unpacked(path: Path, query: str) -> list[tuple[Any, bytes]]:
    """Return rows of a key and of bytes or text, with what is compressed since format 3 uncompressed."""
    (found,) = rows(path, query)
    if format_of(path) != "2":
        return [(key, zlib.decompress(stored)) for key, stored in found]
    return [(key, stored.encode() if isinstance(stored, str) else stored) for key, stored in found]


def others(installation: Installation) -> set[str]:
    """Return the files beside the ledger, except for those that an installation always has."""
    return {file.name for file in installation.path.iterdir()} - {"config.toml", "key", "ledger.db"}


def backup_of(installation: Installation) -> Path:
    (name,) = (name for name in others(installation) if ".format-" in name)
    return installation.path / name


def test_a_frozen_ledger_has_every_kind_of_entry_and_of_mail(old: Installation) -> None:
    kinds, outcomes, states = rows(
        old.ledger,
        "SELECT DISTINCT kind FROM entries",
        "SELECT DISTINCT outcome FROM outcomes",
        "SELECT DISTINCT state FROM outbox",
    )
    assert {kind for (kind,) in kinds} <= KINDS.keys()
    assert {state for (state,) in states} == {"queued", "sent", "failed"}
    assert {"applied", "note", "held", "quarantined", "filed", "duplicate"} <= {outcome for (outcome,) in outcomes}


def test_an_older_ledger_is_refused_with_the_command_that_migrates_it(old: Installation) -> None:
    before = rows(old.ledger, ENTRIES, ACCEPTED)
    for words in (["show"], ["list"], ["status"], ["log"], ["ledger", "verify"], ["declare", "Cards fail"]):
        result = old.run(*words)
        assert result.code == 70, result
        assert f"has format {format_of(old.ledger)}, this version reads {FORMAT}" in result.err
        assert "'incidentmail ledger migrate'" in result.err
    assert rows(old.ledger, ENTRIES, ACCEPTED) == before


def test_a_mail_for_an_older_ledger_stays_with_the_mail_server(old: Installation, mails: Mails) -> None:
    assert old.run("ingest", stdin=mails.new("sev 1", sender="bo@example.com", subject="Cards")).code == 75


def test_a_migrated_ledger_has_the_same_entries_and_mail_and_holds(old: Installation) -> None:
    before = rows(old.ledger, ENTRIES, ACCEPTED)
    was = format_of(old.ledger)
    raws = dict(unpacked(old.ledger, query("raws", old.ledger)))
    result = old.ok("ledger", "migrate")
    assert f"from format {was} to {FORMAT}: {len(before[0])} entries" in result.out
    assert rows(old.ledger, ENTRIES, ACCEPTED) == before
    assert format_of(old.ledger) == FORMAT
    assert old.ledger.stat().st_mode & 0o777 == 0o600
    old.ok("ledger", "verify")
    with closing(SqliteLedger(old.ledger)) as ledger, ledger.snapshot() as view:
        stored = {seq: mail.raw for seq in raws if (mail := view.accepted(seq)) is not None}
    assert stored == raws


def test_states_are_computed_from_the_entries_and_keep_what_they_said(old: Installation) -> None:
    """A newer version may keep more of an entry than the older one did."""
    states = "SELECT id, ref, declared_at, status, phase, state FROM incidents ORDER BY id"
    (before,) = rows(old.ledger, states)
    old.ok("ledger", "migrate")
    (after,) = rows(old.ledger, states)
    assert [row[:5] for row in after] == [row[:5] for row in before]
    for was, now in zip(before, after, strict=True):
        assert has_all_of(json.loads(was[5]), json.loads(now[5]))


def has_all_of(was: Any, now: Any) -> bool:
    """Return whether `now` contains every value of `was`. Objects in it may have additional fields."""
    if isinstance(was, dict):
        return isinstance(now, dict) and all(name in now and has_all_of(was[name], now[name]) for name in was)
    if isinstance(was, list):
        return len(was) == len(now) and all(map(has_all_of, was, now))
    return bool(was == now)


def test_everything_beside_the_record_is_copied_as_it_is(old: Installation) -> None:
    was = format_of(old.ledger)
    tables = {copied.table: copied.table for copied in STEPS[was].tables}
    del tables["folder_marks"]  # it is empty
    del tables["incidents"]  # it is computed from the entries
    for wider in ("outbox_recipients", "private_mails"):  # they have other columns now
        del tables[wider]
    if was == "2":
        for changed in ("accepted", "bodies", "outbox", "earlier_texts"):
            del tables[changed]
    before = contents(old.ledger, tables.values())
    assert all(before), "a table of the frozen ledger is empty"
    old.ok("ledger", "migrate")
    assert contents(old.ledger, tables.keys()) == before


def test_how_each_mail_stands_with_each_recipient_is_as_it_was(old: Installation) -> None:
    was = rows(old.ledger, query("standing", old.ledger))[0]
    old.ok("ledger", "migrate")
    found = rows(
        old.ledger, "SELECT mail, address, state, reply, sent_at, delayed_at, failed_at FROM outbox_recipients"
    )[0]
    assert [(*row[:5], row[5] or row[6]) for row in sorted(found)] == sorted(was)
    assert all((row[5] is None or row[2] == "sent") and (row[6] is None or row[2] == "failed") for row in found)
    assert any(row[5] for row in found) == any(row[2] == "sent" and row[5] for row in was)


def test_our_own_mail_and_the_words_of_earlier_mail_come_back_as_they_were(old: Installation) -> None:
    raws = unpacked(old.ledger, "SELECT id, raw FROM outbox ORDER BY id")
    words = unpacked(old.ledger, query("words", old.ledger))
    old.ok("ledger", "migrate")
    with closing(SqliteLedger(old.ledger)) as ledger, ledger.snapshot() as view:
        assert [(mail.id, mail.raw) for mail in view.outbox()] == raws
        incidents = dict(words)
        assert {name: view.words(name) for name in incidents} == {
            name: [text.decode() for incident, text in words if incident == name] for name in incidents
        }


def contents(path: Path, tables: Collection[str]) -> list[list[str]]:
    """Return the rows of each table without their checksums, in an order that does not depend on the format."""
    with closing(sqlite3.connect(path)) as connection:
        asked = "SELECT name FROM pragma_table_info(?)"
        columns = [connection.execute(asked, (name,)).fetchall() for name in tables]
    queries = [
        " ".join(("SELECT", ", ".join(column for (column,) in some), "FROM", name))
        for name, some in zip(tables, columns, strict=True)
    ]
    return [sorted(map(repr, some)) for some in rows(path, *queries)]


def test_the_old_file_stays_beside_the_new_one_byte_for_byte_as_a_ledger(old: Installation) -> None:
    before, was = rows(old.ledger, ENTRIES, ACCEPTED), format_of(old.ledger)
    done = old.ok("ledger", "migrate", "--json").json
    assert (done["migrated"], done["was"], done["format"]) == (True, was, FORMAT)
    backup = Path(done["backup"])
    assert backup.name == f"ledger.db.format-{was}"
    assert others(old) == {backup.name}
    assert (format_of(backup), rows(backup, ENTRIES, ACCEPTED)) == (was, before)


def test_a_migrated_ledger_goes_on_where_the_old_one_was(old: Installation, mails: Mails) -> None:
    old.ok("ledger", "migrate")
    waiting = old.ok("inbox", "--all").out.count("  waits: ")
    old.clock.tick(hours=4)
    old.ok("note", "checkout", "The new version is in place.")
    old.ok("update", "checkout", "--severity", "1")
    told = [mail for mail in old.mails if mail["Incident-Severity"] == "1"][-1]
    outcome = old.ingest(mails.reply_to(told, "phase 2\nsev 2", "Bo <bo@example.com>"))
    assert outcome["outcome"] in ("applied", "note"), outcome
    assert (old.show("checkout")["severity"], waiting) == (2, 1)
    old.ok("ledger", "verify")


def test_a_ledger_of_this_format_is_left_as_it_is(installation: Installation) -> None:
    installation.declare()
    result = installation.ok("ledger", "migrate")
    assert "nothing to do" in result.out
    done = installation.ok("ledger", "migrate", "--json").json
    assert (done["migrated"], done["backup"], done["entries"]) == (False, None, 2)
    assert not any(".format-" in name for name in others(installation))


def test_what_was_only_in_the_write_ahead_log_comes_along(old: Installation) -> None:
    was = format_of(old.ledger)
    with closing(sqlite3.connect(old.ledger, isolation_level=None)) as writer:
        register(writer)
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("UPDATE notices SET number = 7")
        left = [(name, (old.path / name).read_bytes()) for name in ("ledger.db", "ledger.db-wal")]
    for name, content in left:  # as a process that was killed leaves them
        (old.path / name).write_bytes(content)
    old.ok("ledger", "migrate")
    assert {number for (number,) in rows(old.ledger, "SELECT number FROM notices")[0]} == {7}
    assert others(old) == {f"ledger.db.format-{was}"}


@contextmanager
def open_elsewhere(path: Path) -> Iterator[None]:
    """Let another process have the ledger open while the block lasts."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("SELECT * FROM meta").fetchall()
        yield


def test_nothing_is_migrated_while_serve_runs(old: Installation) -> None:
    was = format_of(old.ledger)
    with marked_as_running(old.ledger):
        result = old.run("ledger", "migrate")
    assert (result.code, format_of(old.ledger)) == (75, was)
    assert "'incidentmail serve' is running" in result.err and "hint: stop" in result.err


def test_nothing_is_migrated_while_another_process_has_it_open(
    old: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    was = format_of(old.ledger)
    monkeypatch.setattr(migration, "BUSY_S_MAX", 0.1)
    with open_elsewhere(old.ledger), pytest.raises(LedgerBusyError, match="another process"):
        migrate(old.ledger)
    assert (format_of(old.ledger), others(old)) == (was, set())


def test_nobody_reads_or_writes_the_old_file_meanwhile(old: Installation) -> None:
    tried: list[str] = []

    def look(done: int, total: int) -> None:
        if not tried:
            code = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('SELECT * FROM meta')"
            tried.append(
                subprocess.run(
                    [sys.executable, "-c", code, str(old.ledger)], capture_output=True, text=True, check=False
                ).stderr
            )

    migrate(old.ledger, progress=look)
    assert "database is locked" in tried[0]


def test_a_backup_is_never_overwritten(old: Installation) -> None:
    was = format_of(old.ledger)
    backup = old.path / f"ledger.db.format-{was}"
    backup.write_text("mine")
    result = old.run("ledger", "migrate")
    assert (result.code, backup.read_text(), format_of(old.ledger)) == (70, "mine", was)
    assert f"{backup} is there already" in result.err


def test_a_disk_that_is_too_small_is_named_before_anything_is_written(
    old: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migration, "free_bytes", lambda folder: 1000)
    with pytest.raises(LedgerUnavailableError, match="1,000"):
        migrate(old.ledger)
    assert others(old) == set()


@pytest.mark.parametrize("table", ["entries", "mails"])
def test_a_ledger_that_does_not_hold_is_not_migrated(old: Installation, table: str) -> None:
    was = format_of(old.ledger)
    mails = "UPDATE accepted SET raw = x'00' WHERE seq = 3" if was == "2" else "UPDATE bodies SET raw = x'00'"
    damage = mails if table == "mails" else "UPDATE entries SET body = x'00' WHERE seq = 9"
    with closing(sqlite3.connect(old.ledger, isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(damage)
    with pytest.raises(LedgerError, match="does not hold"):
        migrate(old.ledger)
    assert (format_of(old.ledger), others(old)) == (was, set())


def test_a_ledger_whose_head_changed_on_the_way_is_not_put_in_place(
    old: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    was = format_of(old.ledger)
    seen = iter([(53, "a", 23, "b"), (53, "a", 23, "c")])
    monkeypatch.setattr(migration, "_heads", lambda connection: next(seen))
    with pytest.raises(LedgerError, match="its heads differ"):
        migrate(old.ledger)
    assert (format_of(old.ledger), others(old)) == (was, set())


@pytest.mark.parametrize("name", ["ledger.db", "nothing.db"])
def test_what_is_no_ledger_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / "ledger.db").write_text("notes")
    with pytest.raises(LedgerError):
        migrate(tmp_path / name)
    assert [file.name for file in tmp_path.iterdir()] == ["ledger.db"]


def test_a_format_that_no_step_leads_from_is_named(old: Installation) -> None:
    with closing(sqlite3.connect(old.ledger, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER meta_no_update")
        connection.execute("UPDATE meta SET value = '9' WHERE name = 'format'")
    with pytest.raises(LedgerError, match=f"has format 9, which this version cannot migrate to {FORMAT}"):
        migrate(old.ledger)


KILLED_AT = [
    "_make_file",
    "_copy",
    "_copy_rows",
    "_insert",
    "_prove",
    "sync",
    "_keep_old",
    "_put_in_place",
    "remove_database",
]
KILLED = """
import os, sys
from incidentmail.cli.main import main
from incidentmail.ledger.sqlite import migrate
real = getattr(migrate, sys.argv[1])
def killed(*args, **more):
    if sys.argv[2] == "after":
        real(*args, **more)
    os._exit(9)
setattr(migrate, sys.argv[1], killed)
main(["--config", sys.argv[3], "ledger", "migrate"])
"""


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", KILLED_AT)
def test_killed_at_any_step_it_leaves_one_whole_ledger_and_can_be_run_again(
    old: Installation, step: str, when: str
) -> None:
    before, was = rows(old.ledger, ENTRIES, ACCEPTED), format_of(old.ledger)
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, step, when, str(old.config)], capture_output=True, check=False, env=os.environ
    )
    assert ended.returncode == 9, ended.stderr
    assert rows(old.ledger, ENTRIES, ACCEPTED) == before
    assert format_of(old.ledger) == (FORMAT if (step, when) == ("_put_in_place", "after") else was)
    old.run("ledger", "migrate")
    assert rows(old.ledger, ENTRIES, ACCEPTED) == rows(backup_of(old), ENTRIES, ACCEPTED) == before
    assert (format_of(old.ledger), format_of(backup_of(old))) == (FORMAT, was)
    assert others(old) == {f"ledger.db.format-{was}"}
    old.ok("ledger", "verify")


def test_the_progress_ends_at_the_number_of_all_rows(old: Installation) -> None:
    seen: list[tuple[int, int]] = []
    migrate(old.ledger, progress=lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen) and seen[-1][0] == seen[-1][1] > 300


def test_the_frozen_ledgers_are_those_that_a_step_leads_from() -> None:
    found = {re.findall(r"\d+", path.name)[0] for path in FROZEN.glob("*.gz")}
    assert found == set(STEPS), json.dumps(sorted(found))
