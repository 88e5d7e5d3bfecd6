"""`incidentmail status`: one screen says whether all is well, at once, however large the ledger."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from incidentmail.app.serve_lock import is_running, marked_as_running

if TYPE_CHECKING:
    from conftest import Installation, Mails

LISTENING = '[listen]\nlmtp = "127.0.0.1:0"\n'


def test_all_is_well_in_a_new_house(installation: Installation) -> None:
    result = installation.ok("status")
    assert result.out.startswith("all is well\n")
    assert installation.ok("status", "--json").json["attention"] == []


def test_a_service_that_should_run_and_does_not_needs_attention(installation: Installation) -> None:
    installation.configure(LISTENING)
    result = installation.run("status")
    assert result.code == 1 and "'incidentmail serve' is not running" in result.out
    with marked_as_running(installation.ledger):
        assert installation.ok("status", "--json").json["running"] is True


def test_a_service_that_was_killed_is_not_running(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.db"
    script = (
        "import pathlib, sys, time; from incidentmail.app.serve_lock import marked_as_running\n"
        "with marked_as_running(pathlib.Path(sys.argv[1])): print('up', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(ledger)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdout.readline() == b"up\n"
        assert is_running(ledger)
        process.kill()
    assert not is_running(ledger)


def test_looking_makes_no_lock_that_the_service_could_not_open(installation: Installation) -> None:
    installation.ok("status")
    assert not list(installation.path.glob("*.serve"))


def test_several_who_ask_at_once_do_not_take_one_another_for_the_service(installation: Installation) -> None:
    with marked_as_running(installation.ledger):
        assert is_running(installation.ledger)
    with ThreadPoolExecutor(4) as threads:
        assert not any(threads.map(lambda _: is_running(installation.ledger), range(40)))


def test_a_mailbox_that_nobody_looks_at_needs_attention(installation: Installation) -> None:
    installation.configure('[imap]\nurl = "imaps://bot@imap.example.com/INBOX"\n')
    assert "the mailbox was never looked at" in installation.run("status").out
    with installation.context() as context, context.ledger.transaction() as tx:
        tx.open_folder("x", uidvalidity=1, at=context.now())
        tx.note_looked("x", at=context.now())
    assert installation.ok("status", "--json").json["mailbox_looked_at"] == "2026-11-20T14:20:00Z"
    installation.clock.tick(hours=1)
    assert "the mailbox was last looked at 60 minutes ago" in installation.run("status").out


def test_mail_that_cannot_be_sent_needs_attention_after_a_minute(installation: Installation) -> None:
    installation.configure(relay="smtp://127.0.0.1:9")
    installation.run("declare", "Cards fail")
    installation.clock.tick(minutes=3)
    result = installation.run("status", "--json")
    assert (result.code, result.json["outbox"]["queued"]) == (1, 1)
    assert any("1 mails have not been sent, the oldest 3 minutes ago" in line for line in result.json["attention"])


def test_an_update_that_is_overdue_needs_attention(installation: Installation) -> None:
    installation.declare("Cards fail")
    installation.ok("update", "--next-update", "14:40 UTC")
    installation.clock.tick(hours=1)
    result = installation.run("status", "--json")
    assert result.code == 1 and result.json["overdue"] == ["2026-11-20-cards-fail"]


def test_mail_that_nobody_reads_needs_attention(installation: Installation, mails: Mails) -> None:
    with installation.context() as context:
        context.ledger.store_mails(
            [(mails.new("x", sender="jayla@example.com", subject="x"), {"way": "pipe"})], at=context.now()
        )
    installation.clock.tick(minutes=3)
    result = installation.run("status")
    assert result.code == 1 and "1 accepted mails have not been read" in result.out


def test_a_muted_house_is_not_well(installation: Installation) -> None:
    installation.config.write_text(installation.config.read_text().replace("[mail]\n", "[mail]\nmute = true\n"))
    assert "mute = true: nothing is sent" in installation.run("status").out


def test_a_clock_that_was_set_back_is_no_error(installation: Installation, mails: Mails) -> None:
    installation.declare("Cards fail")
    installation.ingest(mails.new("x", sender="jayla@example.com", subject="x"))
    installation.clock.tick(hours=-5)
    installation.ok("status")


@pytest.fixture
def crowded(installation: Installation) -> Installation:
    """A ledger with 20,000 mails that were read, and as many that were sent."""
    installation.declare("Cards fail")
    installation.broken = True  # the mails are no mails
    with sqlite3.connect(installation.ledger) as ledger:
        at = "2026-11-20T14:20:00Z"
        ledger.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
            " INSERT INTO accepted SELECT i, ?, '{}', randomblob(32), randomblob(32) FROM n",
            (at,),
        )
        ledger.execute("DROP TRIGGER bodies_with_their_mail")
        ledger.execute("INSERT INTO bodies SELECT seq, zeroblob(500) FROM accepted")
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
    return installation


def test_a_large_ledger_is_counted_at_once(crowded: Installation) -> None:
    with crowded.context() as context, context.ledger.snapshot() as view:
        begin = time.thread_time()
        figures = view.figures(failed_since=context.now(), quarantined_since=context.now())
        assert time.thread_time() - begin < 0.2
    assert (figures.accepted, figures.waiting, figures.queued) == (20000, 0, 0)
    assert crowded.ok("status").out.startswith("all is well")
