"""`incidentmail status`: one screen says whether all is well, at once, however large the ledger."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from incidentmail.app.running import is_running, marked_as_running

if TYPE_CHECKING:
    from conftest import House, Mails

    from incidentmail.ledger.sqlite import SqliteView

LISTENING = '[listen]\nlmtp = "127.0.0.1:0"\n'


def test_all_is_well_in_a_new_house(house: House) -> None:
    result = house.ok("status")
    assert result.out.startswith("all is well\n")
    assert house.ok("status", "--json").json["attention"] == []


def test_a_service_that_should_run_and_does_not_needs_attention(house: House) -> None:
    house.configure(LISTENING)
    result = house.run("status")
    assert result.code == 1 and "'incidentmail serve' is not running" in result.out
    with marked_as_running(house.ledger):
        assert house.ok("status", "--json").json["running"] is True


def test_a_service_that_was_killed_is_not_running(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.db"
    script = (
        "import pathlib, sys, time; from incidentmail.app.running import marked_as_running\n"
        "with marked_as_running(pathlib.Path(sys.argv[1])): print('up', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(ledger)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdout.readline() == b"up\n"
        assert is_running(ledger)
        process.kill()
    assert not is_running(ledger)


def test_looking_makes_no_lock_that_the_service_could_not_open(house: House) -> None:
    house.ok("status")
    assert not list(house.path.glob("*.serve"))


def test_several_who_ask_at_once_do_not_take_one_another_for_the_service(house: House) -> None:
    with marked_as_running(house.ledger):
        assert is_running(house.ledger)
    with ThreadPoolExecutor(4) as threads:
        assert not any(threads.map(lambda _: is_running(house.ledger), range(40)))


def test_a_mailbox_that_nobody_looks_at_needs_attention(house: House) -> None:
    house.configure('[imap]\nurl = "imaps://bot@imap.example.com/INBOX"\n')
    assert "the mailbox was never looked at" in house.run("status").out
    with house.office() as office, office.ledger.transaction() as tx:
        tx.open_folder("x", uidvalidity=1, at=office.now())
        tx.note_looked("x", at=office.now())
    assert house.ok("status", "--json").json["mailbox_looked_at"] == "2026-11-20T14:20:00Z"
    house.clock.tick(hours=1)
    assert "the mailbox was last looked at 60 minutes ago" in house.run("status").out


def test_mail_that_cannot_be_sent_needs_attention_after_a_minute(house: House) -> None:
    house.configure(relay="smtp://127.0.0.1:9")
    house.run("declare", "Cards fail")
    house.clock.tick(minutes=3)
    result = house.run("status", "--json")
    assert (result.code, result.json["outbox"]["queued"]) == (1, 1)
    assert any("1 mails have not been sent, the oldest 3 minutes ago" in line for line in result.json["attention"])


def test_an_update_that_is_overdue_needs_attention(house: House) -> None:
    house.declare("Cards fail")
    house.ok("update", "--next-update", "14:40 UTC")
    house.clock.tick(hours=1)
    result = house.run("status", "--json")
    assert result.code == 1 and result.json["overdue"] == ["2026-11-20-cards-fail"]


def test_mail_that_nobody_reads_needs_attention(house: House, mails: Mails) -> None:
    with house.office() as office:
        office.ledger.accept(
            [(mails.new("x", sender="jayla@example.com", subject="x"), {"way": "pipe"})], at=office.now()
        )
    house.clock.tick(minutes=3)
    result = house.run("status")
    assert result.code == 1 and "1 accepted mails have not been read" in result.out


def test_a_muted_house_is_not_well(house: House) -> None:
    house.config.write_text(house.config.read_text().replace("[mail]\n", "[mail]\nmute = true\n"))
    assert "mute = true: nothing is sent" in house.run("status").out


def test_a_clock_that_was_set_back_is_no_error(house: House, mails: Mails) -> None:
    house.declare("Cards fail")
    house.ingest(mails.new("x", sender="jayla@example.com", subject="x"))
    house.clock.tick(hours=-5)
    house.ok("status")


def crowd(house: House, count: int) -> None:
    """Add so many mails that were read, and as many that were sent."""
    house.broken = True  # the mails are no mails
    with sqlite3.connect(house.ledger) as ledger:
        at = "2026-11-20T14:20:00Z"
        ledger.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
            " INSERT INTO accepted SELECT i, ?, '{}', zeroblob(500), randomblob(32), randomblob(32) FROM n",
            (count, at),
        )
        ledger.execute(
            "INSERT INTO outcomes (seq, decided_at, subject, disposition, outcome)"
            " SELECT seq, ?, 'x', 'reply', 'applied' FROM accepted",
            (at,),
        )
        ledger.execute(
            "INSERT INTO outbox (message_id, subject, reverse_path, raw, state, queued_at, next_attempt_at)"
            " SELECT '<' || seq || '@x>', 'x', '', zeroblob(500), 'sent', ?, ? FROM accepted",
            (at, at),
        )
    ledger.close()


def rows_looked_at(view: SqliteView, work: Callable[[], object]) -> int:
    """Return how many steps SQLite takes; some for each row that it looks at."""
    count = 0

    def tick() -> int:
        nonlocal count
        count += 1
        return 0

    view.connection.set_progress_handler(tick, 1)
    work()
    view.connection.set_progress_handler(None, 1)
    return count


def test_a_large_ledger_is_counted_in_as_many_steps_as_a_small_one(houses: Callable[[], House]) -> None:
    taken = []
    for count in (20, 20_000):
        house = houses()
        house.declare("Cards fail")
        crowd(house, count)
        with house.office() as office, office.ledger.reading() as view:
            at = office.now()
            figures = view.figures(failed_since=at, quarantined_since=at)
            assert (figures.accepted, figures.waiting, figures.queued) == (count, 0, 0)
            look = partial(view.figures, failed_since=at, quarantined_since=at)
            taken.append(rows_looked_at(view, look))
        assert house.ok("status").out.startswith("all is well")
    small, large = taken
    assert 0 < large <= 1.2 * small
